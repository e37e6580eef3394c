// <form data-autosave="URL">: a while after the last change the form is posted; the answer is {"saved_at": "10:32"} and, after the
// first save of a new draft, {"autosave_url": "…"}. The form then fires `autosave:saved`. Leaving with unsaved text asks first.
(function () {
  "use strict";
  const PAUSE = 1200;
  const RETRY = 8000;
  const icons = { saved: "check-circle-fill", saving: "arrow-repeat", unsaved: "exclamation-triangle-fill" };

  function show(form, state, time) {
    form.dataset.saveState = state;
    const place = form.querySelector("[data-autosave-state]") || document.querySelector("[data-autosave-state]");
    if (!place) return;
    place.dataset.state = state;
    place.querySelector("span").textContent = place.dataset["text" + state[0].toUpperCase() + state.slice(1)].replace("{time}", time || "");
    const use = place.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#" + icons[state]));
  }

  function later(form, wait) {
    window.clearTimeout(form.autosaveTimer);
    form.autosaveTimer = window.setTimeout(() => save(form), wait);
  }

  // Only one save runs at a time: an older text never arrives after a newer one.
  async function save(form) {
    if (form.autosaveRunning) {
      form.autosaveAgain = true;
      return;
    }
    form.autosaveRunning = true;
    form.autosaveAgain = false;
    show(form, "saving");
    let isSaved = false;
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: withoutFiles(form),
        headers: { Accept: "application/json", "X-CSRFToken": window.dongcai.csrfToken() },
        credentials: "same-origin",
      });
      if (answer.ok && (answer.headers.get("Content-Type") || "").includes("json")) {
        const said = await answer.json();
        if (said.autosave_url) form.dataset.autosave = said.autosave_url;
        isSaved = true;
        show(form, form.autosaveAgain ? "saving" : "saved", said.saved_at);
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // fetch says TypeError when there is no connection
    } finally {
      form.autosaveRunning = false;
    }
    if (isSaved) form.dispatchEvent(new CustomEvent("autosave:saved", { bubbles: true }));
    else show(form, "unsaved");
    if (!isSaved || form.autosaveAgain) later(form, isSaved ? 0 : RETRY);
  }

  function withoutFiles(form) {
    const data = new FormData(form);
    Array.from(data.entries()).forEach(([name, value]) => {
      if (value instanceof File) data.delete(name);
    });
    return data;
  }

  function changed(event) {
    const form = event.target.form;
    if (!form || !form.dataset || !form.dataset.autosave || event.target.type === "file") return;
    form.dataset.saveState = "changed";
    if (form.autosaveRunning) form.autosaveAgain = true;
    later(form, PAUSE);
  }

  document.addEventListener("input", changed);
  document.addEventListener("change", changed);

  document.addEventListener("submit", (event) => {
    if (!event.target.dataset.autosave) return;
    window.clearTimeout(event.target.autosaveTimer);
    event.target.dataset.saveState = "submitted";
  });

  window.addEventListener("beforeunload", (event) => {
    const isOpen = Array.from(document.querySelectorAll("form[data-autosave]")).some((form) =>
      ["changed", "saving", "unsaved"].includes(form.dataset.saveState),
    );
    if (isOpen) {
      event.preventDefault();
      event.returnValue = "";
    }
  });
})();
