/** A client of the API of BigLedger CRM. */

export * from "./errors.js";
export { BigLedgerClient, Listing } from "./transport.js";
export { verifyWebhook } from "./webhooks.js";
