// Ties the buttons for passkeys to django-allauth's scripts, and says when one was not used.
const offers = document.querySelectorAll("[data-passkey-offer]");
const troubles = document.querySelectorAll("[data-passkey-trouble]");

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const trouble of troubles) trouble.hidden = false;
});

if (window.PublicKeyCredential) {
  for (const button of document.querySelectorAll("[data-passkey]")) {
    const ids = { credential: "id_credential", login: button.id, add: button.id, authenticate: button.id };
    if (document.getElementById("js_data")) ids.data = "js_data";
    if (document.getElementById("id_passwordless")) ids.passwordless = "id_passwordless";
    window.allauth.webauthn.forms[button.dataset.passkey]({ ids });
  }
} else {
  for (const offer of offers) offer.hidden = true;
}
