/* The plan of a meeting: the planned time follows what is typed. Without this file it follows a save. */
(function () {
  "use strict";

  const shown = document.querySelector("[data-planned]");
  const over = document.querySelector("[data-planned-over]");
  if (!shown || !over) return;
  const form = shown.closest("form");

  /* Written as 13, 13.30, 1330 or 13:30; null for anything else. */
  function minuteOfDay(name) {
    const field = form.elements[name];
    const found = field && /^\s*(?:kl\.?\s*)?(\d{1,2})(?:[.:]?(\d{2}))?\s*$/.exec(field.value);
    return found ? Number(found[1]) * 60 + Number(found[2] || 0) : null;
  }

  function room() {
    const starts = minuteOfDay("starts");
    const ends = minuteOfDay("ends");
    if (starts === null || ends === null || ends <= starts) return Number(shown.dataset.room);
    return ends - starts;
  }

  function count() {
    let planned = 0;
    form.querySelectorAll("input[name^='items-'][name$='-minutes']").forEach(function (field) {
      if (/^\s*\d{1,4}\s*$/.test(field.value)) planned += Number(field.value);
    });
    const limit = room();
    shown.textContent = shown.dataset.planned
      .replace("{planned}", planned)
      .replace("{room}", limit);
    const said =
      planned > limit ? over.dataset.plannedOver.replace("{over}", planned - limit) : "";
    if (over.textContent !== said) over.textContent = said;
  }

  form.addEventListener("input", count);
})();
