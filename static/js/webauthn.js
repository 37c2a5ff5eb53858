/* Lets a security key or passkey answer: fills in the hidden field and sends the form. */
(function () {
  "use strict";

  function bytes(text) {
    const plain = window.atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (letter) {
      return letter.charCodeAt(0);
    });
  }

  function letters(buffer) {
    if (!buffer) return null;
    const plain = Array.from(new Uint8Array(buffer), function (byte) {
      return String.fromCharCode(byte);
    }).join("");
    return window.btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function known(list) {
    return (list || []).map(function (one) {
      return Object.assign({}, one, { id: bytes(one.id) });
    });
  }

  async function create(options) {
    const wish = Object.assign({}, options, {
      challenge: bytes(options.challenge),
      user: Object.assign({}, options.user, { id: bytes(options.user.id) }),
      excludeCredentials: known(options.excludeCredentials),
    });
    const made = await navigator.credentials.create({ publicKey: wish });
    return {
      id: made.id,
      rawId: letters(made.rawId),
      type: made.type,
      clientExtensionResults: made.getClientExtensionResults(),
      response: {
        clientDataJSON: letters(made.response.clientDataJSON),
        attestationObject: letters(made.response.attestationObject),
      },
    };
  }

  async function get(options) {
    const wish = Object.assign({}, options, {
      challenge: bytes(options.challenge),
      allowCredentials: known(options.allowCredentials),
    });
    const shown = await navigator.credentials.get({ publicKey: wish });
    return {
      id: shown.id,
      rawId: letters(shown.rawId),
      type: shown.type,
      clientExtensionResults: shown.getClientExtensionResults(),
      response: {
        clientDataJSON: letters(shown.response.clientDataJSON),
        authenticatorData: letters(shown.response.authenticatorData),
        signature: letters(shown.response.signature),
        userHandle: letters(shown.response.userHandle),
      },
    };
  }

  function start(box) {
    const button = box.querySelector("[data-webauthn-start]");
    const status = box.querySelector("[data-webauthn-status]");
    const field = box.querySelector('input[name="' + box.dataset.webauthnField + '"]');
    const options = JSON.parse(box.dataset.webauthnOptions).publicKey;
    button.hidden = false;
    status.textContent = "";
    button.addEventListener("click", async function () {
      status.textContent = "";
      button.disabled = true;
      try {
        const act = box.dataset.webauthn === "create" ? create : get;
        field.value = JSON.stringify(await act(options));
        field.form.submit();
      } catch {
        status.textContent = box.dataset.webauthnFailed;
        button.disabled = false;
      }
    });
    /* Enter in the name field must not send a form that no key has answered. */
    if (box.dataset.webauthn === "create") {
      field.form.addEventListener("submit", function (event) {
        if (field.value) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        button.click();
      }, true);
    }
  }

  if (!window.PublicKeyCredential) return;
  document.querySelectorAll("[data-webauthn]").forEach(start);
})();
