// Ctrl-K or ⌘K opens the search over everything; arrows walk through what is found, typing goes on in the field.
const palette = document.getElementById("palette");
const field = document.getElementById("palette-q");
const results = document.getElementById("palette-results");

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
    } else if (event.key === "Enter" && event.target === field && results.querySelector("a")) {
      event.preventDefault();
      results.querySelector("a").click();
    } else if (event.target !== field && (isText || event.key === "Backspace")) field.focus();
  });
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
  });
}
