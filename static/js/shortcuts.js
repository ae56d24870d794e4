// Keys for what a page offers: an element with data-keys="g c" is clicked by g, then c.  ? lists them.
// They can be switched off (WCAG 2.1.4), and rest while somebody types or a dialog is open.
const sheet = document.getElementById("shortcuts");
const list = sheet?.querySelector("[data-shortcut-list]");
const choice = sheet?.querySelector("[data-single-keys]");
const PAUSE = 1000;
let typed = [];
let last = 0;

function areOn() {
  try {
    return localStorage.getItem("single-keys") !== "off";
  } catch {
    return true;
  }
}

function keep(on) {
  try {
    localStorage.setItem("single-keys", on ? "on" : "off");
  } catch {
    choice.checked = true;
  }
}

function isBusy(target) {
  return (
    target.closest("input, select, textarea, [contenteditable]") ||
    document.querySelector("dialog[open], :popover-open")
  );
}

function nameOf(element) {
  return element.dataset.keysName ?? element.textContent.trim();
}

function show() {
  for (const row of list.querySelectorAll("[data-found]")) row.remove();
  for (const element of document.querySelectorAll("[data-keys]")) {
    const row = document.createElement("div");
    row.dataset.found = "";
    const keys = element.dataset.keys
      .split(" ")
      .map((key) => Object.assign(document.createElement("kbd"), { textContent: key }));
    const held = document.createElement("dd");
    held.append(...keys.flatMap((key) => [key, " "]));
    row.append(Object.assign(document.createElement("dt"), { textContent: nameOf(element) }), held);
    list.append(row);
  }
  choice.checked = areOn();
  sheet.showModal();
}

// The element for the last two keys, or else for the last one.
export function withKeys(keys, elements) {
  const wanted = [keys.join(" "), keys.at(-1)];
  return wanted.map((one) => elements.find((element) => element.dataset.keys === one)).find(Boolean);
}

function press(event) {
  typed = event.timeStamp - last > PAUSE ? [event.key] : [...typed.slice(-1), event.key];
  last = event.timeStamp;
  const element = withKeys(typed, [...document.querySelectorAll("[data-keys]")]);
  if (!element) return;
  event.preventDefault();
  typed = [];
  element.click();
}

if (sheet) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || isBusy(event.target)) return;
    if (event.key === "?") show();
    else if (!areOn()) return;
    else if (event.key === "/") {
      event.preventDefault();
      document.querySelector("[data-palette]")?.click();
    } else press(event);
  });
  choice.addEventListener("change", () => keep(choice.checked));
  sheet.addEventListener("click", (event) => {
    if (event.target === sheet || event.target.closest("[data-close-shortcuts]")) sheet.close();
  });
}
