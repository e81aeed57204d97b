/* Keys of a list of cases; everything they do is a link, a box or a field of the page, which works without them.
   j, k move the focus from case to case; x ticks its box; Enter opens it (it is a link); / goes to the search;
   g, then a letter, opens a list ([data-go]); ? opens the keys at the foot of the page. */
(() => {
  "use strict";
  const form = document.querySelector("[data-keys='list']");
  const links = form ? [...form.querySelectorAll("a[data-key='o']")] : [];
  const keys = document.querySelector("[data-list-keys]");
  let going = false;
  const typing = (target) =>
    target.closest("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=submit])");
  const at = () => {
    const row = document.activeElement.closest("tr");
    return row ? links.findIndex((link) => row.contains(link)) : -1;
  };
  const move = (by) => {
    const now = at();
    const next = now < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, now + by));
    if (links[next]) links[next].focus();
  };
  const handlers = {
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const box = links[at()] && links[at()].closest("tr").querySelector("input[type=checkbox]");
      if (box) box.checked = !box.checked;
    },
    "/": () => {
      const filters = document.querySelector("details.filters");
      if (filters) filters.open = true;
      const field = document.getElementById("filter-q") || document.getElementById("header-q");
      if (field) field.focus();
    },
    g: () => {
      going = true;
      setTimeout(() => { going = false; }, 1500);
    },
    "?": () => {
      if (!keys) return;
      keys.open = !keys.open;
      keys.scrollIntoView({ block: "nearest" });
    },
    z: () => {
      const button = document.querySelector("[data-undo] button[type=submit]");
      if (button) button.click();
    },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (typing(event.target) || event.key.length !== 1 || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    const go = going && document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    going = false;
    if (go) go.click();
    else if (handlers[key]) handlers[key]();
    else return;
    event.preventDefault();
  });
})();
