// A field with data-options offers what its address finds for the typed text; without this file it is a plain field.
const PAUSE = 120;
const list = Object.assign(document.createElement("ul"), { id: "options", className: "options", hidden: true });
list.setAttribute("role", "listbox");
list.setAttribute("popover", "manual");
let field = null;
let chosen = -1;
let waiting = 0;
let request = null;

const options = () => [...list.querySelectorAll("[role=option]")];

function close() {
  clearTimeout(waiting);
  request?.abort();
  if (list.matches(":popover-open")) list.hidePopover();
  list.hidden = true;
  list.replaceChildren();
  chosen = -1;
  field?.setAttribute("aria-expanded", "false");
  field?.removeAttribute("aria-activedescendant");
}

function place() {
  const box = field.getBoundingClientRect();
  const below = innerHeight - box.bottom;
  list.style.left = `${box.left}px`;
  list.style.minWidth = `${box.width}px`;
  list.style.top = below > 240 || below > box.top ? `${box.bottom}px` : "auto";
  list.style.bottom = list.style.top === "auto" ? `${innerHeight - box.top}px` : "auto";
}

function mark(index) {
  const all = options();
  chosen = all.length ? (index + all.length) % all.length : -1;
  all.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
  if (chosen < 0) return;
  field.setAttribute("aria-activedescendant", all[chosen].id);
  all[chosen].scrollIntoView({ block: "nearest" });
}

function pick(option) {
  const into = field;
  const row = into.closest("[data-row]");
  into.value = option.dataset.value;
  for (const [name, value] of Object.entries(option.dataset)) {
    const beside = name.startsWith("fill") && row?.querySelector(`[name$="-${name.slice(4).toLowerCase()}"]`);
    if (beside && (!beside.value || beside.value === beside.dataset.filled)) {
      beside.value = value;
      beside.dataset.filled = value;
    }
  }
  close();
  into.dispatchEvent(new Event("input", { bubbles: true }));
  into.dispatchEvent(new CustomEvent("picked", { bubbles: true }));
}

async function ask() {
  request?.abort();
  request = new AbortController();
  const asking = field;
  const address = new URL(asking.dataset.options, location.href);
  address.searchParams.set("q", asking.value);
  for (const name of ["customer", "currency"]) {
    const value = asking.form?.elements[name]?.value;
    if (value && asking.name !== name) address.searchParams.set(name, value);
  }
  try {
    const answer = await fetch(address, { signal: request.signal, headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected || asking !== field) return;
    list.innerHTML = await answer.text();
  } catch (error) {
    if (error.name === "AbortError") return;
    throw error;
  }
  options().forEach((option, index) => { option.id = `option-${index}`; });
  chosen = -1;
  if (!options().length) return close();
  list.hidden = false;
  place();
  if (!list.matches(":popover-open")) list.showPopover();
  field.setAttribute("aria-expanded", "true");
}

function upgrade(input) {
  if (input.getAttribute("role") === "combobox") return;
  input.removeAttribute("list");
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
}

document.body.append(list);
document.querySelectorAll("[data-options]").forEach(upgrade);
document.addEventListener("focusin", (event) => {
  if (event.target === field) return;
  close();
  field = event.target.matches("[data-options]") ? event.target : null;
  if (field) upgrade(field);
});
document.addEventListener("focusout", (event) => { if (event.target === field) close(); });
document.addEventListener("input", (event) => {
  if (event.target !== field || !event.isTrusted) return;
  clearTimeout(waiting);
  if (field.value.trim()) waiting = setTimeout(ask, PAUSE);
  else close();
});
document.addEventListener("keydown", (event) => {
  if (event.target !== field || event.altKey || event.ctrlKey || event.metaKey) return;
  const open = !list.hidden;
  if (event.key === "ArrowDown" && !open && field.value.trim()) ask();
  else if (!open) return;
  else if (event.key === "ArrowDown") mark(chosen + 1);
  else if (event.key === "ArrowUp") mark(chosen < 0 ? -1 : chosen - 1);
  else if (event.key === "Escape") close();
  else if (event.key === "Enter" && chosen >= 0) pick(options()[chosen]);
  else if (event.key === "Tab" && chosen >= 0) return pick(options()[chosen]);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
list.addEventListener("pointerdown", (event) => {
  const option = event.target.closest("[role=option]");
  event.preventDefault();
  if (option) pick(option);
});
addEventListener("scroll", () => { if (field && !list.hidden) place(); }, true);
