// The form of a need: follows the draft that saves itself, says what is wrong beside the field, fills from pasted text,
// picks looked-up codes. Without this script every button still works.
(function () {
  "use strict";
  const form = document.getElementById("need-form");
  if (!form) return;
  const conflict = document.getElementById("conflict");

  function changed(control) {
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // After the first save the page is the draft's own; after each, it knows the version that it stands on.
  function follow() {
    const url = new URL(form.dataset.autosave, window.location.href);
    const edit = url.pathname.replace(/\/autosave$/, "/edit");
    form.elements.version.value = url.searchParams.get("version") || "";
    if (form.getAttribute("action") === edit || !url.searchParams.has("version")) return;
    form.setAttribute("action", edit);
    window.history.replaceState(window.history.state, "", edit);
    form.elements.code.value = edit.split("/").slice(-2)[0];
  }
  // A page that came as the answer to the first save by hand stands under the address of an empty form.
  if (form.elements.version.value && window.location.pathname !== form.getAttribute("action")) {
    window.history.replaceState(window.history.state, "", form.getAttribute("action"));
  }

  form.addEventListener("autosave:saved", () => {
    follow();
    conflict.replaceChildren();
  });

  // A save that met a colleague's newer version: ask, and show both.
  form.addEventListener("autosave:conflict", () => {
    follow();
    window.htmx.trigger(conflict, "check");
  });

  document.addEventListener("click", (event) => {
    const over = event.target.closest("[data-overwrite]");
    if (!over) return;
    const url = new URL(form.dataset.autosave, window.location.href);
    url.searchParams.set("version", over.dataset.overwrite);
    form.dataset.autosave = url.pathname + url.search;
    form.elements.version.value = over.dataset.overwrite;
    conflict.replaceChildren();
    changed(form.elements.title);
  });

  // Looked-up codes.
  function close(place) {
    place.replaceChildren();
  }

  document.addEventListener("click", (event) => {
    const pick = event.target.closest("[data-pick]");
    document.querySelectorAll(".need-found").forEach((place) => {
      if (pick || !place.contains(event.target)) close(place);
    });
    if (!pick) return;
    const control = form.elements[pick.dataset.pick];
    control.value = pick.dataset.value;
    control.focus();
    // `change` and not `input`: the box must not search for what was just picked.
    control.dispatchEvent(new Event("change", { bubbles: true }));
  });

  form.addEventListener("keydown", (event) => {
    const control = event.target.closest("[data-lookup]");
    const place = control ? document.getElementById(control.dataset.lookup) : event.target.closest(".need-found");
    if (!place) return;
    const rows = Array.from(place.querySelectorAll("button"));
    const at = rows.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && rows.length) {
      event.preventDefault();
      const next = rows[at + step];
      if (next) next.focus();
      else if (at + step < 0) (control || place.parentElement.querySelector("input")).focus();
    } else if (event.key === "Enter" && control && rows.length) {
      event.preventDefault();
      rows[0].click();
    } else if (event.key === "Escape") {
      close(place);
    }
  });

  // What is wrong stands beside its field too, except where the person is still typing.
  function holder(name) {
    const control = document.getElementById(name) || form.elements[name];
    const element = control && control.length !== undefined && control.nodeName !== "SELECT" ? control[0] : control;
    return element && element.closest(".field");
  }

  function showProblems() {
    form.querySelectorAll("[data-live-error]").forEach((line) => {
      line.closest(".field").classList.remove("has-error");
      line.remove();
    });
    const problems = Array.from(document.querySelectorAll("#live [data-problem]"));
    const settled = problems.filter((problem) => {
      const field = holder(problem.dataset.problem);
      return field && !(field.contains(document.activeElement) && document.hasFocus());
    });
    problems.forEach((problem) => {
      problem.closest("li").hidden = !settled.includes(problem);
    });
    const box = document.querySelector("#live .need-problems");
    if (box) box.hidden = !settled.length;
    settled.forEach((problem) => {
      const field = holder(problem.dataset.problem);
      if (field.querySelector(".error-text")) return;
      const line = document.createElement("p");
      line.className = "error-text";
      line.dataset.liveError = "";
      line.textContent = problem.textContent;
      field.classList.add("has-error");
      field.querySelector("label, legend").after(line);
    });
  }

  // Messages that came with the page go once their field is changed.
  form.addEventListener("input", (event) => {
    const field = event.target.closest(".field");
    if (!field) return;
    field.querySelectorAll("[id$='-error'] .error-text").forEach((line) => line.remove());
    if (!field.querySelector(".error-text")) field.classList.remove("has-error");
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "live") showProblems();
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-goto]");
    if (!link) return;
    const field = holder(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.scrollIntoView({ block: "center" });
    const control = field.querySelector("input:not([type=hidden]), select, textarea");
    if (control) control.focus({ preventScroll: true });
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-task]");
    if (!button) return;
    const choice = form.querySelector('input[name="task_code"][value="' + CSS.escape(button.dataset.task) + '"]');
    choice.checked = true;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // Pasted text: filled in here, at once, and taken back by one button.
  function read(name) {
    const controls = Array.from(form.querySelectorAll('[name="' + name + '"]'));
    if (controls[0].type === "checkbox" || controls[0].type === "radio") {
      return controls.filter((control) => control.checked).map((control) => control.value);
    }
    return controls[0].value;
  }

  function write(name, value) {
    form.querySelectorAll('[name="' + name + '"]').forEach((control) => {
      if (control.type === "checkbox" || control.type === "radio") control.checked = [].concat(value).includes(control.value);
      else control.value = value;
      if (control.dataset.counter) changed(control);
    });
  }

  function fill(fields) {
    const before = {};
    Object.entries(fields).forEach(([name, value]) => {
      before[name] = read(name);
      write(name, value);
    });
    changed(form.elements.title);
    return before;
  }

  const message = form.querySelector("[data-paste-message]");

  function offerUndo(before) {
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "button button-link";
    undo.textContent = message.dataset.textUndo;
    undo.addEventListener("click", () => {
      fill(before);
      message.textContent = message.dataset.textUndone;
      undo.remove();
    });
    form.querySelector("[data-undo-place]").replaceChildren(undo);
  }

  form.addEventListener("click", async (event) => {
    if (!event.target.closest("[data-paste]")) return;
    event.preventDefault();
    const data = new FormData();
    data.append("pasted", form.elements.pasted.value);
    const answer = await fetch(form.dataset.pasteUrl, {
      method: "POST",
      body: data,
      headers: { Accept: "application/json", "X-CSRFToken": window.dongcai.csrfToken() },
      credentials: "same-origin",
    });
    if (!answer.ok) {
      window.dongcai.toast(document.body.dataset.textFailed, "danger");
      return;
    }
    const said = await answer.json();
    message.textContent = said.message;
    if (Object.keys(said.fields).length) offerUndo(fill(said.fields));
  });
})();
