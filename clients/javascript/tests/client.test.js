import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";

import {
  AuthenticationError,
  BadRequestError,
  BigLedgerClient,
  BigLedgerError,
  NoResponseError,
  NotFoundError,
  PreconditionFailedError,
  RateLimitError,
  ResponseTimeoutError,
  ServerError,
} from "../index.js";
import { operations } from "../operations.js";
import { ACME, client, play, seen } from "./platform.js";

/** The address of a server that never answers; it ends with the tests. */
async function silentServer() {
  const server = createServer().listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  return `http://127.0.0.1:${server.address().port}`;
}

const LINE = { description: "Widget", quantity: 2.5, unitPrice: "10.10", taxCode: "SST" };

test("every operation has a method", () => {
  const every = Object.entries(operations).flatMap(([resource, methods]) =>
    Object.keys(methods).map((name) => [resource, name]),
  );
  assert.ok(every.length > 80);
  for (const [resource, name] of every) {
    assert.equal(typeof client()[resource][name], "function");
  }
});

test("objects have amounts as numbers, or as exact text", async () => {
  const customer = await client().customers.create({
    ...ACME,
    creditLimit: 5000,
    customFields: { total: 1.5, own_name: [1] },
  });
  assert.deepEqual([customer.creditLimit, customer.paymentTerms], [5000, 30]);
  const exact = client({ amounts: "string" });
  const read = await exact.customers.get(customer.id);
  assert.deepEqual([read.creditLimit, read.paymentTerms], ["5000.00", 30]);
  assert.deepEqual(read.customFields, { total: 1.5, own_name: [1] });
  const quote = await exact.quotes.create({ customerId: customer.id, items: [LINE], notes: '"total": 7.50' });
  assert.deepEqual([quote.subtotal, quote.items[0].quantity, quote.version], ["25.25", "2.5", 1]);
  assert.equal(quote.notes, '"total": 7.50');
  const page = await exact.quotes.list({ customerId: customer.id });
  assert.deepEqual([page.data[0].subtotal, page.total, page.limit], ["25.25", 1, 50]);
  const upcoming = await exact.reminders.upcoming();
  assert.equal(typeof upcoming.total, "number");
});

test("a rehearsed change says what it would do", async () => {
  const one = client();
  const rehearsed = await one.customers.create(ACME, { rehearse: true });
  const [number] = one.rehearsal(rehearsed).numbers;
  assert.equal(number.number, rehearsed.customerNumber);
  await assert.rejects(one.customers.get(rehearsed.id), { status: 404 });
  const made = await one.customers.create(ACME);
  assert.equal(made.customerNumber, rehearsed.customerNumber);
  assert.equal(one.rehearsal(made), null);
});

test("a version that was read is a condition", async () => {
  const one = client();
  const customer = await one.customers.create(ACME);
  const changed = await one.customers.update(customer.id, { paymentTerms: 14 }, { ifMatch: customer });
  assert.equal(changed.paymentTerms, 14);
  assert.notEqual(one.etag(changed), one.etag(customer));
  await assert.rejects(
    one.customers.patch(customer.id, { paymentTerms: 7 }, { ifMatch: one.etag(customer) }),
    PreconditionFailedError,
  );
  const [row] = (await one.customers.list({ search: customer.customerNumber })).data;
  await assert.rejects(one.customers.delete(row.id, { ifMatch: row }), /ifMatch/);
});

test("lists go through all pages", async () => {
  const one = client();
  const rows = [0, 1, 2, 3, 4].map((number) => ({ itemCode: `JS-${number}`, name: "Paging", unitPrice: number }));
  const made = await one.items.bulk(rows);
  assert.equal(made.succeeded, 5);
  const prices = [];
  for await (const item of one.items.list({ search: "JS-", limit: 2, sort: "unitPrice", order: "desc" })) {
    prices.push(item.unitPrice);
  }
  assert.deepEqual(prices, [4, 3, 2, 1, 0]);
  const first = await one.items.list({ search: "JS-", limit: 2 });
  assert.deepEqual([first.data.length, first.hasMore, first.total], [2, true, 5]);
  const sizes = [];
  for await (const page of one.items.list({ search: "JS-", limit: 2 }).pages()) {
    sizes.push(page.data.length);
  }
  assert.deepEqual(sizes, [2, 2, 1]);
});

test("files go up and come down", async () => {
  const one = client();
  const customer = await one.customers.create(ACME);
  const quote = await one.quotes.create({ customerId: customer.id, items: [LINE] });
  const made = await one.quotes.uploadAttachment(quote.id, { name: "Größe.csv", data: "a,b\n1,2\n" });
  const down = await one.download(made);
  assert.equal(down.filename, "Größe.csv");
  assert.equal(new TextDecoder().decode(down.data), "a,b\n1,2\n");
  assert.deepEqual(
    (await one.quotes.listAttachments(quote.id)).map((file) => file.id),
    [made.id],
  );
  const pdf = await one.quotes.pdf(quote.id);
  assert.equal(new TextDecoder().decode(pdf.data.slice(0, 4)), "%PDF");
  assert.match(pdf.filename, /^QT-/);
});

test("errors say which fields and which request", async () => {
  const one = client();
  const error = await one.customers
    .create({ name: "", email: "no address" }, { requestId: "mine-1" })
    .catch((caught) => caught);
  assert.ok(error instanceof BadRequestError);
  assert.deepEqual([error.status, error.code, error.requestId], [400, "INVALID_CUSTOMER_DATA", "mine-1"]);
  assert.deepEqual(Object.keys(error.fields).sort(), ["email", "name"]);
  assert.match(error.message, /name: Name is required/);
  assert.equal(error.name, "BadRequestError");
  await assert.rejects(one.customers.get("cust_invalid"), NotFoundError);
  await assert.rejects(one.customers.get("../items"), NotFoundError); // an id is one part of the path
  await assert.rejects(client({ apiKey: "bl_live_unknown" }).customers.list().page(), AuthenticationError);
  assert.throws(() => one.quotes.send(undefined), /quotes.send needs quoteId/);
  assert.throws(() => new BigLedgerClient({ companyId: "comp_1", apiKey: "" }), BigLedgerError);
});

for (const act of ["reset", "lose", "cut", "500", "502", "503", "429"]) {
  test(`a POST is repeated and takes effect once: ${act}`, async () => {
    const one = client();
    await play(act, act);
    const name = `Once ${act} in JavaScript`;
    const customer = await one.customers.create({ name, phone: "+60123456789" });
    const requests = await seen();
    const keys = new Set(
      requests.map((request) => request.headers["idempotency-key"] ?? request.headers["Idempotency-Key"]),
    );
    assert.deepEqual([requests.length, keys.size, one.waits.length], [3, 1, 2]);
    assert.equal(customer.name, name);
    assert.equal((await one.customers.list({ search: name })).total, 1);
  });
}

for (const act of ["reset", "lose", "cut", "502"]) {
  test(`other calls are repeated too: ${act}`, async () => {
    const one = client();
    const customer = await one.customers.create(ACME);
    await play(act);
    assert.equal((await one.customers.update(customer.id, { paymentTerms: 7 })).paymentTerms, 7);
    await play(act);
    assert.equal((await one.customers.get(customer.id)).paymentTerms, 7);
    await play(act);
    assert.deepEqual(await one.customers.delete(customer.id), { id: customer.id, deleted: true });
    assert.equal((await seen()).length, 2);
  });
}

test("a conditional change is not repeated when it may have happened", async () => {
  const one = client();
  const customer = await one.customers.create(ACME);
  await play("lose");
  await assert.rejects(one.customers.update(customer.id, { paymentTerms: 7 }, { ifMatch: customer }), NoResponseError);
  assert.equal((await seen()).length, 1);
  const changed = await one.customers.get(customer.id);
  await play("503 1"); // nothing was changed
  await one.customers.update(customer.id, { paymentTerms: 9 }, { ifMatch: changed });
  assert.deepEqual(one.waits, [1]);
});

test("Retry-After is waited for unless it is long", async () => {
  const one = client();
  await play("429 7", "503 2");
  await one.customers.list();
  assert.deepEqual(one.waits, [7, 2]);
  await play("429 3600");
  const error = await one.customers
    .list()
    .page()
    .catch((caught) => caught);
  assert.ok(error instanceof RateLimitError);
  assert.deepEqual([error.retryAfter, error.code, one.waits.length], [3600, "HTTP_429", 2]);
});

test("it gives up in the end", async () => {
  await play(...Array(9).fill("500"));
  await assert.rejects(client().customers.list().page(), ServerError);
  assert.equal((await seen()).length, 4);
  await play(...Array(9).fill("reset"));
  await assert.rejects(client().customers.create(ACME, { maxRetries: 1 }), NoResponseError);
  assert.equal((await seen()).length, 2);
  await play();
});

test("a server that never answers, or that is not there", async () => {
  const silent = { baseUrl: await silentServer(), timeout: 50, maxRetries: 0 };
  await assert.rejects(client(silent).customers.list().page(), ResponseTimeoutError);
  await assert.rejects(
    client({ baseUrl: "http://127.0.0.1:9", maxRetries: 1 }).customers.list().page(),
    NoResponseError,
  );
});

test("a program can end a call", async () => {
  const stop = new AbortController();
  const silent = client({ baseUrl: await silentServer() });
  const call = silent.customers.list({}, { signal: stop.signal }).page();
  stop.abort(new Error("no longer needed"));
  await assert.rejects(call, /no longer needed/);
  const waiting = new BigLedgerClient({ baseUrl: `${process.env.RELAY}/api/v1` });
  await play("429 50");
  const later = new AbortController();
  const second = waiting.customers.list({}, { signal: later.signal }).page();
  while ((await seen()).length === 0);
  later.abort(new Error("nor this one"));
  await assert.rejects(second, /nor this one/);
  await play();
});
