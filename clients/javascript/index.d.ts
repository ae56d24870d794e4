/** A client of the API of BigLedger CRM, for Node.js 18 or later and browsers. */

import type { JsonObject, Rehearsal, Resources } from "./types.js";

export type * from "./types.js";

export interface Settings<M extends "number" | "string" = "number"> {
  /** `bl_live_…`; by default BIGLEDGER_API_KEY of the environment. */
  apiKey?: string;
  /** `comp_…`; by default BIGLEDGER_COMPANY_ID. */
  companyId?: string;
  /** Such as `https://crm.example.com/api/v1`; by default BIGLEDGER_BASE_URL. */
  baseUrl?: string;
  /** Milliseconds that one try may take, 30,000 by default. */
  timeout?: number;
  /** How often a failed call is tried again, 3 by default. */
  maxRetries?: number;
  /** `"string"` for amounts, quantities and rates as exact text such as `"2567.50"`. */
  amounts?: M;
  /** Instead of the platform's `fetch`. */
  fetch?: typeof fetch;
  /** Instead of a timer: waits between two tries. */
  wait?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** What holds for one call. */
export interface RequestOptions {
  /** Instead of a random one: the same key makes a POST take effect once, whoever repeats it. */
  idempotencyKey?: string;
  /** An object that was read, or its ETag: fails with PreconditionFailedError if it has changed since. */
  ifMatch?: object | string;
  /** Has a change answered as it would be, and not made; `client.rehearsal(object)` says what it would do. */
  rehearse?: boolean;
  /** Stands in the server's log. */
  requestId?: string;
  timeout?: number;
  maxRetries?: number;
  /** Ends the call and its retries. */
  signal?: AbortSignal;
}

export declare class BigLedgerClient<M extends "number" | "string" = "number"> {
  constructor(settings?: Settings<M>);
  /** The version of an object that was read by itself; null for those in lists and in other objects. */
  etag(object: object): string | null;
  /** What a change would have done that was only rehearsed, by `{ rehearse: true }`; null for any other object. */
  rehearsal(object: object): Rehearsal<M extends "string" ? string : number> | null;
  /** The whole response of a GET, with `data` and perhaps `pagination`. */
  get<T = JsonObject>(path: string, params?: Record<string, unknown>, options?: RequestOptions): Promise<T>;
  /** The whole response of a POST. */
  post<T = JsonObject>(path: string, body?: unknown, options?: RequestOptions): Promise<T>;
  /** The whole response of a PUT. */
  put<T = JsonObject>(path: string, body: unknown, options?: RequestOptions): Promise<T>;
  /** The whole response of a DELETE. */
  delete<T = JsonObject>(path: string, options?: RequestOptions): Promise<T>;
  /** The file of an attachment, or of its `url`. */
  download(attachment: { url: string } | string, options?: RequestOptions): Promise<DownloadedFile>;
}

export interface BigLedgerClient<M extends "number" | "string" = "number">
  extends Resources<M extends "string" ? string : number> {}

export interface Page<T> {
  data: T[];
  hasMore: boolean;
  nextCursor: string | null;
  limit: number;
  /** The rows of all pages. */
  total: number;
}

/** A list that is fetched page by page while one goes through its rows; awaited, it is its first page. */
export declare class Listing<T> implements AsyncIterable<T>, PromiseLike<Page<T>> {
  /** The first page, or the one behind a cursor. */
  page(cursor?: string): Promise<Page<T>>;
  /** All pages. */
  pages(): AsyncGenerator<Page<T>, void>;
  [Symbol.asyncIterator](): AsyncGenerator<T, void>;
  // biome-ignore lint/suspicious/noThenProperty: a list is awaited for its first page
  then: PromiseLike<Page<T>>["then"];
}

export interface DownloadedFile {
  filename: string;
  contentType: string | null;
  data: Uint8Array;
}

/** A `File` of a form, or a name and contents. */
export type UploadFile = File | { name: string; data: Blob | ArrayBuffer | Uint8Array | string };

export interface WebhookEvent {
  /** The same event may arrive twice, with the same id. */
  id: string;
  /** Such as `invoice.paid`. */
  type: string;
  timestamp: string;
  companyId: string;
  data: { id: string; object: string; actorId?: string };
}

/**
 * The event of a request whose signature is right for one of the secrets; rejects with SignatureError otherwise.
 * `body` is the raw body. `tolerance` is how many seconds ago it may have been signed, 300 by default.
 */
export declare function verifyWebhook(
  body: string | Uint8Array,
  headers: Headers | Record<string, string | string[] | undefined>,
  secrets: string | readonly string[],
  options?: { tolerance?: number; now?: number },
): Promise<WebhookEvent>;

/** Anything that went wrong with a call. */
export declare class BigLedgerError extends Error {}
/** No response arrived, even after the last retry; whether a change took effect is unknown. */
export declare class NoResponseError extends BigLedgerError {}
/** The response did not arrive in time. */
export declare class ResponseTimeoutError extends NoResponseError {}
/** A webhook's request was not signed with the secret, or too long ago. */
export declare class SignatureError extends BigLedgerError {}

/** The API rejected the request; nothing was changed. */
export declare class ApiError extends BigLedgerError {
  readonly status: number;
  /** For programs. */
  readonly code: string;
  /** For programs; the contents depend on the code. */
  readonly details: JsonObject[];
  /** The invalid fields, each with what is wrong with it. */
  readonly fields: Record<string, string>;
  /** Finds the request in the server's log. */
  readonly requestId: string | null;
  /** Seconds after which the server wants to be asked again. */
  readonly retryAfter: number | null;
}
/** 400: fields or parameters are invalid; `fields` says which. */
export declare class BadRequestError extends ApiError {}
/** 401: the API key is missing, unknown, expired or revoked. */
export declare class AuthenticationError extends ApiError {}
/** 403: the key is not valid for the company, or lacks a scope. */
export declare class PermissionDeniedError extends ApiError {}
/** 404: the company has no such object. */
export declare class NotFoundError extends ApiError {}
/** 409: the request conflicts with what is stored. */
export declare class ConflictError extends ApiError {}
/** 412: the object has changed since it was read. */
export declare class PreconditionFailedError extends ApiError {}
/** 422: a rule of the business forbids it, such as a credit limit. */
export declare class BusinessRuleError extends ApiError {}
/** 429: too many requests or emails, and `retryAfter` is longer than the client waits. */
export declare class RateLimitError extends ApiError {}
/** 5xx: the server failed, even after the last retry. */
export declare class ServerError extends ApiError {}
