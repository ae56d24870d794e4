/** What differs between Node.js and browsers. */

/** Node 18 has Web Crypto in a module only. */
export async function webCrypto() {
  return globalThis.crypto ?? (await import("node:crypto")).webcrypto;
}

/** A variable of the environment, where there is one. */
export function variable(name) {
  return globalThis.process?.env?.[name];
}

/** Whether this is Node.js, which lets a program say who it is. */
export const isNode = Boolean(globalThis.process?.versions?.node);
