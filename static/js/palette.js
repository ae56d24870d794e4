// Ctrl-K or ⌘K opens the search over everything.  Enter opens the first row, which is marked while the field has the
// focus; arrows walk through what is found, and typing goes on in the field.
const palette = document.getElementById("palette");
const field = document.getElementById("palette-q");
const results = document.getElementById("palette-results");
let answered = null; // the text that the rows answer
let isEntering = false; // Enter was pressed before they came

function open() {
  if (palette.open) return;
  palette.showModal();
  field.select();
  htmx.trigger(field, "palette");
}

function walk(step) {
  const places = [field, ...results.querySelectorAll("a")];
  const at = places.indexOf(document.activeElement);
  places[(at + step + places.length) % places.length].focus();
}

function enter() {
  isEntering = answered !== field.value;
  if (isEntering) htmx.trigger(field, "palette");
  else (results.querySelector("a") ?? palette.querySelector("button")).click();
}

if (palette) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-palette]");
    if (!opener || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open();
  });
  palette.addEventListener("keydown", (event) => {
    const isText = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      walk(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && event.target === field) {
      event.preventDefault();
      enter();
    } else if (event.target !== field && (isText || event.key === "Backspace")) field.focus();
  });
  palette.addEventListener("input", () => {
    isEntering = false;
  });
  palette.addEventListener("htmx:beforeSwap", (event) => {
    answered = event.detail.requestConfig.parameters.q ?? "";
  });
  palette.addEventListener("htmx:afterSwap", () => {
    if (isEntering) enter();
  });
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
  });
}
