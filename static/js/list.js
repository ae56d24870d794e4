// Lists: selecting rows (all at once, or a range with Shift), how many are selected, and URLs without empty filters.
const boxes = () => [...document.querySelectorAll(".table-choice input[name=row]")];
let last = null;

function tell() {
  const chosen = boxes().filter((box) => box.checked).length;
  const all = document.querySelector("[data-choose-all]");
  const count = document.querySelector("[data-chosen]");
  if (all) {
    all.checked = chosen > 0 && chosen === boxes().length;
    all.indeterminate = chosen > 0 && !all.checked;
  }
  if (count) count.textContent = chosen ? count.dataset.chosen.replace("%s", chosen) : "";
}

// The rows from the one that was chosen before to this one; only this one where there was none.
export function range(all, before, now) {
  const [from, to] = [all.indexOf(before), all.indexOf(now)];
  return from < 0 ? [now] : all.slice(Math.min(from, to), Math.max(from, to) + 1);
}

function choose(boxes, isChosen) {
  for (const box of boxes) box.checked = isChosen;
}

document.addEventListener("click", (event) => {
  const box = event.target;
  if (box.closest?.("[data-choose-none]")) choose(boxes(), false);
  else if (box.matches?.("[data-choose-all]")) choose(boxes(), box.checked);
  else if (!box.matches?.(".table-choice input[name=row]")) return;
  else {
    choose(event.shiftKey ? range(boxes(), last, box) : [box], box.checked);
    last = box;
  }
  tell();
});
document.addEventListener("htmx:afterSettle", tell);
addEventListener("pageshow", tell);

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.id !== "list-form") return;
  for (const [name, value] of Object.entries(event.detail.parameters))
    if (value === "") delete event.detail.parameters[name];
});
