/* The dispatcher's keys. Everything they do is a link, a button or a box of the page, which works without them.
   [data-queue]        the list; [data-item] its entries, among which j, k and the arrows move the focus
   [data-key="m"]      what the key presses, within the entry that has the focus (or the whole page)
   [data-choose]       the box that x ticks
   [data-undo]         the form that z sends
   [data-keys]         the section on the keys, which ? shows in [data-keys-dialog]
   [data-live]         says aloud what was done and where one is
   An assignment loads the page anew: the focus then stands where it stood, on what came next. */
(() => {
  "use strict";
  const queue = document.querySelector("[data-queue]");
  const live = document.querySelector("[data-live]");
  const dialog = document.querySelector("[data-keys-dialog]");
  const section = document.querySelector("[data-keys]");
  const PLACE = "hoi-am-triage-place";
  const items = queue ? [...queue.querySelectorAll(":scope > [data-item]")] : [];
  let leaving = false;

  const current = () => items.find((item) => item.contains(document.activeElement));
  const say = (text) => { if (live) live.textContent = text; };

  const place = (item) => {
    const title = item.querySelector("h2").textContent.trim();
    return queue.dataset.place
      .replace("{n}", items.indexOf(item) + 1).replace("{of}", items.length).replace("{title}", title);
  };

  const go = (item, told = "") => {
    if (!item) return;
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
    say([told, place(item)].filter(Boolean).join(" "));
  };

  const move = (by) => {
    const at = items.indexOf(current());
    go(at < 0 ? items[by > 0 ? 0 : items.length - 1] : items[Math.min(items.length - 1, Math.max(0, at + by))]);
  };

  /* The next page puts the focus where it was. */
  const keepPlace = () => {
    const at = items.indexOf(current());
    if (at >= 0) sessionStorage.setItem(PLACE, String(at));
  };

  const press = (target) => {
    keepPlace();
    if (target.matches("a[href]") || target.form) leaving = true;
    target.click();
  };

  const typing = (target) =>
    target.closest("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=submit])");

  const showKeys = () => {
    if (!dialog || dialog.open) return;
    if (!dialog.contains(section)) dialog.prepend(section);
    dialog.showModal();
  };

  const byKey = (key) => {
    const item = current();
    const wanted = `[data-key="${CSS.escape(key)}"]`;
    if (item) return item.querySelector(wanted);
    return [...document.querySelectorAll(wanted)].find((one) => !one.closest("[data-item]"));
  };

  const choose = () => {
    const box = current() && current().querySelector("[data-choose]");
    if (!box) return;
    box.checked = !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const handlers = {
    j: () => move(1),
    k: () => move(-1),
    x: choose,
    "?": showKeys,
    z: () => {
      const button = document.querySelector("[data-undo] button[type=submit]");
      if (button) press(button);
    },
    g: () => {
      const button = document.querySelector("#together [data-key=g]");
      if (button && document.querySelector("[data-choose]:checked")) press(button);
    },
  };

  const handled = (event) => {
    const { target } = event;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (queue && queue.contains(target) && (key === "ArrowDown" || key === "ArrowUp")) {
      move(key === "ArrowDown" ? 1 : -1);
      return true;
    }
    if (key === "Enter") {
      const opens = target.matches("[data-item]") && target.querySelector('[data-key="o"]');
      if (opens) press(opens);
      return Boolean(opens);
    }
    if (handlers[key]) {
      handlers[key]();
      return true;
    }
    const found = key.length === 1 && byKey(key);
    if (found) press(found);
    return Boolean(found);
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (leaving || event.repeat && /^[1-9z]$/.test(event.key)) return;
    if (dialog && dialog.open) return;
    if (typing(event.target)) return;
    if (handled(event)) event.preventDefault();
  });

  /* Boxes */
  const chosen = document.querySelector("[data-chosen]");
  const count = () => {
    const number = document.querySelectorAll("[data-choose]:checked").length;
    chosen.textContent = number ? queue.dataset.chosenText.replace("{n}", number) : "";
  };
  if (chosen) {
    document.addEventListener("change", (event) => { if (event.target.matches("[data-choose]")) count(); });
    count();
  }

  for (const opener of document.querySelectorAll("[data-keys-open]")) {
    opener.addEventListener("click", (event) => {
      event.preventDefault();
      showKeys();
    });
  }
  /* Only a page without scripts needs the section at its foot. */
  if (dialog && section) dialog.prepend(section);

  addEventListener("pageshow", (event) => { if (event.persisted) leaving = false; });

  /* Where we were */
  if (queue) {
    const told = document.querySelector("[data-told]");
    const named = location.hash.startsWith("#case-") && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const at = sessionStorage.getItem(PLACE);
    sessionStorage.removeItem(PLACE);
    if (named) go(named, told ? told.textContent : "");
    else if (at !== null && items.length) go(items[Math.min(Number(at), items.length - 1)], told ? told.textContent : "");
  }
})();
