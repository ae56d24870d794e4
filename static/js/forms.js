// Errors of a form go as soon as they are right: what is changed at a wrong field is checked by the server, which saves
// nothing then.  An error that only saving can find goes when its field is changed.
const WAIT = 300;
const timers = new WeakMap();
const checks = new WeakMap();
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

// What is wrong with the form as it is now; null where that is not known, or is asked for again.
async function ask(form) {
  checks.get(form)?.abort();
  const check = new AbortController();
  checks.set(form, check);
  const data = new FormData(form);
  data.set("check", "1");
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(form.action, { method: "POST", body: data, headers, signal: check.signal });
    if (!answer.ok || !answer.headers.get("Content-Type")?.startsWith("application/json")) return null;
    return (await answer.json()).errors;
  } catch {
    return null;
  }
}

async function check(form) {
  const errors = await ask(form);
  if (!errors) return;
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
