import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./page.mjs";

const { withKeys } = await load("shortcuts.js");
const { range } = await load("list.js");
const elements = ["g c", "g q", "c", "n"].map((keys) => ({ dataset: { keys } }));

test("two keys go before one", () => {
  assert.equal(withKeys(["g", "c"], elements).dataset.keys, "g c");
  assert.equal(withKeys(["c"], elements).dataset.keys, "c");
});

test("the last key counts where both together mean nothing", () => {
  assert.equal(withKeys(["q", "n"], elements).dataset.keys, "n");
  assert.equal(withKeys(["g", "x"], elements), undefined);
});

test("Shift selects all rows between two, in both directions", () => {
  const rows = ["a", "b", "c", "d", "e"];
  assert.deepEqual(range(rows, "b", "d"), ["b", "c", "d"]);
  assert.deepEqual(range(rows, "d", "b"), ["b", "c", "d"]);
  assert.deepEqual(range(rows, "c", "c"), ["c"]);
});

test("without a row selected before, or with one that is gone, it selects one", () => {
  assert.deepEqual(range(["a", "b"], null, "b"), ["b"]);
  assert.deepEqual(range(["a", "b"], "z", "a"), ["a"]);
});
