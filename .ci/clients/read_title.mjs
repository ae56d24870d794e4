// Calls what read_title.ts became.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [compiled, file] = process.argv.slice(2);
const { readTitle } = await import(pathToFileURL(compiled));
const answer = readFileSync(file, "utf8");
const quote = JSON.parse(answer).data;
assert.equal(await readTitle(quote.id, answer), quote.title);
