// <form data-autosave="URL">: a while after the last change the form is posted; the answer is {"saved_at": "10:32"} and, where the
// next save goes elsewhere, {"autosave_url": "…"}; with status 409 or 422 it is {"conflict": "why it was not saved"}. Where the person has
// been signed out or the draft is gone, it says so and tries again only after the next change. The form then fires
// `autosave:saved` or `autosave:conflict`. A form that is sent waits for the save that is under way. A field named `turn` counts
// the saves of the page. Leaving with unsaved text asks first.
(function () {
  "use strict";
  const PAUSE = 1200;
  const RETRY = 8000;
  const PATIENCE = 8000;
  const icons = {
    saved: "check-circle-fill",
    saving: "arrow-repeat",
    unsaved: "exclamation-triangle-fill",
    conflict: "exclamation-triangle-fill",
    refused: "exclamation-triangle-fill",
  };
  const TOLD = [409, 422];
  const BUSY = [408, 409, 429];

  function show(form, state, said) {
    form.dataset.saveState = state;
    const place = form.querySelector("[data-autosave-state]") || document.querySelector("[data-autosave-state]");
    if (!place) return;
    place.dataset.state = state;
    const text = place.dataset["text" + state[0].toUpperCase() + state.slice(1)] || "{said}";
    place.querySelector("span").textContent = text.replace(/\{\w+\}/, said || "");
    const use = place.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#" + icons[state]));
  }

  function later(form, wait) {
    window.clearTimeout(form.autosaveTimer);
    form.autosaveTimer = window.setTimeout(() => save(form), wait);
  }

  function count(form) {
    const turn = form.elements.turn;
    if (turn) turn.value = String(Number(turn.value) + 1);
  }

  // Only one save runs at a time: an older text never arrives after a newer one.
  function save(form) {
    if (form.autosaveRunning) {
      form.autosaveAgain = true;
      return;
    }
    form.autosaveAgain = false;
    show(form, "saving");
    form.autosaveRunning = send(form).then((told) => {
      form.autosaveRunning = null;
      if (told.autosave_url) form.dataset.autosave = told.autosave_url;
      ended(form, told);
    });
  }

  // What the server answered; nothing where no answer came.
  async function send(form) {
    count(form);
    form.autosaveAbort = new AbortController();
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: withoutFiles(form),
        headers: { Accept: "application/json", "X-CSRFToken": window.dongcai.csrfToken() },
        credentials: "same-origin",
        signal: form.autosaveAbort.signal,
      });
      const isJson = (answer.headers.get("Content-Type") || "").includes("json");
      if (isJson && (answer.ok || TOLD.includes(answer.status))) return await answer.json();
      const isRefused = answer.status >= 400 && answer.status < 500 && !BUSY.includes(answer.status);
      if (answer.redirected || isRefused) return { refused: true };
    } catch (error) {
      // fetch says TypeError when there is no connection, AbortError when it was given up.
      if (!(error instanceof TypeError) && error.name !== "AbortError") throw error;
    }
    return {};
  }

  function ended(form, told) {
    const isSaved = Boolean(told.saved_at);
    const isWanted = form.autosaveAgain && !form.autosaveWaiting;
    if (told.conflict) show(form, "conflict", told.conflict);
    else if (told.refused) show(form, "refused");
    else if (isSaved) show(form, isWanted ? "saving" : "saved", told.saved_at);
    else show(form, "unsaved");
    if (isSaved || told.conflict) {
      form.dispatchEvent(new CustomEvent(isSaved ? "autosave:saved" : "autosave:conflict", { bubbles: true }));
    }
    if (form.autosaveWaiting || told.conflict || told.refused) return; // the person acts next
    if (!isSaved || isWanted) later(form, isSaved ? 0 : RETRY);
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

  // Sent while a save is under way, the form would stand on a version that is about to pass: it waits, but not for ever.
  async function sendAfterSave(form, submitter) {
    form.autosaveSubmitter = submitter;
    if (form.autosaveWaiting) return;
    form.autosaveWaiting = true;
    if (submitter) {
      submitter.classList.add("is-busy");
      submitter.setAttribute("aria-busy", "true");
    }
    const patience = window.setTimeout(() => form.autosaveAbort.abort(), PATIENCE);
    await form.autosaveRunning;
    window.clearTimeout(patience);
    form.autosaveWaiting = false;
    form.requestSubmit(form.autosaveSubmitter);
  }

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.dataset.autosave) return;
      window.clearTimeout(form.autosaveTimer);
      if (form.autosaveRunning) {
        event.preventDefault();
        event.stopImmediatePropagation();
        sendAfterSave(form, event.submitter);
        return;
      }
      count(form);
      form.dataset.saveState = "submitted";
    },
    true,
  );

  window.addEventListener("beforeunload", (event) => {
    const isOpen = Array.from(document.querySelectorAll("form[data-autosave]")).some((form) =>
      ["changed", "saving", "unsaved", "conflict", "refused"].includes(form.dataset.saveState),
    );
    if (isOpen) {
      event.preventDefault();
      event.returnValue = "";
    }
  });
})();
