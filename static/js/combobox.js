// A field with data-options suggests what its URL finds for the typed text; without this file it is a plain field.
const PAUSE = 120;
const list = Object.assign(document.createElement("ul"), { id: "suggestions", className: "suggestions", hidden: true });
list.setAttribute("role", "listbox");
list.setAttribute("popover", "manual");
let field = null;
let chosen = -1;
let waiting = 0;
let request = null;
// What was typed since something was picked, and for which text the list was made.
let typed = false;
let listed = "";

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
  for (const [at, option] of all.entries()) option.setAttribute("aria-selected", String(at === chosen));
  if (chosen < 0) return;
  field.setAttribute("aria-activedescendant", all[chosen].id);
  all[chosen].scrollIntoView({ block: "nearest" });
}

// What the item before filled in, and nobody changed since, goes with it.
function fill(row, data) {
  for (const cell of row.querySelectorAll("[data-filled]")) {
    if (cell.value === cell.dataset.filled) cell.value = "";
    delete cell.dataset.filled;
  }
  for (const [name, value] of Object.entries(data)) {
    const beside = name.startsWith("fill") && row.querySelector(`[name$="-${name.slice(4).toLowerCase()}"]`);
    if (!beside || beside.value) continue;
    beside.value = value;
    beside.dataset.filled = value;
  }
}

function pick(option, into = field, goesOn = true) {
  const row = into.closest("[data-row]");
  into.value = option.dataset.value;
  if (row) fill(row, option.dataset);
  if (into === field) {
    typed = false;
    close();
  }
  into.dispatchEvent(new Event("input", { bubbles: true }));
  if (goesOn) into.dispatchEvent(new CustomEvent("picked", { bubbles: true }));
}

async function fetchOptions(asking, signal) {
  const url = new URL(asking.dataset.options, location.href);
  url.searchParams.set("q", asking.value);
  for (const name of ["customer", "currency"]) {
    const value = asking.form?.elements[name]?.value;
    if (value && asking.name !== name) url.searchParams.set(name, value);
  }
  const answer = await fetch(url, { signal, headers: { "HX-Request": "true" } });
  return answer.ok && !answer.redirected ? answer.text() : "";
}

async function ask() {
  request?.abort();
  request = new AbortController();
  const asking = field;
  const text = asking.value;
  try {
    const found = await fetchOptions(asking, request.signal);
    if (asking !== field || asking.value !== text) return;
    list.innerHTML = found;
  } catch (error) {
    if (error.name === "AbortError") return;
    throw error;
  }
  listed = text;
  options().forEach((option, index) => {
    option.id = `suggestion-${index}`;
  });
  chosen = -1;
  if (!options().length) return close();
  if (options().length === 1 && isMeant(options()[0], text)) return pick(options()[0], asking, false);
  list.hidden = false;
  place();
  if (!list.matches(":popover-open")) list.showPopover();
  field.setAttribute("aria-expanded", "true");
}

const code = (option) => option.dataset.exact ?? option.dataset.value;
const isMeant = (option, text) => code(option).toLowerCase() === text.trim().toLowerCase();

// Takes what was typed for the suggestion that has exactly this code, or else for the first one.
async function take(asking, { onlyExact = false, goesOn = false } = {}) {
  const text = asking.value;
  const isListed = asking === field && listed === text && options().length;
  const holder = document.createElement("ul");
  holder.innerHTML = isListed ? list.innerHTML : await fetchOptions(asking);
  const found = [...holder.querySelectorAll("[role=option]")];
  const alike = found.filter((option) => isMeant(option, text));
  const exact = alike.find((option) => code(option) === text.trim()) ?? (alike.length === 1 ? alike[0] : undefined);
  const meant = exact ?? (onlyExact ? undefined : found[0]);
  if (asking.value !== text || !asking.isConnected) return;
  if (meant) pick(meant, asking, goesOn);
  else if (goesOn) asking.dispatchEvent(new CustomEvent("picked", { bubbles: true }));
}

function upgrade(input) {
  if (input.getAttribute("role") === "combobox") return;
  input.removeAttribute("list");
  const attributes = {
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
}

document.body.append(list);
document.querySelectorAll("[data-options]").forEach(upgrade);
document.addEventListener("focusin", (event) => {
  if (event.target === field) return;
  close();
  field = event.target.matches("[data-options]") ? event.target : null;
  typed = false;
  if (field) upgrade(field);
});
document.addEventListener("focusout", (event) => {
  if (event.target !== field) return;
  if (typed && field.value.trim()) take(field, { onlyExact: true });
  typed = false;
  close();
});
document.addEventListener("input", (event) => {
  if (event.target !== field || !event.isTrusted) return;
  clearTimeout(waiting);
  typed = true;
  if (field.value.trim()) waiting = setTimeout(ask, PAUSE);
  else close();
});
document.addEventListener(
  "keydown",
  (event) => {
    if (event.target !== field || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const open = !list.hidden;
    const asks = typed && field.value.trim();
    if (event.key === "Tab") {
      if (open && chosen >= 0) pick(options()[chosen], field, false);
      else if (asks) take(field);
      typed = false;
      return;
    }
    if (event.key === "Enter" && open && chosen >= 0) pick(options()[chosen]);
    else if (event.key === "Enter" && asks) {
      typed = false;
      take(field, { goesOn: true });
      close();
    } else if (event.key === "ArrowDown" && !open && field.value.trim()) ask();
    else if (!open) return;
    else if (event.key === "ArrowDown") mark(chosen + 1);
    else if (event.key === "ArrowUp") mark(chosen < 0 ? -1 : chosen - 1);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);
list.addEventListener("pointerdown", (event) => {
  const option = event.target.closest("[role=option]");
  event.preventDefault();
  if (option) pick(option);
});
for (const moved of ["scroll", "resize"])
  addEventListener(
    moved,
    () => {
      if (field && !list.hidden) place();
    },
    true,
  );
