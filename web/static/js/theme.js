// Runs before the page is painted: says that scripts work, and takes up the chosen theme.
(function () {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // storage is switched off in this browser: follow the system
  }
})();
