/* Keeps what is typed in form[data-autosave]: nothing older than four seconds is unsaved. */
(function () {
  "use strict";

  const WAIT = 2500;
  const RETRIES = [2000, 4000, 8000, 15000];
  const PATIENCE = 10000;
  /* Leaving a field for the submit button must not start a save that the submit then meets. */
  const AFTER_BLUR = 400;
  /* A request kept alive while the page closes may carry 64 kB. */
  const KEEPALIVE_LIMIT = 60000;
  /* So long a followed link waits for the save; then the browser asks. */
  const BEFORE_A_LINK = 2000;
  /* What was not yet saved when the page was left: a page that is loaded again at once is made before
     the last save arrives, and would show the text from before it. */
  const NOTE = "portal-unsaved";

  /* Only the first page after the one that was left may use it; portal.js throws it away too. */
  function takeNote() {
    try {
      const note = JSON.parse(window.sessionStorage.getItem(NOTE));
      window.sessionStorage.removeItem(NOTE);
      return note;
    } catch {
      return null;
    }
  }

  function leaveNote(note) {
    try {
      window.sessionStorage.setItem(NOTE, JSON.stringify(note));
    } catch {
      /* Without storage the save that is on its way is all there is. */
    }
  }

  function start(form, note) {
    const url = form.getAttribute("data-autosave");
    const status =
      form.querySelector("[data-autosave-status]") || document.querySelector("[data-autosave-status]");
    const text = function (name) {
      return form.getAttribute(name) || "";
    };
    let timer = 0;
    let latest = 0;
    let saved = 0;
    let failures = 0;
    let busy = null;
    let over = false;
    let leaving = false;
    let refused = false;
    let submitting = false;
    let sending = null;
    const touched = new Set();
    /* The note is for the same person, page and form. */
    const person = document.documentElement.dataset.signedIn;
    const mark = [person, location.pathname + location.search, url].join(" ");

    function isUnsaved() {
      return !submitting && (refused || latest !== saved);
    }

    /* A refusal stands at its field, where it is seen; the status may have scrolled away. */
    function clearRefusal() {
      refused = false;
      const note = document.getElementById("autosave-refusal");
      if (!note) return;
      const control = form.querySelector('[aria-describedby~="autosave-refusal"]');
      if (control) {
        const others = control.getAttribute("aria-describedby").split(" ");
        const rest = others.filter((id) => id !== "autosave-refusal").join(" ");
        if (rest) control.setAttribute("aria-describedby", rest);
        else control.removeAttribute("aria-describedby");
        control.removeAttribute("aria-invalid");
      }
      note.closest(".field")?.classList.remove("field--error");
      note.remove();
    }

    /* What the page was loaded with said about a field that is now corrected and saved. */
    function clearPageErrors() {
      for (const control of form.querySelectorAll('[aria-invalid="true"]')) {
        if (!touched.has(control.name)) continue;
        const error = control.id + "_error";
        document.getElementById(error)?.remove();
        control.removeAttribute("aria-invalid");
        const described = (control.getAttribute("aria-describedby") || "").split(" ");
        control.setAttribute("aria-describedby", described.filter((id) => id !== error).join(" "));
        control.closest(".field--error")?.classList.remove("field--error");
        const link = document.querySelector(`.error-summary a[href="#${control.id}"]`);
        const summary = link?.closest(".error-summary");
        link?.closest("li").remove();
        if (summary && !summary.querySelector("li")) summary.remove();
      }
    }

    function refuse(message, id) {
      clearRefusal();
      refused = true;
      const control = id && document.getElementById(id);
      /* What the page itself was loaded with is said already. */
      if (!control || !message || control.getAttribute("aria-invalid") === "true") return;
      const note = document.createElement("p");
      note.id = "autosave-refusal";
      note.className = "field-error";
      note.textContent = message;
      (control.closest(".joined, .picks") || control).before(note);
      control.closest(".field")?.classList.add("field--error");
      control.setAttribute("aria-invalid", "true");
      const described = control.getAttribute("aria-describedby");
      control.setAttribute("aria-describedby", [described, note.id].filter(Boolean).join(" "));
    }

    function follow(reply) {
      const version = form.querySelector("input[name=version]");
      if (version && reply.version) version.value = reply.version;
      /* A page of many texts says of each what stands there now. */
      for (const [name, value] of Object.entries(reply.hidden || {})) {
        const control = form.querySelector(`input[type=hidden][name="${name}"]`);
        if (control) control.value = value;
      }
    }

    function count(reply) {
      for (const [name, words] of Object.entries(reply.counts || {})) {
        document.querySelectorAll(`[data-count="${name}"]`).forEach((place) => {
          place.textContent = words;
        });
      }
    }

    function say(message, state, link) {
      if (!status) return;
      status.dataset.state = state;
      /* The same words again would be read out again. */
      if (status.textContent === message && !link) return;
      status.textContent = message;
      if (link) {
        const anchor = document.createElement("a");
        anchor.href = link;
        anchor.textContent = text("data-conflict-link") || link;
        status.append(" ", anchor);
      }
    }

    function plan(delay) {
      if (over || timer) return;
      timer = window.setTimeout(function () {
        timer = 0;
        save();
      }, delay);
    }

    function cancel() {
      window.clearTimeout(timer);
      timer = 0;
    }

    function body() {
      const data = new FormData(form);
      for (const [name, value] of Array.from(data.entries())) {
        if (value instanceof File) data.delete(name);
      }
      return data;
    }

    function sizeOf(data) {
      let size = 0;
      for (const [name, value] of data.entries()) size += name.length + new Blob([value]).size + 150;
      return size;
    }

    async function save() {
      if (over || latest === saved || busy) return;
      cancel();
      const sent = latest;
      const data = body();
      sending = data;
      busy = new AbortController();
      const hurry = window.setTimeout(function (request) {
        request.abort();
      }, PATIENCE, busy);
      let answer;
      try {
        answer = await fetch(url, {
          method: "POST",
          body: data,
          headers: { "X-Autosave": "1", Accept: "application/json" },
          credentials: "same-origin",
          redirect: "manual",
          keepalive: sizeOf(data) < KEEPALIVE_LIMIT,
          signal: busy.signal,
        });
      } catch {
        busy = null;
        if (!over) retry();
        return;
      } finally {
        window.clearTimeout(hurry);
      }
      let reply = {};
      try {
        reply = await answer.json();
      } catch {
        /* A page instead of JSON: the status alone decides. */
      }
      busy = null;
      if (over) return;
      if (answer.ok) {
        failures = 0;
        saved = sent;
        clearRefusal();
        clearPageErrors();
        count(reply);
        document.dispatchEvent(new Event("portal:saved"));
        follow(reply);
        /* While somebody writes on, the words of the moment stay, and are read out once. */
        if (latest === saved) say(reply.message || "", "saved");
        else {
          say(text("data-soon"), "waiting");
          plan(leaving ? 0 : WAIT);
        }
      } else if (answer.status === 409) {
        over = true;
        saved = sent;
        say(reply.message || "", "trouble", reply.url);
      } else if (answer.status === 422) {
        /* A text is refused: sending it again would not help, the next change may. The rest of the
           page is saved. */
        failures = 0;
        saved = sent;
        follow(reply);
        refuse(reply.message, reply.field);
        say(reply.message || "", "trouble");
        if (latest !== saved) plan(leaving ? 0 : WAIT);
      } else if (answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status)) {
        saved = sent - 1;
        say(text("data-signed-out"), "trouble");
      } else {
        retry();
      }
    }

    function retry() {
      say(text("data-offline"), "trouble");
      plan(RETRIES[Math.min(failures, RETRIES.length - 1)]);
      failures += 1;
    }

    form.addEventListener("input", function (event) {
      if (event.target.closest("[data-no-autosave]") || !event.target.name) return;
      latest += 1;
      touched.add(event.target.name);
      if (status && status.dataset.state !== "trouble") say(text("data-soon"), "waiting");
      plan(WAIT);
    });
    form.addEventListener("focusout", function () {
      if (latest === saved) return;
      cancel();
      plan(AFTER_BLUR);
    });
    window.addEventListener("online", function () {
      if (latest !== saved) {
        cancel();
        save();
      }
    });
    function leave() {
      leaving = true;
      save();
    }
    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "hidden") leave();
      else leaving = false;
    });

    function valuesOf(data) {
      return Object.fromEntries(Array.from(touched, (name) => [name, data.getAll(name)]));
    }

    function fill(values) {
      const left = structuredClone(values);
      for (const control of form.elements) {
        if (!Object.hasOwn(values, control.name)) continue;
        if (control.type === "checkbox" || control.type === "radio") {
          control.checked = values[control.name].includes(control.value);
        } else control.value = left[control.name].shift() ?? "";
        control.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }

    /* The page goes on as the one that was left, with its key and its version: saving again what
       has arrived already is no conflict then, and what somebody else wrote in between is one. What
       was on its way comes first, since what was typed after it was never sent. */
    function goOn() {
      if (!note || note.mark !== mark) return;
      for (const name of Object.keys(note.hidden)) {
        const control = form.querySelector(`input[type=hidden][name="${name}"]`);
        if (control) control.value = note.hidden[name];
      }
      fill(note.sent);
      save();
      if (JSON.stringify(note.typed) !== JSON.stringify(note.sent)) fill(note.typed);
    }

    window.addEventListener("pagehide", function () {
      leave();
      /* A refused text is kept nowhere, and one that waits to be chosen is kept already. */
      if (over || refused || !isUnsaved()) return;
      const data = body();
      const hidden = {};
      for (const { name } of form.querySelectorAll("input[type=hidden]")) {
        if (/^(_once|(.*-)?(version|was|shown))$/.test(name)) hidden[name] = data.get(name);
      }
      leaveNote({ mark, hidden, sent: valuesOf(sending || data), typed: valuesOf(data) });
    });
    document.addEventListener("submit", function (event) {
      if (event.defaultPrevented || event.target !== form) return;
      /* The submit carries everything; a late autosave must not raise the version under it. */
      over = true;
      submitting = true;
      cancel();
      if (busy) busy.abort();
    });
    /* A link first saves what is typed, so that the browser asks only when that did not go well. */
    document.addEventListener("click", async function (event) {
      const link = event.target.closest("a[href]");
      if (!link || event.defaultPrevented || event.button !== 0) return;
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      if (link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
      if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
      if (over || refused || !isUnsaved()) return;
      event.preventDefault();
      const until = Date.now() + BEFORE_A_LINK;
      cancel();
      save();
      while ((busy || latest !== saved) && !refused && !over && Date.now() < until) {
        await new Promise((resolve) => window.setTimeout(resolve, 25));
        if (!busy && latest !== saved && !timer) save();
      }
      location.assign(link.href);
    });
    window.addEventListener("beforeunload", function (event) {
      if (isUnsaved()) event.preventDefault();
    });
    window.addEventListener("pageshow", function (event) {
      if (!event.persisted) return;
      over = false;
      submitting = false;
    });
    goOn();
  }

  function startAll() {
    const note = takeNote();
    document.querySelectorAll("form[data-autosave]").forEach((form) => start(form, note));
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", startAll);
  else startAll();
})();
