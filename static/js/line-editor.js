// The lines of a document as a grid for the keyboard.  Rows come and go here; every amount comes from the server.
const form = document.querySelector("[data-editor]");
const CELLS = "input:not([type=hidden]), textarea, select";
let typed = false;
let saving = false;

// `quantity` of `lines-3-quantity`.
export const columnOf = (name) => name.replace(/^lines-[^-]+-/, "");
// `lines-1-quantity` of `lines-3-quantity`, and the same of the id of its error.
export const renumbered = (name, index) => name.replace(/^lines-[^-]+-/, `lines-${index}-`);
// Whether pasted text is several cells of a spreadsheet; a description has lines of its own.
export const isGrid = (text, isDescription) => (isDescription ? /\t/ : /\t|\n.*\S/).test(text.trimEnd());

const body = () => form.querySelector("#editor-lines tbody");
// None while the form shows no lines.
const rows = () => [...(body()?.rows ?? [])];
const cells = (row) => [...row.querySelectorAll(CELLS)];
const rowOf = (element) => element.closest?.("#editor-lines [data-row]");

function renumber() {
  for (const [index, row] of rows().entries()) {
    if (row.dataset.row === String(index)) continue;
    row.dataset.row = index;
    for (const one of row.querySelectorAll("[name^=lines-]")) one.name = renumbered(one.name, index);
    for (const one of row.querySelectorAll("[id]")) one.id = renumbered(one.id, index);
    for (const one of row.querySelectorAll("[aria-describedby]")) {
      one.setAttribute("aria-describedby", `${one.name}-error`);
    }
    for (const one of row.querySelectorAll("[aria-label]")) {
      one.setAttribute("aria-label", one.ariaLabel.replace(/\d+$/, index + 1));
    }
    for (const button of row.querySelectorAll("button")) button.value = index;
  }
}

function changed() {
  typed = true;
  renumber();
  form.dispatchEvent(new CustomEvent("rows"));
}

function add() {
  const row = document.getElementById("blank-row").content.firstElementChild.cloneNode(true);
  row.dataset.row = "new";
  body().append(row);
  changed();
  return row;
}

function move(row, step) {
  const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  const focused = document.activeElement;
  if (step < 0) other.before(row);
  else other.after(row);
  focused.focus();
  changed();
}

function remove(row) {
  const near = row.nextElementSibling ?? row.previousElementSibling ?? add();
  row.remove();
  changed();
  cells(near)[0].focus();
}

// What is wrong stands under its cell, or nothing does.
function say(cell, message) {
  let note = cell.parentElement.querySelector(".field-error");
  if (!message) {
    note?.remove();
    cell.removeAttribute("aria-invalid");
    cell.removeAttribute("aria-describedby");
    return;
  }
  if (!note) {
    note = Object.assign(document.createElement("p"), { className: "field-error", id: `${cell.name}-error` });
    cell.after(note);
  }
  if (note.textContent !== message) note.textContent = message;
  cell.setAttribute("aria-invalid", "true");
  cell.setAttribute("aria-describedby", note.id);
}

// A fault shows once somebody has left its cell, a missing value once somebody has left the row; it goes when mended.
function judge(row) {
  if (!row.problems) return;
  for (const cell of cells(row)) {
    const message = row.problems[columnOf(cell.name)];
    const due = row.hasAttribute("data-left") || (cell.hasAttribute("data-left") && cell.value);
    if (!message || due || cell.hasAttribute("aria-invalid")) say(cell, message);
  }
}

function left(event) {
  const row = rowOf(event.target);
  if (!row?.isConnected) return;
  if (event.target.matches(CELLS) && typed) event.target.setAttribute("data-left", "");
  if (!row.contains(event.relatedTarget) && cells(row).some((cell) => cell.value)) row.setAttribute("data-left", "");
  judge(row);
}

// The fields above the lines that were mended since they were refused.
function mend(wrong) {
  for (const field of form.querySelectorAll(".field [aria-invalid=true]")) {
    if (wrong.includes(field.name) || field.value === field.defaultValue) continue;
    document.getElementById(`${field.id}_error`)?.remove();
    document.getElementById(`${field.id}_helptext`)?.removeAttribute("hidden");
    field.removeAttribute("aria-invalid");
  }
  const isWrong = wrong.length || rows().some((row) => Object.keys(row.problems ?? {}).length);
  if (!isWrong && !form.querySelector("[aria-invalid=true]")) form.querySelector("[data-form-errors]")?.remove();
}

// The totals bring along what each line comes to, what is wrong with it, and which tax it has by itself.
function show(event) {
  if (event.detail.target.id !== "editor-totals") return;
  const said = document.getElementById("editor-total");
  const { total, wrong } = document.getElementById("editor-totals").dataset;
  if (said.textContent !== total) said.textContent = total;
  for (const amount of document.querySelectorAll("#editor-totals data")) {
    const row = body().querySelector(`[data-row="${amount.value}"]`);
    if (!row) continue;
    row.querySelector("[data-cell=amount]").textContent = amount.textContent;
    row.querySelector("select").options[0].textContent = amount.dataset.tax;
    row.problems = JSON.parse(amount.dataset.problems);
    judge(row);
  }
  form.toggleAttribute("data-home", document.getElementById("editor-totals").hasAttribute("data-home"));
  mend(wrong.split(" ").filter(Boolean));
}

function focusCell(row, at) {
  const cell = cells(row)[at];
  cell?.focus();
  cell?.select?.();
}

function forward(cell) {
  const row = rowOf(cell);
  const at = cells(row).indexOf(cell) + 1;
  if (at < cells(row).length) focusCell(row, at);
  else focusCell(row.nextElementSibling ?? add(), 0);
}

function press(event) {
  const cell = event.target;
  const row = rowOf(cell);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === "Enter" && cell.matches("[role=combobox]") && !row) {
    event.preventDefault();
    const fields = [...form.querySelectorAll(".field :is(input, select, textarea)")];
    fields[fields.indexOf(cell) + 1]?.focus();
  } else if (!row) {
    return;
  } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    move(row, event.key === "ArrowUp" ? -1 : 1);
  } else if (event.key === "Enter" && !event.shiftKey && cell.matches(CELLS)) {
    event.preventDefault();
    forward(cell);
  } else if ((event.key === "ArrowUp" || event.key === "ArrowDown") && cell.matches("input")) {
    const other = event.key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    event.preventDefault();
    focusCell(other, cells(row).indexOf(cell));
  }
}

// Text of one cell is pasted as anywhere; several cells are lines, or from a column of numbers on, numbers.
function paste(event) {
  const text = event.clipboardData.getData("text/plain");
  const row = rowOf(event.target);
  if (!row || !isGrid(text, event.target.matches("textarea"))) return;
  event.preventDefault();
  form.elements.pasted.value = text;
  form.elements.paste_at.value = row.dataset.row;
  form.elements.paste_column.value = columnOf(event.target.name);
  pasteRows();
}

async function pasteRows() {
  await htmx.ajax("POST", form.action, {
    source: form,
    target: "#editor-lines",
    swap: "outerHTML",
    values: { paste_rows: "1" },
  });
  for (const name of ["pasted", "paste_at", "paste_column"]) form.elements[name].value = "";
  form.querySelector(".paste").open = false;
  const first = document.getElementById("editor-lines").dataset.first;
  (body().querySelector("[aria-invalid=true]") ?? cells(rows()[Math.min(Number(first), rows().length - 1)])[0]).focus();
  changed();
}

function click(event) {
  const button = event.target.closest("button[name]");
  if (!button || event.defaultPrevented) return;
  const row = rowOf(button);
  const acts = {
    add_line: () => focusCell(add(), 0),
    move_up: () => move(row, -1),
    move_down: () => move(row, 1),
    remove_line: () => remove(row),
    paste_rows: () => pasteRows(),
  };
  if (!(button.name in acts)) return;
  event.preventDefault();
  acts[button.name]();
}

if (form) {
  form.addEventListener("keydown", press);
  form.addEventListener("paste", paste);
  form.addEventListener("click", click);
  form.addEventListener("htmx:afterSwap", show);
  form.addEventListener("focusout", left);
  form.addEventListener("input", () => {
    typed = true;
  });
  form.addEventListener("picked", (event) => {
    const row = rowOf(event.target);
    if (row)
      focusCell(
        row,
        cells(row).findIndex((cell) => columnOf(cell.name) === "quantity"),
      );
  });
  form.addEventListener("submit", () => {
    saving = true;
  });
  // A customer that was made in the dialog stands in the field.
  document.addEventListener("customer-made", (event) => {
    form.elements.customer.value = event.detail.label;
    document.getElementById("dialog").close();
    form.elements.customer.focus();
    changed();
  });
  addEventListener("beforeunload", (event) => {
    if (typed && !saving) event.preventDefault();
  });
  // What was typed before this file was there: now that htmx listens too, the totals follow it.
  document.addEventListener("DOMContentLoaded", () => {
    const fields = rows().flatMap(cells);
    if (fields.some((one) => "defaultValue" in one && one.value !== one.defaultValue)) changed();
  });
  const first = document.getElementById("conflict") ?? form.querySelector("[aria-invalid=true]");
  first?.scrollIntoView({ block: "center" });
  (first ?? form.elements.customer)?.focus({ preventScroll: Boolean(first) });
}
