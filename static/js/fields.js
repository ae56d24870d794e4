// Fields for files and colours look like the others, in every browser; without this file they are the browser's own.
const made = (tag, properties) => Object.assign(document.createElement(tag), properties);

function fileField(input) {
  const box = made("span", { className: "file-field" });
  const name = made("span", { className: "text-muted", textContent: input.dataset.none });
  const choose = made("label", { className: "button", htmlFor: input.id, textContent: input.dataset.choose });
  input.replaceWith(box);
  input.classList.add("visually-hidden");
  box.append(input, choose, name);
  input.addEventListener("change", () => {
    name.textContent = [...input.files].map((file) => file.name).join(", ") || input.dataset.none;
  });
}

function colourField(input) {
  const box = made("span", { className: "colour-field" });
  const picker = made("input", { type: "color", value: input.value || "#000000" });
  picker.setAttribute("aria-label", input.dataset.colour);
  input.replaceWith(box);
  box.append(picker, input);
  picker.addEventListener("input", () => {
    input.value = picker.value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  input.addEventListener("input", () => {
    if (/^#[0-9a-f]{6}$/i.test(input.value)) picker.value = input.value;
  });
}

function all(root) {
  root.querySelectorAll("input[type=file][data-choose]").forEach((input) => {
    if (!input.closest(".file-field")) fileField(input);
  });
  root.querySelectorAll("input[data-colour]").forEach((input) => {
    if (!input.closest(".colour-field")) colourField(input);
  });
}

all(document);
document.addEventListener("htmx:load", (event) => all(event.detail.elt));
