// Things that open and close: dialogs, menus, navigation, the filter drawer, reasons under a card.
(function () {
  "use strict";

  // Dialogs: [data-dialog="ID"] opens, [data-close] closes, a click beside it closes.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (dialog && typeof dialog.showModal === "function") {
        event.preventDefault();
        dialog.showModal();
      }
    } else if (event.target.closest("dialog [data-close]")) {
      event.target.closest("dialog").close();
    } else if (event.target.nodeName === "DIALOG") {
      const box = event.target.getBoundingClientRect();
      const isInside =
        event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!isInside) event.target.close();
    }
  });

  // Menus are <details>: one at a time, closed by a click elsewhere and by Escape.
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    closeDrawer();
  });

  // Navigation on a phone.
  document.addEventListener("click", (event) => {
    const toggle = event.target.closest(".nav-toggle");
    if (!toggle) return;
    const nav = document.getElementById(toggle.getAttribute("aria-controls"));
    toggle.setAttribute("aria-expanded", String(nav.classList.toggle("is-open")));
  });

  // The filter drawer on a phone: full screen, keeps the keyboard inside, gives it back when closed.
  let opener = null;

  function closeDrawer() {
    if (!opener) return;
    const panel = document.getElementById(opener.getAttribute("aria-controls"));
    panel.classList.remove("is-open");
    panel.setAttribute("role", "search");
    panel.removeAttribute("aria-modal");
    opener.setAttribute("aria-expanded", "false");
    opener.focus();
    opener = null;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".filters-open");
    if (button) {
      opener = button;
      const panel = document.getElementById(button.getAttribute("aria-controls"));
      panel.classList.add("is-open");
      panel.setAttribute("role", "dialog");
      panel.setAttribute("aria-modal", "true");
      button.setAttribute("aria-expanded", "true");
      panel.querySelector("[data-drawer-close]").focus();
    } else if (event.target.closest("[data-drawer-close]")) {
      closeDrawer();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || !opener) return;
    const panel = document.getElementById(opener.getAttribute("aria-controls"));
    const stops = Array.from(panel.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")).filter(
      (stop) => stop.offsetParent !== null && !stop.disabled,
    );
    const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (document.activeElement === edge) {
      event.preventDefault();
      (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
    }
  });

  // Filters come anew with the list: what was unfolded in them stays so.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    event.detail.target.querySelectorAll("details[id][open]").forEach((open) => {
      const fresh = event.detail.fragment.querySelector("#" + CSS.escape(open.id));
      if (fresh) fresh.open = true;
    });
  });

  // data-disclose="ID": the first press lets htmx fetch the reasons, the next ones hide and show them.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const button = event.target.closest("[data-disclose]");
    if (!button) return;
    const place = document.getElementById(button.dataset.disclose);
    if (!place.childElementCount) return;
    event.preventDefault();
    place.hidden = !place.hidden;
    button.setAttribute("aria-expanded", String(!place.hidden));
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    const button = document.querySelector('[data-disclose="' + event.target.id + '"]');
    if (button) button.setAttribute("aria-expanded", "true");
  });
})();
