// Messages without a fault leave by themselves, unless somebody points at them or is inside; Undo is gone with its note.
const region = document.getElementById("messages");
const SECONDS = 8;

function start(note) {
  const stays = note.matches(".message-error, .message-warning") && !note.dataset.seconds;
  if (stays || note.dataset.started) return;
  note.dataset.started = "";
  const leave = () => {
    if (note.matches(":hover, :focus-within")) setTimeout(leave, 1000);
    else note.remove();
  };
  setTimeout(leave, 1000 * Number(note.dataset.seconds ?? SECONDS));
}

if (region) {
  const all = () => region.querySelectorAll("[data-message]").forEach(start);
  region.addEventListener("click", (event) => {
    if (event.target.closest("[data-message-close]")) event.target.closest("[data-message]").remove();
  });
  new MutationObserver(all).observe(region, { childList: true });
  all();
}
