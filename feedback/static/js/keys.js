/* Keys that press what a page offers anyway: [data-key="n"] is a link or a button that "n" presses.
   Not while somebody types, nor with another key held; each has its letter in aria-keyshortcuts too. */
(() => {
  "use strict";
  const typing = (target) =>
    target.closest("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=submit])");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.repeat || event.key.length !== 1 || typing(event.target) || document.querySelector("dialog[open]")) return;
    const found = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!found) return;
    event.preventDefault();
    found.click();
  });
})();
