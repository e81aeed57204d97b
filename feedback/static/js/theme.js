/* Light, dark, or as the device prefers. Runs in <head> before the first paint: dark.css is one
   stylesheet whose media attribute is set here. The choice stays on this device. */
(() => {
  "use strict";
  const KEY = "hoi-am-theme";
  const MEDIA = {
    auto: "screen and (prefers-color-scheme: dark)",
    dark: "screen",
    light: "not all",
  };
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const stored = () => {
    try {
      const value = localStorage.getItem(KEY);
      return value in MEDIA ? value : "auto";
    } catch {
      return "auto";
    }
  };

  const apply = (choice) => {
    document.getElementById("dark-theme").media = MEDIA[choice];
    const isDark = choice === "dark" || (choice === "auto" && dark.matches);
    root.dataset.bsTheme = isDark ? "dark" : "light";
    for (const button of document.querySelectorAll("[data-theme-value]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeValue === choice));
    }
  };

  apply(stored());
  dark.addEventListener("change", () => apply(stored()));

  document.addEventListener("DOMContentLoaded", () => {
    for (const group of document.querySelectorAll("[data-theme-switch]")) group.hidden = false;
    apply(stored());
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-value]");
    if (!button) return;
    const choice = button.dataset.themeValue;
    try {
      if (choice === "auto") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, choice);
    } catch {
      /* Storage is refused: the choice holds for this page only. */
    }
    apply(choice);
  });
})();
