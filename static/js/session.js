/* Says in good time that the session ends, and extends it. Every page works without this file. */
(function () {
  "use strict";

  const place = document.querySelector("[data-session]");
  if (!place) return;

  const WARNING = 5 * 60 * 1000;
  const KEY = "portal-session-ends";
  const text = function (name) {
    return place.getAttribute("data-text-" + name) || "";
  };
  let last = place.dataset.sessionLast === "1";
  let ends = 0;
  let warned = false;

  /* Every tab shares the session, so whichever was used last decides for all. */
  function set(seconds, share) {
    ends = Date.now() + seconds * 1000;
    if (!share) return;
    try {
      window.localStorage.setItem(KEY, String(ends));
    } catch {
      /* Without storage each tab warns for itself. */
    }
  }

  function latest() {
    try {
      return Number(window.localStorage.getItem(KEY)) || 0;
    } catch {
      return 0;
    }
  }

  function check() {
    ends = last ? ends : Math.max(ends, latest());
    const left = ends - Date.now();
    if (left <= 0) return leave();
    if (left <= WARNING && !warned) return warn();
    if (left > WARNING && warned) clear();
  }

  function leave() {
    const here = window.location.pathname + window.location.search;
    window.location.replace(
      place.dataset.sessionLogin + "?avslutad=1&next=" + encodeURIComponent(here)
    );
  }

  function warn() {
    warned = true;
    const box = document.createElement("div");
    box.className = "alert alert--warning";
    const words = document.createElement("p");
    words.className = "alert__body";
    const kept = document.querySelector("form[data-autosave]") ? "kept" : "unkept";
    words.textContent = text(last ? "last" : kept);
    box.append(words);
    if (!last) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "ds-button";
      button.dataset.size = "sm";
      button.textContent = text("extend");
      button.addEventListener("click", extend);
      box.append(button);
    }
    place.replaceChildren(box);
  }

  function clear() {
    warned = false;
    place.replaceChildren();
  }

  async function extend() {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    let answer;
    try {
      answer = await fetch(place.dataset.session, {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": token ? token.value : "" },
        credentials: "same-origin",
        redirect: "manual",
      });
    } catch {
      return;
    }
    if (!answer.ok) return leave();
    const state = await answer.json();
    last = state.last;
    set(state.left, true);
    warned = false;
    const words = document.createElement("p");
    words.className = "alert alert--success";
    words.textContent = text("extended");
    place.replaceChildren(words);
    window.setTimeout(function () {
      if (!warned) place.replaceChildren();
    }, 10000);
  }

  /* What the page fetches extends the session as well. */
  function used() {
    if (!last) set(Number(place.dataset.sessionLeft), true);
    if (warned) clear();
  }
  document.addEventListener("portal:saved", used);
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail && event.detail.successful) used();
  });

  set(Number(place.dataset.sessionLeft), true);
  window.addEventListener("storage", function (event) {
    if (event.key === KEY) check();
  });
  document.addEventListener("visibilitychange", check);
  window.setInterval(check, 5000);
  check();
})();
