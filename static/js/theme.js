// Puts the chosen theme on <html> before anything is painted; loaded in <head> without defer for that reason.
(() => {
  const root = document.documentElement;

  function stored() {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  }

  function apply(theme) {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
    document.querySelectorAll("[data-theme-choice]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === (theme || "system")));
    });
  }

  root.classList.add("js");
  apply(stored());
  document.addEventListener("DOMContentLoaded", () => {
    apply(stored());
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    const theme = button.dataset.themeChoice;
    try {
      if (theme === "system") localStorage.removeItem("theme");
      else localStorage.setItem("theme", theme);
    } catch {
      /* private mode: the choice lasts for this page only */
    }
    apply(theme === "system" ? null : theme);
  });
  window.addEventListener("storage", (event) => {
    if (event.key === "theme") apply(event.newValue);
  });
})();
