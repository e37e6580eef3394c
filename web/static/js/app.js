// What every page needs: CSRF for htmx, questions before an action, busy buttons, toasts, theme.
(function () {
  "use strict";
  const root = document.documentElement;

  function csrfToken() {
    return document.querySelector('meta[name="csrf-token"]').content;
  }

  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = csrfToken();
    if (event.detail.verb === "get") dropEmpty(event.detail);
  });

  // Filters that are not set stay out of the URL.
  function dropEmpty(request) {
    Array.from(new Set(request.formData.keys())).forEach((name) => {
      if (request.formData.getAll(name).every((value) => value === "")) delete request.parameters[name];
    });
  }

  // Toasts: from the answer header HX-Trigger: {"toast": {"text": "…", "kind": "success|info|warning|danger"}} or by window.dongcai.toast.
  function toast(text, kind) {
    const place = document.getElementById("toasts");
    const box = document.createElement("div");
    box.className = "toast toast-" + (kind || "success");
    const words = document.createElement("span");
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "close";
    close.dataset.dismiss = "";
    close.setAttribute("aria-label", place.dataset.textClose);
    close.textContent = "×";
    box.append(words, close);
    place.append(box);
    if (kind !== "danger") window.setTimeout(() => box.remove(), 6000);
  }

  document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.kind));
  const failed = () => toast(document.body.dataset.textFailed, "danger");
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:timeout", failed);

  // A list that htmx changed says how many it holds now: [data-announce] of the new part is read out.
  document.addEventListener("htmx:afterSettle", (event) => {
    const words = event.target.querySelector("[data-announce]");
    if (words) document.getElementById("announce").textContent = words.textContent;
  });

  document.addEventListener("click", (event) => {
    const dismiss = event.target.closest("[data-dismiss]");
    if (dismiss) dismiss.closest(".toast").remove();
  });

  // data-confirm: the question is asked first, in a dialog; “yes” presses the same button again.
  document.addEventListener(
    "click",
    (event) => {
      const asked = event.target.closest("[data-confirm]");
      const dialog = document.getElementById("confirm-dialog");
      if (!asked || asked.dataset.confirmed || typeof dialog.showModal !== "function") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      dialog.querySelector("#confirm-text").textContent = asked.dataset.confirm;
      const yes = dialog.querySelector("[data-confirm-yes]");
      yes.textContent = asked.textContent.trim();
      yes.onclick = () => {
        dialog.close();
        asked.dataset.confirmed = "yes";
        asked.click();
        delete asked.dataset.confirmed;
      };
      dialog.showModal();
    },
    true,
  );

  // A pressed button shows that it works and cannot be pressed twice; downloads say data-no-busy.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.defaultPrevented || !button || !button.classList.contains("button")) return;
    if (event.target.hasAttribute("data-no-busy") || event.target.method === "get") return;
    window.setTimeout(() => {
      button.classList.add("is-busy");
      button.setAttribute("aria-busy", "true");
      button.disabled = true;
    });
  });

  window.addEventListener("pageshow", () => {
    document.querySelectorAll(".button[aria-busy][disabled].is-busy:not([data-busy])").forEach((button) => {
      if (!button.form) return;
      button.classList.remove("is-busy");
      button.removeAttribute("aria-busy");
      button.disabled = false;
    });
  });

  document.addEventListener("change", (event) => {
    const choice = event.target.closest("[data-theme-choice]");
    if (!choice) return;
    if (choice.value === "auto") {
      delete root.dataset.theme;
      localStorage.removeItem("theme");
    } else {
      root.dataset.theme = choice.value;
      localStorage.setItem("theme", choice.value);
    }
    document.dispatchEvent(new CustomEvent("theme:changed"));
  });

  document.querySelectorAll("[data-theme-choice]").forEach((choice) => {
    choice.value = root.dataset.theme || "auto";
  });

  const summary = document.querySelector("[data-focus]");
  if (summary && !summary.closest("[data-quiet]")) summary.focus();

  window.dongcai = { csrfToken, toast };
})();
