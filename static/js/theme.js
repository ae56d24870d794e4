// Puts the chosen theme on <html> before anything is painted; loaded in <head> without defer for that reason.
(function () {
  "use strict";
  var root = document.documentElement;

  function stored() {
    try { return localStorage.getItem("theme"); } catch (error) { return null; }
  }

  function apply(theme) {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
    document.querySelectorAll("[data-theme-choice]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === (theme || "system")));
    });
  }

  root.classList.add("js");
  apply(stored());
  document.addEventListener("DOMContentLoaded", function () { apply(stored()); });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    var theme = button.dataset.themeChoice;
    try {
      if (theme === "system") localStorage.removeItem("theme");
      else localStorage.setItem("theme", theme);
    } catch (error) { /* private mode: the choice lasts for this page only */ }
    apply(theme === "system" ? null : theme);
  });
  window.addEventListener("storage", function (event) {
    if (event.key === "theme") apply(event.newValue);
  });
})();
