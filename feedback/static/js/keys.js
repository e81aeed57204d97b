/* The keys of the staff's pages. Everything they do is a link, a button, a box or a field of the page.
   [data-key="m"]    what a key presses: within the entry that has the focus, else of the page itself
   [data-chosen-only]  is pressed only while boxes are ticked
   [data-queue]      a list; [data-item] its entries, or the rows of its links that "o" opens: j, k, arrows, x
   [data-go="t"]     a list that "g", then its letter opens
   [data-undo]       the form that z sends
   [data-keys-dialog]  what ? opens: it lists what this page can do, no more; [data-keys-row] are its own rows
   [data-live]       says aloud what was done and where one is
   Keys rest while somebody types; Ctrl+Enter then sends the form. A page that comes back after an act puts the
   focus where it stood. */
(() => {
  "use strict";
  const queue = document.querySelector("[data-queue]");
  const dialog = document.querySelector("[data-keys-dialog]");
  const live = document.querySelector("[data-live]");
  const PLACE = "hoi-am-place:" + location.pathname;
  const BY_KEY = "hoi-am-by-key";
  const OPENS = '[data-key="o"]';
  const FIELDS = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=submit])";
  const marked = queue ? [...queue.querySelectorAll(":scope > [data-item]")] : [];
  const items = marked.length || !queue ? marked : [...queue.querySelectorAll(OPENS)].map((link) => link.closest("tr"));
  let leaving = false;
  let going = 0;

  const typing = (target) => target.closest(FIELDS);
  const current = () => items.find((item) => item.contains(document.activeElement));
  const say = (text) => { if (live) live.textContent = text; };
  const place = (item) => {
    const title = item.querySelector("h2");
    return queue.dataset.place && title
      ? queue.dataset.place
        .replace("{n}", items.indexOf(item) + 1).replace("{of}", items.length).replace("{title}", title.textContent.trim())
      : "";
  };

  const go = (item, told = "") => {
    if (!item) return;
    const target = item.matches("[data-item]") ? item : item.querySelector(OPENS);
    target.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
    say([told, place(item)].filter(Boolean).join(" "));
  };
  const move = (by) => {
    const at = items.indexOf(current());
    go(at < 0 ? items[by > 0 ? 0 : items.length - 1] : items[Math.min(items.length - 1, Math.max(0, at + by))]);
  };

  /* The next page puts the focus where it was: on the same entry, or where that has gone on the one that followed
     it, whatever came or went above meanwhile; the form of an act that was opened by its key, into its first field. */
  const nameOf = (item) => item.id || item.querySelector(OPENS)?.pathname;
  const keepPlace = () => {
    const at = items.indexOf(current());
    if (at >= 0) sessionStorage.setItem(PLACE, JSON.stringify({ at, names: items.slice(at).map(nameOf) }));
  };
  const kept = ({ at, names }) => {
    const byName = new Map(items.map((item) => [nameOf(item), item]));
    return byName.get(names.find((name) => byName.has(name))) || items[Math.min(at, items.length - 1)];
  };
  const press = (target) => {
    keepPlace();
    sessionStorage.setItem(BY_KEY, "yes");
    if (target.matches("a[href]") || target.form) leaving = true;
    target.click();
  };

  const usable = (target) =>
    target.checkVisibility() && (!target.matches("[data-chosen-only]") || document.querySelector("[data-choose]:checked"));
  const byKey = (key) => {
    const item = current();
    const found = (item || document).querySelectorAll(`[data-key="${CSS.escape(key)}"]`);
    return [...found].find((one) => (item || !items.some((other) => other.contains(one))) && usable(one));
  };
  const ofPage = (key) =>
    [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)]
      .find((one) => !items.some((item) => item.contains(one)) && usable(one));
  const boxOf = (item) => item && item.querySelector("[data-choose], input[type=checkbox]");
  const searchField = () => document.getElementById("filter-q") || document.getElementById("header-q");

  /* The rows of the dialog that are its own: whether this page can do them, and what the key does. */
  const rows = {
    move: { can: () => items.length > 0 },
    open: { can: () => items.length > 0 },
    mark: { can: () => items.some(boxOf) },
    search: { can: () => Boolean(searchField()) && !document.querySelector('[data-key="/"]') },
    undo: { can: () => Boolean(document.querySelector("[data-undo]")) },
    send: { can: () => [...document.querySelectorAll("main form .actions [type=submit]")].some((one) => one.form && one.form.querySelector("textarea")) },
    help: { can: () => true },
  };

  const label = (element) => {
    const copy = element.cloneNode(true);
    for (const part of copy.querySelectorAll("kbd, svg, .triage-why, [data-chosen]")) part.remove();
    return element.dataset.keySays || copy.textContent.replace(/\s+/g, " ").trim();
  };

  const list = () => {
    for (const row of dialog.querySelectorAll("[data-keys-row]")) row.hidden = !rows[row.dataset.keysRow].can();
    const template = dialog.querySelector("template");
    for (const old of dialog.querySelectorAll("[data-keys-made]")) old.remove();
    const seen = new Set(["o"]);
    const add = (keys, words) => {
      const row = template.content.firstElementChild.cloneNode(true);
      for (const key of keys) {
        const mark = document.createElement("kbd");
        mark.textContent = key;
        row.querySelector("dt").append(mark, " ");
      }
      row.querySelector("dd").textContent = words;
      template.before(row);
    };
    for (const one of document.querySelectorAll("[data-key]")) {
      if (seen.has(one.dataset.key) || !one.checkVisibility()) continue;
      seen.add(one.dataset.key);
      add([one.dataset.key], label(one));
    }
    for (const one of document.querySelectorAll("[data-go]")) add(["g", one.dataset.go], label(one).replace(/ [\d.,+]+$/, ""));
  };

  const showKeys = () => {
    if (!dialog || dialog.open) return;
    list();
    dialog.showModal();
  };

  const handlers = {
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const box = boxOf(current());
      if (!box) return;
      box.checked = !box.checked;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    },
    "?": showKeys,
    z: () => {
      const button = document.querySelector("[data-undo] button[type=submit]");
      if (button) press(button);
    },
    "/": () => {
      const filters = document.querySelector("details.filters");
      if (filters) filters.open = true;
      const field = searchField();
      if (field) field.focus();
    },
  };

  const goTo = (key) => {
    const chosen = Date.now() - going < 1500 && document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    going = key === "g" ? Date.now() : 0;
    if (chosen) press(chosen);
    return Boolean(chosen);
  };

  const handled = (event) => {
    const { target } = event;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (queue && queue.contains(target) && (key === "ArrowDown" || key === "ArrowUp")) {
      move(key === "ArrowDown" ? 1 : -1);
      return true;
    }
    if (key === "Enter") {
      const opens = target.matches("[data-item]") && target.querySelector(OPENS);
      if (opens) press(opens);
      return Boolean(opens);
    }
    if (key.length !== 1) return false;
    if (goTo(key)) return true;
    const found = byKey(key) || ofPage(key);
    if (found) press(found);
    else if (handlers[key]) handlers[key]();
    return Boolean(found || handlers[key]);
  };

  /* Ctrl+Enter in a field sends its form by its first button, as a click on it would. */
  const send = (event) => {
    const field = typing(event.target);
    const button = field && field.form && field.closest("main")
      && [...field.form.elements].find((one) => one.type === "submit" && one.matches(".actions *"));
    if (!button || event.repeat) return;
    event.preventDefault();
    button.click();
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || leaving || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.altKey) send(event);
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.repeat && !/^([jk]|Arrow(Down|Up))$/.test(event.key)) return;
    if (handled(event)) event.preventDefault();
  });

  /* Boxes */
  const chosen = document.querySelector("[data-chosen]");
  const count = () => {
    const number = document.querySelectorAll("[data-choose]:checked").length;
    chosen.textContent = number ? queue.dataset.chosenText.replace("{n}", number) : "";
  };
  if (chosen && queue) {
    document.addEventListener("change", (event) => { if (event.target.matches("[data-choose]")) count(); });
    count();
  }

  for (const opener of document.querySelectorAll("[data-keys-open]")) {
    opener.hidden = !dialog;
    opener.addEventListener("click", showKeys);
  }

  addEventListener("pageshow", (event) => { if (event.persisted) leaving = false; });

  /* Where we were */
  const form = sessionStorage.getItem(BY_KEY) && document.querySelector(".act-form");
  sessionStorage.removeItem(BY_KEY);
  if (form && document.activeElement === document.body) {
    const fields = [...form.elements].filter((field) => field.matches(FIELDS) && field.type !== "hidden" && field.checkVisibility());
    const first = form.querySelector("[autofocus]") || fields.find((field) => field.required) || fields[0];
    if (first) first.focus();
  }
  if (queue) {
    queue.addEventListener("click", (event) => { if (!event.detail && event.target.closest(OPENS)) keepPlace(); });
    const told = document.querySelector("[data-told]");
    const words = told ? told.textContent : "";
    const named = location.hash.startsWith("#case-") && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const before = JSON.parse(sessionStorage.getItem(PLACE));
    sessionStorage.removeItem(PLACE);
    if (named) go(named, words);
    else if (before && before.names && items.length) go(kept(before), words);
  }
})();
