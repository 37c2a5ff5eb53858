/* Enhances plain pages: every page works without this file. */
(function () {
  "use strict";

  const root = document.documentElement;

  /* A page restored after sign-out would show what the session no longer allows. */
  window.addEventListener("pageshow", function (event) {
    if (event.persisted && root.hasAttribute("data-signed-in")) {
      window.location.reload();
      return;
    }
    document.querySelectorAll("form[data-sent]").forEach(release);
  });

  /* Double submit. The button stays enabled until the form data is built, so that its name is sent. */
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || form.method === "get" || form.target === "_blank") return;
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-sent", "");
    form.setAttribute("aria-busy", "true");
    window.setTimeout(function () {
      buttonsOf(form).forEach(function (button) {
        if (!button.disabled) {
          button.disabled = true;
          button.setAttribute("data-held", "");
        }
      });
    }, 0);
    /* A file download answers without leaving the page. */
    if (form.hasAttribute("data-stays")) window.setTimeout(release, 3000, form);
  });

  function buttonsOf(form) {
    return Array.from(form.elements).filter(function (element) {
      return element.type === "submit";
    });
  }

  function release(form) {
    form.removeAttribute("data-sent");
    form.removeAttribute("aria-busy");
    buttonsOf(form).forEach(function (button) {
      if (button.hasAttribute("data-held")) {
        button.disabled = false;
        button.removeAttribute("data-held");
      }
    });
  }

  /* Menus: Esc closes and gives focus back, a click or a Tab outside closes. */
  const OPEN_MENU = "details.menu[open], details[data-menu][open]";

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    const here = document.activeElement && document.activeElement.closest(OPEN_MENU);
    const menu = here || document.querySelector(OPEN_MENU);
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  function closeOthers(target) {
    document.querySelectorAll(OPEN_MENU).forEach(function (menu) {
      if (!menu.contains(target)) menu.open = false;
    });
  }
  document.addEventListener("click", function (event) {
    closeOthers(event.target);
  });
  document.addEventListener("focusin", function (event) {
    closeOthers(event.target);
  });

  /* Quick choices fill a field; repeated rows are cloned from a template. */
  document.addEventListener("click", function (event) {
    const fill = event.target.closest("[data-fill]");
    if (fill) {
      const field = document.querySelector(fill.getAttribute("data-fill"));
      if (field) {
        field.value = fill.getAttribute("data-value");
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.dispatchEvent(new Event("change", { bubbles: true }));
        field.focus();
      }
      return;
    }
    const adder = event.target.closest("[data-repeat-add]");
    if (!adder) return;
    /* Without this file the same button asks the server for a row. */
    event.preventDefault();
    addRow(adder.closest("[data-repeat]"));
  });

  function addRow(box) {
    if (!box) return;
    const total = box.querySelector("input[name$='-TOTAL_FORMS']");
    const most = Number(box.getAttribute("data-most") || 50);
    const rows = box.querySelector("[data-repeat-rows]") || box;
    const index = total ? Number(total.value) : rows.children.length;
    if (index >= most) return;
    const holder = document.createElement("template");
    holder.innerHTML = box.querySelector("template").innerHTML.replace(/__prefix__/g, String(index));
    const added = Array.from(holder.content.children);
    rows.append(holder.content);
    if (total) total.value = String(index + 1);
    added.forEach(startIn);
    const adder = box.querySelector("[data-repeat-add]");
    if (adder && index + 1 >= most) adder.hidden = true;
    const first = added.length && added[0].querySelector("input:not([type=hidden]), select, textarea");
    if (first) first.focus();
  }

  /* Character counters: seen all the time, spoken at 90 and 100 percent. */
  function startCounter(field) {
    const limit = Number(field.getAttribute("data-char-limit"));
    if (!limit || field.hasAttribute("data-counted")) return;
    field.setAttribute("data-counted", "");
    const texts = document.body.dataset;
    const seen = document.createElement("p");
    const spoken = document.createElement("p");
    seen.className = "counter";
    seen.setAttribute("aria-hidden", "true");
    spoken.className = "visually-hidden";
    spoken.setAttribute("role", "status");
    field.after(seen, spoken);
    let level = 0;
    function count() {
      /* Browsers send CRLF for each line break; the server counts one. */
      const length = field.value.replace(/\r\n/g, "\n").length;
      const now = length > limit ? 2 : length >= 0.9 * limit ? 1 : 0;
      seen.textContent = (texts.textLeft || "{count}/{limit}")
        .replace("{count}", length)
        .replace("{limit}", limit);
      seen.classList.toggle("counter--near", now === 1);
      seen.classList.toggle("counter--over", now === 2);
      if (now === 2) {
        seen.textContent = (texts.textOver || seen.textContent).replace("{over}", length - limit);
      }
      const full = length === limit;
      const next = full ? 1.5 : now;
      if (next !== level) {
        spoken.textContent =
          now === 2
            ? seen.textContent
            : now === 1
              ? (texts.textNear || "").replace("{left}", limit - length)
              : "";
      }
      level = next;
    }
    field.addEventListener("input", count);
    count();
  }

  function startIn(scope) {
    scope.querySelectorAll("[data-char-limit]").forEach(startCounter);
  }

  /* A box that ticks all rows of the page, and shows when they all are. */
  function startTickAll(label) {
    const all = label.querySelector("input");
    const form = label.closest("form");
    const boxes = Array.from(form.elements).filter(function (one) {
      return one.type === "checkbox" && one.name;
    });
    function show() {
      const ticked = boxes.filter(function (one) {
        return one.checked;
      }).length;
      all.checked = ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    }
    all.addEventListener("change", function () {
      boxes.forEach(function (one) {
        one.checked = all.checked;
      });
    });
    boxes.forEach(function (one) {
      one.addEventListener("change", show);
    });
    label.hidden = false;
    show();
  }

  /* Filters stand open beside the list on wide screens, closed above it on small ones. */
  const wide = window.matchMedia("(min-width: 64rem)");
  function placePanels() {
    document.querySelectorAll("details[data-filters], details[data-open-wide]").forEach(function (panel) {
      if (!panel.hasAttribute("data-touched")) panel.open = wide.matches;
    });
  }
  document.addEventListener("click", function (event) {
    const summary = event.target.closest("details[data-filters] > summary, details[data-open-wide] > summary");
    if (summary) summary.parentElement.setAttribute("data-touched", "");
  });

  /* Ctrl+Enter sends a form by its own button; the choice to switch it off stays in the browser. */
  const KEY = "portal.ctrl-enter";
  function ctrlEnterOn() {
    try {
      return window.localStorage.getItem(KEY) !== "off";
    } catch {
      return true;
    }
  }
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    const selector = "form[data-ctrl-enter]";
    /* A page that a button has just loaded anew has its focus on the body. */
    const form =
      event.target === document.body
        ? document.querySelector(selector)
        : event.target.closest && event.target.closest(selector);
    if (!form || !ctrlEnterOn()) return;
    const button = document.querySelector(form.getAttribute("data-ctrl-enter"));
    if (!button) return;
    event.preventDefault();
    button.click();
  });
  function startToggle(box) {
    box.checked = ctrlEnterOn();
    box.addEventListener("change", function () {
      try {
        window.localStorage.setItem(KEY, box.checked ? "on" : "off");
      } catch {
        /* Without storage the choice lasts for this page only when the box is left alone. */
      }
    });
  }

  function start() {
    startIn(document);
    placePanels();
    wide.addEventListener("change", placePanels);
    document.querySelectorAll("[data-ctrl-enter-toggle]").forEach(startToggle);
    document.querySelectorAll("[data-tick-all]").forEach(startTickAll);
    document.querySelectorAll("[data-print]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        window.print();
      });
    });
    /* Only where it is true: the sentence stands before its table. */
    document.querySelectorAll("[data-wider]").forEach(function (hint) {
      const box = hint.nextElementSibling;
      hint.hidden = !box || box.scrollWidth <= box.clientWidth;
    });
    const summary = document.querySelector("[data-focus]");
    if (summary) summary.focus();
  }

  /* Paper shows what is folded away. */
  let opened = [];
  window.addEventListener("beforeprint", function () {
    const foot = document.querySelector("[data-print-foot]");
    if (foot) {
      const now = new Intl.DateTimeFormat(root.lang, { dateStyle: "long", timeStyle: "short" });
      foot.textContent = document.title + " · " + now.format(new Date());
    }
    opened = Array.from(document.querySelectorAll("details:not([open]):not(.menu):not(.add):not(.filters)"));
    opened.forEach(function (details) {
      details.open = true;
    });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (details) {
      details.open = false;
    });
    opened = [];
  });

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();

  /* Unsaved text that autosave.js left is for the next page alone, and must outlive no sign-out. */
  try {
    if (!document.querySelector("form[data-autosave]")) sessionStorage.removeItem("portal-unsaved");
  } catch {
    /* Without storage nothing was left. */
  }
})();
