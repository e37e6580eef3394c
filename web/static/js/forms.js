// Forms and lists: live counts, file drops, chosen rows, chosen cards, links of the error summary.
(function () {
  "use strict";

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, (whole, name) => values[name]);
  }

  // Characters as people count them: one for each code point; line ends as one.
  function updateCounter(control) {
    const foot = document.getElementById(control.id + "-count");
    const max = Number(control.dataset.counter);
    const length = Array.from(control.value).length;
    const over = length - max;
    foot.classList.toggle("is-over", over > 0);
    foot.textContent = fill(over > 0 ? foot.dataset.textOver : foot.dataset.text, { n: length, over, max });
    window.clearTimeout(foot.dataset.timer);
    // Spoken only when the person pauses near or over the limit.
    foot.dataset.timer = window.setTimeout(() => foot.setAttribute("aria-live", over > -20 ? "polite" : "off"), 800);
  }

  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-counter]")) updateCounter(event.target);
  });

  // File drop: the native input stays; dropping fills it.
  ["dragover", "dragleave", "drop"].forEach((name) => {
    document.addEventListener(name, (event) => {
      const place = event.target.closest && event.target.closest("[data-drop]");
      if (!place) return;
      event.preventDefault();
      place.classList.toggle("is-over", name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) {
        const input = place.querySelector("input[type=file]");
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  });

  function size(bytes) {
    return bytes < 1048576 ? Math.max(1, Math.round(bytes / 1024)) + " KB" : (bytes / 1048576).toFixed(1) + " MB";
  }

  document.addEventListener("click", (event) => {
    const place = event.target.closest("[data-drop]");
    if (place && event.target.nodeName !== "INPUT") place.querySelector("input[type=file]").click();
  });

  document.addEventListener("change", (event) => {
    const place = event.target.closest("[data-drop]");
    if (!place) return;
    const list = place.querySelector(".drop-files");
    list.replaceChildren(
      ...Array.from(event.target.files, (file) => {
        const line = document.createElement("li");
        line.textContent = file.name + " · " + size(file.size);
        return line;
      }),
    );
  });

  // Tables with checkboxes, and the bar that says how many are chosen.
  function updateSelection(table) {
    const boxes = Array.from(table.querySelectorAll('input[name="selected"]'));
    const chosen = boxes.filter((box) => box.checked);
    boxes.forEach((box) => box.closest("tr").classList.toggle("is-selected", box.checked));
    const all = table.querySelector("[data-select-all]");
    all.checked = boxes.length > 0 && chosen.length === boxes.length;
    all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
    const form = boxes.length && boxes[0].form;
    const bar = form && document.querySelector('[data-selection="' + form.id + '"]');
    if (bar) showCount(bar, chosen.length, {});
  }

  function showCount(bar, n, values) {
    bar.toggleAttribute("data-empty", n === 0);
    const words = bar.querySelector("[data-text]");
    words.textContent = fill(words.dataset.text, Object.assign({ n }, values));
  }

  document.addEventListener("change", (event) => {
    const table = event.target.closest("[data-selectable]");
    if (!table) return;
    if (event.target.matches("[data-select-all]")) {
      table.querySelectorAll('input[name="selected"]').forEach((box) => {
        box.checked = event.target.checked;
      });
    }
    updateSelection(table);
  });

  // Cards chosen for comparison: at most as many as the bar says.
  function updateComparison(form) {
    const most = Number(form.dataset.compare);
    const boxes = Array.from(document.querySelectorAll('input[name="compare"][form="' + form.id + '"]'));
    const chosen = boxes.filter((box) => box.checked);
    boxes.forEach((box) => {
      box.disabled = !box.checked && chosen.length >= most;
      box.closest(".button-check").classList.toggle("is-on", box.checked);
    });
    showCount(form, chosen.length, { max: most });
  }

  document.addEventListener("change", (event) => {
    const form = event.target.name === "compare" && event.target.form;
    if (form && form.dataset.compare) updateComparison(form);
  });

  // A link of the error summary goes into the field, also when the field is a group of choices.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".error-summary a[href^='#']");
    if (!link) return;
    const place = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!place) return;
    event.preventDefault();
    const control = place.matches("fieldset, div") ? place.querySelector("input, select, textarea") || place : place;
    place.scrollIntoView({ block: "center" });
    control.focus({ preventScroll: true });
  });

  function start() {
    document.querySelectorAll("[data-selectable]").forEach(updateSelection);
    document.querySelectorAll("form[data-compare]").forEach(updateComparison);
  }

  start();
  document.addEventListener("htmx:afterSettle", start);
  window.addEventListener("pageshow", start);
})();
