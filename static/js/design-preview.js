// The page "Document design" shows what is typed and chosen on a small document beside the form.
const preview = document.querySelector("[data-design]");
const form = document.getElementById(preview?.dataset.design);
const COLOUR = /^#[0-9a-f]{6}$/i;

function picture(source) {
  const logo = preview.querySelector("[data-show=logo]");
  logo.hidden = !source;
  if (source) logo.src = source;
}

function showLogo() {
  const [file] = form.elements.logo.files;
  if (form.elements.no_logo?.checked) picture("");
  else if (!file) picture(preview.dataset.logo);
  else {
    const reader = new FileReader();
    reader.addEventListener("load", () => picture(reader.result));
    reader.readAsDataURL(file);
  }
}

function show() {
  for (const name of ["letterhead", "footer"])
    preview.querySelector(`[data-show=${name}]`).textContent = form.elements[name].value;
  const colour = form.elements.accent_color.value.trim();
  preview.style.setProperty("--design-accent", COLOUR.test(colour) ? colour : "");
  preview.dataset.size = form.elements.paper_size.value;
}

if (preview && form) {
  form.addEventListener("input", show);
  form.addEventListener("change", (event) => {
    if (event.target.name === "logo" || event.target.name === "no_logo") showLogo();
  });
  show();
  showLogo();
}
