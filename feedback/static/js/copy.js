/* [data-copy="text"] puts its text on the clipboard and says so, on the button and aloud. */
(() => {
  "use strict";
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const label = button.querySelector("[data-copy-text]") || button;
    const status = button.parentElement.querySelector("[data-copy-status]");
    const before = button.dataset.copyLabel || label.textContent;
    button.dataset.copyLabel = before;
    let said = button.dataset.copied;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      said = button.dataset.copyFailed;
    }
    label.textContent = said;
    if (status) status.textContent = said;
    setTimeout(() => {
      label.textContent = before;
      if (status) status.textContent = "";
    }, 4000);
  });
})();
