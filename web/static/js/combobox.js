// select[data-combobox]: a box that searches the options by text and data-search (pinyin); the select stays the form's value.
(function () {
  "use strict";
  const MOST = 50;

  function enhance(select) {
    const box = document.createElement("div");
    const chips = document.createElement("div");
    const input = document.createElement("input");
    const list = document.createElement("ul");
    let active = -1;
    box.className = "combobox";
    chips.className = "combobox-chips tag-list";
    input.className = "input";
    list.className = "combobox-list";
    list.id = select.id + "-list";
    list.setAttribute("role", "listbox");
    list.hidden = true;
    const attributes = {
      type: "text", role: "combobox", autocomplete: "off", placeholder: select.dataset.combobox, "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": list.id, "aria-describedby": select.getAttribute("aria-describedby"),
      "aria-invalid": select.getAttribute("aria-invalid"),
    };
    Object.entries(attributes).forEach(([name, value]) => value && input.setAttribute(name, value));
    input.id = select.id;
    select.id += "-select";
    list.setAttribute("aria-label", document.querySelector('label[for="' + input.id + '"]').textContent);
    select.hidden = true;
    select.after(box);
    box.append(chips, input, list);

    const options = () => Array.from(select.options).filter((option) => option.value !== "");
    const chosen = () => options().filter((option) => option.selected);

    function showChosen() {
      if (!select.multiple) {
        input.value = chosen().length ? chosen()[0].text : "";
        return;
      }
      input.value = "";
      chips.replaceChildren(...chosen().map((option) => {
        const chip = document.createElement("button");
        chip.type = "button";
        chip.className = "tag is-blue";
        chip.textContent = option.text + " ×";
        chip.setAttribute("aria-label", select.dataset.textRemove.replace("{name}", option.text));
        chip.addEventListener("click", () => { choose(option); input.focus(); });
        return chip;
      }));
    }

    function choose(option) {
      option.selected = select.multiple ? !option.selected : true;
      showChosen();
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function open(isOpen) {
      list.hidden = !isOpen;
      input.setAttribute("aria-expanded", String(isOpen));
      if (!isOpen) input.removeAttribute("aria-activedescendant");
    }

    function search(words) {
      const sought = words.trim().toLowerCase();
      const found = options().filter((option) => (option.text + " " + (option.dataset.search || "")).toLowerCase().includes(sought));
      list.replaceChildren(...found.slice(0, MOST).map((option, place) => {
        const line = document.createElement("li");
        line.id = list.id + "-" + place;
        line.setAttribute("role", "option");
        line.setAttribute("aria-selected", String(option.selected));
        line.textContent = option.text;
        line.addEventListener("mousedown", (event) => { event.preventDefault(); choose(option); open(false); });
        line.option = option;
        return line;
      }));
      if (!found.length) {
        const none = document.createElement("li");
        none.setAttribute("role", "option");
        none.setAttribute("aria-disabled", "true");
        none.textContent = select.dataset.textNone;
        list.append(none);
      }
      open(true);
      move(found.length && sought ? 0 : -1);
    }

    function move(place) {
      const lines = Array.from(list.children);
      lines.forEach((line) => line.classList.remove("is-active"));
      active = lines.length ? Math.max(-1, Math.min(place, lines.length - 1)) : -1;
      if (active < 0) return;
      lines[active].classList.add("is-active");
      lines[active].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", lines[active].id);
    }

    input.addEventListener("input", (event) => { event.stopPropagation(); search(input.value); });
    input.addEventListener("click", () => { if (list.hidden) search(select.multiple ? input.value : ""); });
    input.addEventListener("blur", () => { open(false); showChosen(); });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) search("");
        move(active + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter" && !list.hidden) {
        event.preventDefault();
        const line = list.children[active];
        if (line && line.option) { choose(line.option); open(false); }
      } else if (event.key === "Escape" && !list.hidden) {
        event.stopPropagation();
        open(false);
        showChosen();
      } else if (event.key === "Backspace" && select.multiple && !input.value && chosen().length) {
        choose(chosen().pop());
      }
    });
    showChosen();
  }

  function start() {
    document.querySelectorAll("select[data-combobox]:not([hidden])").forEach(enhance);
  }

  start();
  document.addEventListener("htmx:afterSettle", start);
})();
