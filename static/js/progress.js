/* Work that a page waits for: asks every other second how far it has come, until it is done or
   somebody says stop. Without this file the page has a link that asks once. */
(function () {
  "use strict";

  const EVERY = 2000;
  const place = document.querySelector("[data-progress]");
  if (!place) return;

  let timer = 0;
  const stop = document.createElement("button");
  stop.type = "button";
  stop.className = "ds-button";
  stop.dataset.variant = "secondary";
  stop.textContent = place.dataset.stop;
  place.after(stop);

  function end() {
    window.clearTimeout(timer);
    stop.remove();
  }

  function show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const now = page.querySelector("[data-progress]");
    if (!now) {
      end();
      window.location.reload();
      return;
    }
    place.replaceChildren(...now.childNodes);
    timer = window.setTimeout(ask, EVERY);
  }

  function ask() {
    window
      .fetch(window.location.href, { credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok || answer.redirected) throw new Error("no page");
        return answer.text();
      })
      .then(show)
      .catch(end);
  }

  stop.addEventListener("click", end);
  timer = window.setTimeout(ask, EVERY);
})();
