/** What a call can fail with. `index.d.ts` explains each. */

export class BigLedgerError extends Error {
  get name() {
    return this.constructor.name;
  }
}

export class NoResponseError extends BigLedgerError {}
export class ResponseTimeoutError extends NoResponseError {}
export class SignatureError extends BigLedgerError {}

export class ApiError extends BigLedgerError {
  constructor({ status, code, message, details = [], requestId = null, retryAfter = null }) {
    const problems = details.filter((one) => one.field && one.message).map((one) => `\n  ${one.field}: ${one.message}`);
    super(`${message} (${status} ${code})${problems.join("")}`);
    Object.assign(this, { status, code, details, requestId, retryAfter });
  }

  get fields() {
    return Object.fromEntries(this.details.filter((one) => one.field).map((one) => [one.field, one.message]));
  }
}

export class BadRequestError extends ApiError {}
export class AuthenticationError extends ApiError {}
export class PermissionDeniedError extends ApiError {}
export class NotFoundError extends ApiError {}
export class ConflictError extends ApiError {}
export class PreconditionFailedError extends ApiError {}
export class BusinessRuleError extends ApiError {}
export class RateLimitError extends ApiError {}
export class ServerError extends ApiError {}

const byStatus = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  409: ConflictError,
  412: PreconditionFailedError,
  422: BusinessRuleError,
  429: RateLimitError,
};

/** The error of a response that is no success, which may come from a proxy in front of the API. */
export function errorOf(response, text) {
  let error;
  try {
    ({ error } = JSON.parse(text));
  } catch {
    error = undefined;
  }
  const Kind = response.status >= 500 ? ServerError : (byStatus[response.status] ?? ApiError);
  const after = response.headers.get("Retry-After") ?? "";
  return new Kind({
    ...(error?.code ? error : { code: `HTTP_${response.status}`, message: response.statusText || "Not from the API" }),
    status: response.status,
    requestId: response.headers.get("X-Request-Id"),
    retryAfter: /^\d+$/.test(after) ? Number(after) : null,
  });
}
