// On /design the forms are only to look at: nothing is sent. (GET forms, such as filters, work.)
(function () {
  "use strict";
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target.method !== "post") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.target.closest("dialog")) event.target.closest("dialog").close();
    },
    true,
  );
})();
