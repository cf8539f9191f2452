// Joins the page's one passkey form to the scripts that django-allauth brings (mfa/js/webauthn.js), and says when it failed.
const section = document.querySelector("[data-passkey]");

if (section) {
  const button = document.getElementById("passkey-button");
  const ids = {
    login: button.id,
    add: button.id,
    authenticate: button.id,
    credential: section.dataset.passkeyCredential ?? "passkey-credential",
    passwordless: "id_passwordless",
    data: "passkey-options",
  };
  window.allauth.webauthn.forms[section.dataset.passkey]({ ids });

  const failure = section.querySelector("[data-passkey-failure]");
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    failure.hidden = false;
  });
}
