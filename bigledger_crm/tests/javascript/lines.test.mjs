import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./page.mjs";

const { columnOf, isGrid, renumbered } = await load("line-editor.js");

test("a field of a line is named after its row and column", () => {
  assert.equal(columnOf("lines-12-unit_price"), "unit_price");
  assert.equal(columnOf("lines-0-quantity"), "quantity");
});

test("a line that moves takes its new number, in names and in the ids of errors", () => {
  assert.equal(renumbered("lines-3-quantity", 1), "lines-1-quantity");
  assert.equal(renumbered("lines-3-unit_price-error", 12), "lines-12-unit_price-error");
});

test("a column, a row or a block of cells is pasted as lines", () => {
  for (const text of ["A-1\tWidget\t4", "4\n5\n6\n", "A-1\t4\r\nA-2\t5\r\n"]) assert.equal(isGrid(text, false), true);
});

test("the text of one cell is pasted as anywhere", () => {
  for (const text of ["Widget", "4\n", "  12.50  \r\n", ""]) assert.equal(isGrid(text, false), false);
});

test("a description keeps lines of its own", () => {
  assert.equal(isGrid("Widget\nred, large", true), false);
  assert.equal(isGrid("A-1\tWidget", true), true);
});
