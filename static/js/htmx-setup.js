// What every request of htmx needs: the form token, and a word when the server can't be reached or refuses.
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = meta("csrf-token");
});

function tell(text) {
  const note = document.createElement("div");
  note.className = "message message-error";
  note.dataset.message = "";
  note.append(Object.assign(document.createElement("p"), { textContent: text }));
  (document.querySelector("dialog[open]") ?? document.getElementById("messages"))?.prepend(note);
}

document.addEventListener("htmx:responseError", (event) => {
  if (!event.defaultPrevented) tell(meta(event.detail.xhr.status === 503 ? "text-busy" : "text-refused"));
});
document.addEventListener("htmx:sendError", () => tell(meta("text-unreachable")));
