// Lists: choosing rows (all at once, or a range with Shift), how many are chosen, and addresses without empty filters.
const boxes = () => [...document.querySelectorAll(".table-choice input[name=row]")];
let last = null;

function tell() {
  const chosen = boxes().filter((box) => box.checked).length;
  const all = document.querySelector("[data-choose-all]");
  const said = document.querySelector("[data-chosen]");
  if (all) {
    all.checked = chosen > 0 && chosen === boxes().length;
    all.indeterminate = chosen > 0 && !all.checked;
  }
  if (said) said.textContent = chosen ? said.dataset.chosen.replace("%s", chosen) : "";
}

document.addEventListener("click", (event) => {
  const box = event.target;
  if (box.closest?.("[data-choose-none]")) boxes().forEach((one) => { one.checked = false; });
  else if (box.matches?.("[data-choose-all]")) boxes().forEach((one) => { one.checked = box.checked; });
  else if (!box.matches?.(".table-choice input[name=row]")) return;
  else {
    const all = boxes();
    const [from, to] = [all.indexOf(last), all.indexOf(box)];
    if (event.shiftKey && from >= 0) all.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((one) => { one.checked = box.checked; });
    last = box;
  }
  tell();
});
document.addEventListener("htmx:afterSettle", tell);
addEventListener("pageshow", tell);

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.id !== "list-form") return;
  for (const [name, value] of Object.entries(event.detail.parameters)) if (value === "") delete event.detail.parameters[name];
});
