import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "./page.mjs";

const { readDay, dayInWords } = await load("day-field.js");
const { today, cases } = JSON.parse(
  readFileSync(new URL("../../kernel/tests/day_cases.json", import.meta.url), "utf8"),
);

for (const [typed, day] of Object.values(cases).flat()) {
  test(`${JSON.stringify(typed)} is ${day || "no day"}`, () => assert.equal(readDay(typed, today), day));
}

test("a day is shown in words that can be read again", () => {
  assert.equal(dayInWords("2026-04-03"), "3 Apr 2026");
  assert.equal(readDay(dayInWords("2026-12-31"), today), "2026-12-31");
});
