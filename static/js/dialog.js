// A link with data-dialog opens its page's form in the dialog; without this file it leads to the page itself.
const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");
const discard = document.getElementById("dialog-discard");
const FIELDS = "input:not([type=hidden]), select, textarea";
let opener = null;
let typed = false;

function focusFirst() {
  const wrong = body.querySelector("[aria-invalid=true]");
  (
    wrong ??
    body.querySelector("[autofocus]") ??
    body.querySelector(FIELDS) ??
    body.querySelector("form button")
  )?.focus();
}

function close() {
  if (typed && discard.hidden) {
    discard.hidden = false;
    discard.querySelector("[data-dialog-keep]").focus();
    return;
  }
  dialog.close();
}

if (dialog) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (
      !link ||
      event.defaultPrevented ||
      event.button ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    event.preventDefault();
    opener = link;
    typed = false;
    link.setAttribute("aria-busy", "true");
    htmx
      .ajax("GET", link.href, { source: dialog, target: body, swap: "innerHTML" })
      .finally(() => link.removeAttribute("aria-busy"));
  });

  // An answer that is no form of a dialog, such as a refusal, is a page: go there.
  dialog.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== body || !event.detail.isError || event.detail.requestConfig.verb !== "get") return;
    event.preventDefault();
    location.assign(opener?.href ?? location.href);
  });
  dialog.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== body) return;
    discard.hidden = true;
    if (!dialog.open) dialog.showModal();
    focusFirst();
  });
  dialog.addEventListener("input", () => {
    typed = true;
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  dialog.addEventListener("click", (event) => {
    const has = (name) => event.target.closest(`[${name}]`);
    if (event.target === dialog) close();
    else if (has("data-dialog-discard")) dialog.close();
    else if (has("data-dialog-keep")) {
      discard.hidden = true;
      focusFirst();
    } else if (has("data-dialog-close")) {
      event.preventDefault();
      close();
    }
  });
  dialog.addEventListener("close", () => {
    body.replaceChildren();
    discard.hidden = true;
    typed = false;
    opener?.focus();
  });
}
