/** Amounts, quantities and rates as the text that the server wrote, instead of binary floating point. */

import { DECIMALS, FREE } from "./operations.js";

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

/** A response whose decimal fields are strings; `counts` are whole numbers here, though they are amounts elsewhere. */
export function exactly(text, counts = []) {
  const quoted = text.replace(TOKENS, (token) => (token[0] === '"' ? token : `"${token}"`));
  const plain = JSON.parse(text);
  return { ...plain, data: merged(plain.data, JSON.parse(quoted).data, "", counts) };
}

function merged(plain, strings, name, counts) {
  if (typeof plain === "number") {
    return DECIMALS.has(name) && !counts.includes(name) ? strings : plain;
  }
  if (plain === null || typeof plain !== "object" || FREE.has(name)) {
    return plain;
  }
  if (Array.isArray(plain)) {
    return plain.map((part, index) => merged(part, strings[index], name, counts));
  }
  return Object.fromEntries(Object.entries(plain).map(([key, part]) => [key, merged(part, strings[key], key, counts)]));
}
