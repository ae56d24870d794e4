// Errors of a form go as soon as they are right: what is changed at a wrong field is checked by the server, which saves
// nothing then.  An error that only saving can find goes when its field is changed.
const WAIT = 300;
const timers = new WeakMap();
const changed = new WeakSet();
const wrongFields = (form) => [...form.elements].filter((field) => field.getAttribute("aria-invalid") === "true");
const list = (field) => document.getElementById(`${field.id}_error`);
const hint = (field) => document.getElementById(`${field.id}_helptext`);

function clear(field) {
  field.removeAttribute("aria-invalid");
  list(field)?.remove();
  hint(field)?.removeAttribute("hidden");
  const rest = (field.getAttribute("aria-describedby") ?? "")
    .split(" ")
    .filter((id) => id && id !== `${field.id}_error`);
  if (rest.length) field.setAttribute("aria-describedby", rest.join(" "));
  else field.removeAttribute("aria-describedby");
}

function say(field, texts) {
  list(field)?.replaceChildren(
    ...texts.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
  );
}

async function check(form) {
  const data = new FormData(form);
  data.set("check", "1");
  const answer = await fetch(form.action, {
    method: "POST",
    body: data,
    headers: { Accept: "application/json" },
  }).catch(() => null);
  if (!answer?.ok || !answer.headers.get("Content-Type")?.startsWith("application/json")) return;
  const { errors } = await answer.json();
  for (const field of wrongFields(form)) {
    if (errors[field.name]) say(field, errors[field.name]);
    else if (changed.has(field)) clear(field);
  }
  if (!wrongFields(form).length) form.querySelector("[data-form-errors]")?.remove();
}

document.addEventListener("input", (event) => {
  const { form } = event.target;
  if (!form?.matches("[data-check]") || event.target.getAttribute("aria-invalid") !== "true") return;
  changed.add(event.target);
  clearTimeout(timers.get(form));
  timers.set(
    form,
    setTimeout(() => check(form), WAIT),
  );
});
