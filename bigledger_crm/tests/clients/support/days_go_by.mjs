// Runs a program, and stops it before it records a payment until a line arrives: meanwhile days go by.
import { once } from "node:events";

const passOn = globalThis.fetch;
let isFirst = true;

globalThis.fetch = async (url, options) => {
  if (isFirst && options.method === "POST" && String(url).endsWith("/payments")) {
    isFirst = false;
    process.stdout.write("Days go by\n");
    await once(process.stdin, "data");
    process.stdin.destroy();
  }
  return passOn(url, options);
};

await import(process.argv[2]);
