/** Verification of webhooks, which are signed as https://www.standardwebhooks.com says. */

import { SignatureError } from "./errors.js";
import { webCrypto } from "./platform.js";

const bytes = (text) => new TextEncoder().encode(text);
const decoded = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

export async function verifyWebhook(body, headers, secrets, { tolerance = 300, now = Date.now() / 1000 } = {}) {
  const get = headerReader(headers);
  const [id, signedAt, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(get);
  if (!id || !signatures || !/^\d+$/.test(signedAt ?? "")) {
    throw new SignatureError("The headers webhook-id, webhook-timestamp or webhook-signature are missing");
  }
  if (Math.abs(now - Number(signedAt)) > tolerance) {
    throw new SignatureError("The request was signed too long ago, or this machine's clock is wrong");
  }
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const message = bytes(`${id}.${signedAt}.${text}`);
  for (const secret of [secrets].flat()) {
    const key = await hmacKey(secret);
    for (const signature of signatures.split(" ").filter((one) => one.startsWith("v1,"))) {
      if (await isSigned(key, signature.slice(3), message)) {
        return { id, ...JSON.parse(text) };
      }
    }
  }
  throw new SignatureError("The signature is not that of this secret");
}

function headerReader(headers) {
  if (typeof headers.get === "function") {
    return (name) => headers.get(name);
  }
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return (name) => lower[name];
}

async function hmacKey(secret) {
  const key = decoded(secret.replace(/^whsec_/, ""));
  return (await webCrypto()).subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
}

async function isSigned(key, signature, message) {
  try {
    return await (await webCrypto()).subtle.verify("HMAC", key, decoded(signature), message);
  } catch {
    return false; // not base64
  }
}
