/** Requests and their retries, lists, files. Which calls there are says `operations.js`. */

import { BigLedgerError, errorOf, NoResponseError, ResponseTimeoutError } from "./errors.js";
import { exactly } from "./numbers.js";
import { operations, VERSION } from "./operations.js";
import { isNode, variable, webCrypto } from "./platform.js";

const PUBLISHED_URL = "https://api.bigledger.com/v1";
const LONGEST_WAIT = 60; // seconds; a server that wants more patience is left alone

export class BigLedgerClient {
  #url;
  #headers;
  #settings;
  #etags = new WeakMap();
  #rehearsals = new WeakMap();

  constructor({ apiKey, companyId, baseUrl, ...settings } = {}) {
    const key = apiKey ?? variable("BIGLEDGER_API_KEY");
    const company = companyId ?? variable("BIGLEDGER_COMPANY_ID");
    if (!key || !company) {
      throw new BigLedgerError("apiKey and companyId are needed, or BIGLEDGER_API_KEY and BIGLEDGER_COMPANY_ID");
    }
    const url = new URL(baseUrl ?? variable("BIGLEDGER_BASE_URL") ?? PUBLISHED_URL);
    this.#url = url.origin + (url.pathname === "/" ? "/api/v1" : url.pathname.replace(/\/$/, ""));
    this.#headers = { Authorization: `Bearer ${key}`, "X-Company-Id": company };
    if (isNode) {
      this.#headers["User-Agent"] = `bigledger-js/${VERSION}`;
    }
    this.#settings = { timeout: 30_000, maxRetries: 3, amounts: "number", fetch: globalThis.fetch, wait, ...settings };
    for (const [resource, methods] of Object.entries(operations)) {
      this[resource] = {};
      for (const [name, operation] of Object.entries(methods)) {
        this[resource][name] = (...given) => this.#call(`${resource}.${name}`, operation, given);
      }
    }
  }

  /** The version of an object that was read by itself. */
  etag(object) {
    return this.#etags.get(object) ?? null;
  }

  /** What the change would have done that was only rehearsed. */
  rehearsal(object) {
    return this.#rehearsals.get(object) ?? null;
  }

  async get(path, params, options) {
    return (await this.#send("GET", path, { query: params, options })).json();
  }

  async post(path, body, options) {
    return (await this.#send("POST", path, { json: body, options })).json();
  }

  async put(path, body, options) {
    return (await this.#send("PUT", path, { json: body, options })).json();
  }

  async delete(path, options) {
    return (await this.#send("DELETE", path, { options })).json();
  }

  async download(attachment, options) {
    const url = typeof attachment === "string" ? attachment : attachment.url;
    return (await this.#send("GET", url, { options })).file();
  }

  #call(name, operation, given) {
    const path = operation.path.replace(/{(\w+)}/g, (_, id) => {
      const value = given.shift();
      if (typeof value !== "string" || !value) {
        throw new TypeError(`${name} needs ${id}`);
      }
      return encodeURIComponent(value);
    });
    const input = operation.takes ? given.shift() : undefined;
    const options = given.shift();
    if (operation.gives === "page") {
      return new Listing(async (cursor) => {
        const query = cursor ? { ...input, cursor } : input;
        const { data, pagination } = (await this.#send("GET", path, { query, options })).json();
        return { data, ...pagination };
      });
    }
    const part = { query: "query", fields: "json", rows: "json", file: "file" }[operation.takes];
    const sent = operation.takes === "rows" ? { rows: input } : input;
    return this.#answer(operation, this.#send(operation.method, path, { ...(part && { [part]: sent }), options }));
  }

  async #answer(operation, sending) {
    const answer = await sending;
    if (operation.gives === "file") {
      return answer.file();
    }
    const { data, rehearsal } = answer.json(operation.counts);
    if (rehearsal) {
      this.#rehearsals.set(data, rehearsal);
    }
    if (answer.headers.has("ETag")) {
      this.#etags.set(data, answer.headers.get("ETag"));
    }
    return data;
  }

  /** Sends a request until its response is there, or until there is no use in another try. */
  async #send(method, path, { query, json, file, options = {} }) {
    const { maxRetries, timeout, wait } = { ...this.#settings, ...options };
    const request = {
      method,
      headers: await this.#headersOf(method, path, json, options),
      body: file ? form(file) : json === undefined ? undefined : JSON.stringify(json),
      redirect: "manual",
    };
    const url = (path.startsWith("/") ? this.#url : "") + path + queryOf(query);
    // A change that depends on the version would fail when it is repeated although it took effect.
    const isRepeatable = ["GET", "POST"].includes(method) || !request.headers["If-Match"];
    let mayBeGone = false;
    for (let tries = 0; ; tries++) {
      const answer = await this.#try(url, request, timeout, options.signal);
      const { error, isFinal, isAmbiguous } = answer;
      if (!error) {
        return answer;
      }
      if (mayBeGone && error.status === 404) {
        return deleted(path);
      }
      mayBeGone ||= method === "DELETE" && isAmbiguous;
      const isUseless = isFinal || (isAmbiguous && !isRepeatable) || tries >= maxRetries;
      if (isUseless || error.retryAfter > LONGEST_WAIT) {
        throw error;
      }
      await wait(1000 * (error.retryAfter ?? backoff(tries)), options.signal);
    }
  }

  /** One try: an answer, or `{ error, isFinal, isAmbiguous }`, ambiguous when it may have taken effect all the same. */
  async #try(url, request, timeout, signal) {
    const stop = new AbortController();
    const abort = () => stop.abort(signal.reason);
    const timer = setTimeout(() => stop.abort(new ResponseTimeoutError(`No response within ${timeout} ms`)), timeout);
    signal?.addEventListener("abort", abort, { once: true });
    try {
      signal?.throwIfAborted();
      const response = await this.#settings.fetch.call(globalThis, url, { ...request, signal: stop.signal });
      return outcome(response, new Uint8Array(await response.arrayBuffer()), this.#settings.amounts);
    } catch (error) {
      if (signal?.aborted) {
        throw signal.reason;
      }
      const isUnsent = ["ECONNREFUSED", "ENOTFOUND"].includes(error.cause?.code);
      const reason = stop.signal.aborted ? stop.signal.reason : new NoResponseError(cause(error), { cause: error });
      return { error: reason, isAmbiguous: !isUnsent };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }

  async #headersOf(method, path, json, { idempotencyKey, ifMatch, rehearse, requestId }) {
    const isLink = !path.startsWith("/"); // a signed one, which needs no key and may lead elsewhere
    const headers = isLink ? {} : { ...this.#headers };
    if (json !== undefined) {
      headers["Content-Type"] = "application/json";
    }
    if (method === "POST") {
      headers["Idempotency-Key"] = idempotencyKey ?? (await randomKey());
    }
    if (rehearse) {
      headers.Rehearse = "true";
    }
    if (requestId) {
      headers["X-Request-Id"] = requestId;
    }
    if (ifMatch) {
      headers["If-Match"] = typeof ifMatch === "string" ? ifMatch : this.etag(ifMatch);
      if (!headers["If-Match"]) {
        throw new TypeError("ifMatch needs an object that was read by itself: those in lists have no ETag");
      }
    }
    return headers;
  }
}

/** A list that is fetched page by page; awaited, it is its first page. */
export class Listing {
  #fetch;

  constructor(fetch) {
    this.#fetch = fetch;
  }

  page(cursor) {
    return this.#fetch(cursor);
  }

  async *pages() {
    let page = await this.page();
    yield page;
    while (page.nextCursor) {
      page = await this.page(page.nextCursor);
      yield page;
    }
  }

  async *[Symbol.asyncIterator]() {
    for await (const page of this.pages()) {
      yield* page.data;
    }
  }

  // biome-ignore lint/suspicious/noThenProperty: a list is awaited for its first page
  then(resolve, reject) {
    return this.page().then(resolve, reject);
  }
}

function outcome(response, bytes, amounts) {
  if (!response.ok) {
    const error = errorOf(response, new TextDecoder().decode(bytes));
    const isFinal = error.retryAfter === null && error.status !== 429 && error.status < 500;
    return { error, isFinal, isAmbiguous: [500, 502, 504].includes(error.status) };
  }
  const isJson = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
  const text = isJson ? new TextDecoder().decode(bytes) : "";
  const body = isJson ? JSON.parse(text) : undefined; // fails when it was cut off
  return {
    headers: response.headers,
    json: (counts) => (amounts === "string" ? exactly(text, counts) : body),
    file: () => ({
      filename: filename(response.headers),
      contentType: response.headers.get("Content-Type"),
      data: bytes,
    }),
  };
}

/** What an earlier try would have been answered, had its response arrived. */
function deleted(path) {
  const data = { id: decodeURIComponent(path.slice(path.lastIndexOf("/") + 1)), deleted: true };
  return { headers: new Headers(), json: () => ({ success: true, data }) };
}

function filename(headers) {
  const disposition = headers.get("Content-Disposition") ?? "";
  const encoded = /filename\*=utf-8''([^;]+)/i.exec(disposition);
  return encoded ? decodeURIComponent(encoded[1]) : (/filename="?([^";]+)/.exec(disposition)?.[1] ?? "download");
}

function form(file) {
  const data = new FormData();
  const content = file instanceof Blob ? file : new Blob([file.data]);
  data.append("file", content, file.name);
  return data;
}

function isPlain(value) {
  return value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype;
}

/** `customFields: { industry: "Toys" }` is `customFields.industry=Toys`. */
const dotted = ([name, value]) =>
  isPlain(value) ? Object.entries(value).map(([key, part]) => [`${name}.${key}`, part]) : [[name, value]];

function queryOf(parameters = {}) {
  const given = Object.entries(parameters)
    .flatMap(dotted)
    .filter(([, value]) => value !== undefined && value !== null);
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])); // lists are joined by commas
  return given.length ? `?${query}` : "";
}

async function randomKey() {
  const bytes = (await webCrypto()).getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function cause(error) {
  return error.cause?.message ? `${error.message}: ${error.cause.message}` : error.message;
}

/** Seconds that grow with each try, and differ so that clients don't come back together. */
function backoff(tries) {
  return Math.min(8, 0.5 * 2 ** tries) * (0.5 + Math.random() / 2);
}

function wait(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
