import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";

import { SignatureError, verifyWebhook } from "../index.js";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const NOW = 1705280400;
const BODY =
  '{"type": "invoice.sent", "timestamp": "2024-01-15T01:00:00.000Z", "companyId": "comp_1", "data": {"id": "inv_ü"}}';

function signed(body, secret = SECRET) {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const signature = createHmac("sha256", key).update(`evt_1.${NOW}.${body}`).digest("base64");
  return { "Webhook-Id": "evt_1", "webhook-timestamp": String(NOW), "webhook-signature": `v1a,other v1,${signature}` };
}

test("a signed event", async () => {
  for (const secrets of [SECRET, [OTHER, SECRET]]) {
    for (const headers of [signed(BODY), new Headers(signed(BODY))]) {
      const event = await verifyWebhook(new TextEncoder().encode(BODY), headers, secrets, { now: NOW + 299 });
      assert.deepEqual([event.id, event.type, event.data.id], ["evt_1", "invoice.sent", "inv_ü"]);
    }
  }
});

test("the specification's own example", async () => {
  const headers = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  };
  const event = await verifyWebhook('{"test": 2432232314}', headers, SECRET, { now: 1614265330 });
  assert.equal(event.test, 2432232314);
});

test("what is not signed", async () => {
  const wrong = [
    [signed(BODY), OTHER, NOW],
    [signed(`${BODY} `), SECRET, NOW],
    [signed(BODY), SECRET, NOW + 301],
    [signed(BODY), SECRET, NOW - 301],
    [{}, SECRET, NOW],
    [{ ...signed(BODY), "webhook-timestamp": "soon" }, SECRET, NOW],
    [{ ...signed(BODY), "webhook-signature": "v1,!!!" }, SECRET, NOW],
    [signed(BODY), [], NOW],
  ];
  for (const [headers, secrets, now] of wrong) {
    await assert.rejects(verifyWebhook(BODY, headers, secrets, { now }), SignatureError);
  }
});
