// The queue of bank transactions at the keyboard: arrows move, Enter accepts the first suggestion.  Letters are data-keys.
const queue = document.querySelector("[data-queue]");

function isBusy(target) {
  return (
    target.closest("a, button, summary, input, select, textarea, [contenteditable]") ||
    document.querySelector("dialog[open], :popover-open")
  );
}

// The link to the row that is so many before or after the current one.
export function neighbour(links, step) {
  const place = links.findIndex((link) => link.hasAttribute("aria-current"));
  return links[place + step];
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || isBusy(event.target)) return;
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  const wanted =
    event.key === "Enter"
      ? queue.querySelector("[data-queue-accept]")
      : event.key in steps && neighbour([...queue.querySelectorAll(".queue-row")], steps[event.key]);
  if (!wanted) return;
  event.preventDefault();
  wanted.click();
}

if (queue) {
  document.addEventListener("keydown", press);
  queue.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
}
