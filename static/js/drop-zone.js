// A form with data-drop-zone is sent as soon as a file is chosen or dropped on it; without this file, by its button.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-drop-zone] input[type=file]") && event.target.files.length)
    event.target.form.requestSubmit();
});

const zoneOf = (event) => event.target.closest?.("[data-drop-zone]");

document.addEventListener("dragover", (event) => {
  const zone = zoneOf(event);
  if (!zone || !event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  zone.dataset.over = "";
});
document.addEventListener("dragleave", (event) => {
  const zone = zoneOf(event);
  if (zone && !zone.contains(event.relatedTarget)) delete zone.dataset.over;
});
document.addEventListener("drop", (event) => {
  const zone = zoneOf(event);
  if (!zone) return;
  event.preventDefault();
  delete zone.dataset.over;
  const [file] = event.dataTransfer.files;
  if (!file) return;
  const one = new DataTransfer();
  one.items.add(file);
  zone.querySelector("input[type=file]").files = one.files;
  zone.requestSubmit();
});
