// The running product, and a relay in front of it that misbehaves when told to: see the Python tests.
import { BigLedgerClient } from "../index.js";

const { RELAY, BIGLEDGER_BASE_URL } = process.env;

/** A client through the relay, which notes for how many seconds it would have waited. */
export function client(settings = {}) {
  const waits = [];
  const made = new BigLedgerClient({
    baseUrl: `${RELAY}/api/v1`,
    wait: async (milliseconds) => void waits.push(milliseconds / 1000),
    ...settings,
  });
  made.waits = waits;
  return made;
}

/** Tells the relay what to do with the next requests. */
export async function play(...acts) {
  await fetch(`${RELAY}/acts`, { method: "POST", body: JSON.stringify(acts) });
}

/** The requests since then. */
export async function seen() {
  return (await fetch(`${RELAY}/seen`)).json();
}

export const direct = BIGLEDGER_BASE_URL;
export const ACME = { name: "Acme Corporation", email: "billing@acme.example" };
