// Shows the email beside the form that writes it, while it is written; without this file the button shows it.
const PAUSE = 600;
let timer = null;
let count = 0;

function show(form) {
  const shown = form.querySelector(".email-preview-frame");
  const button = form.querySelector("button[formtarget]");
  if (!shown || !button) return;
  for (const late of form.querySelectorAll(".email-preview-frame[hidden]")) late.remove();
  // A fresh frame leaves no step in the browser's history, and the old one stays until the email is there.
  const next = shown.cloneNode();
  next.removeAttribute("src");
  next.name = `email-preview-${++count}`;
  next.hidden = true;
  shown.after(next);
  next.addEventListener("load", () => {
    next.hidden = false;
    shown.remove();
  });
  const copy = document.createElement("form");
  Object.assign(copy, { method: "post", action: button.formAction, target: next.name, hidden: true });
  for (const [name, value] of new FormData(form)) {
    copy.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(copy);
  copy.submit();
  copy.remove();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[formtarget]");
  if (!button?.form?.querySelector(".email-preview-frame")) return;
  event.preventDefault();
  show(button.form);
});

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.querySelector(".email-preview-frame")) return;
  clearTimeout(timer);
  timer = setTimeout(show, PAUSE, form);
});
