// A button with data-copy-address fills the address around it with the form's first one: billing_city takes city's text.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy-address]");
  if (!button) return;
  for (const field of button.closest(".fold").querySelectorAll("[name]")) {
    const source = button.form.elements[field.name.replace(/^.*address_/, "address_")];
    if (source) field.value = source.value;
  }
});
