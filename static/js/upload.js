/* A file that is being sent: says so, and says at once when it is too large. Without this file the
   browser shows that it waits, and the answer says what is wrong. */
(function () {
  "use strict";

  const form = document.querySelector("form[data-upload]");
  const field = form && form.querySelector("input[type='file'][data-largest]");
  const status = form && form.querySelector("[data-upload-status]");
  if (!field || !status) return;

  function file() {
    return field.files && field.files[0];
  }

  function isTooLarge() {
    return file() && file().size > Number(field.dataset.largest);
  }

  field.addEventListener("change", function () {
    status.textContent = isTooLarge() ? form.dataset.tooLarge : "";
  });

  /* Before the page's own guard against sending twice. */
  form.addEventListener("submit", function (event) {
    if (isTooLarge()) {
      event.preventDefault();
      status.textContent = form.dataset.tooLarge;
      field.focus();
      return;
    }
    if (!file()) return;
    const size = Math.max(1, Math.round(file().size / 1048576));
    status.textContent = form.dataset.upload.replace("{size}", size);
  });
})();
