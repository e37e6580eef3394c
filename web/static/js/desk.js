// The manager's desk: keys for those who check many records, and reasons that are put together by ticking.
(function () {
  "use strict";
  const KEPT = "desk-keys";

  // Single letters can be switched off; Ctrl+Enter always works.
  const lettersWork = () => localStorage.getItem(KEPT) !== "off";

  function isTyping(target) {
    return target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") !== null;
  }

  function press(key) {
    const place = document.querySelector(key === "r" ? "[data-dialog=reason-dialog]" : '[data-key="' + key + '"]');
    if (!place || place.disabled) return false;
    place.click();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    const dialog = document.querySelector("dialog[open]");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = dialog ? dialog.querySelector("form[data-compose]") : event.target.closest("form[data-compose]");
      event.preventDefault();
      if (form) form.requestSubmit(form.querySelector("button:not([type=button])"));
      else if (!dialog) press("ctrl+enter");
      return;
    }
    if (dialog || event.ctrlKey || event.metaKey || event.altKey || event.repeat || !lettersWork()) return;
    if (isTyping(event.target)) return;
    if (/^[jkr]$/i.test(event.key) && press(event.key.toLowerCase())) event.preventDefault();
  });

  document.querySelectorAll("[data-keys-switch]").forEach((choice) => {
    choice.checked = lettersWork();
    choice.addEventListener("change", () => localStorage.setItem(KEPT, choice.checked ? "on" : "off"));
  });

  // A ticked finding is a line of the reason; what was written besides stays. The text alone is sent.
  document.querySelectorAll("form[data-compose]").forEach((form) => {
    const text = form.querySelector("textarea");
    const boxes = Array.from(form.querySelectorAll("input[type=checkbox][name=suggested]"));
    const sentence = (box) => box.closest("label").querySelector("span").textContent.trim();

    function show(box) {
      const lines = text.value.split("\n").filter((line) => line.trim() && line.trim() !== sentence(box));
      if (box.checked) lines.push(sentence(box));
      text.value = lines.join("\n");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }

    boxes.forEach((box) => {
      box.removeAttribute("name");
      if (box.checked) show(box);
      box.addEventListener("change", () => show(box));
    });
  });
})();
