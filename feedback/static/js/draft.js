/* form[data-draft="key"]: what is typed survives a crash, an expired session or a lost
   connection. It stays in this tab's session storage, goes when the tab is closed, the form has
   succeeded ([data-draft-done="key"] on the next page) or the person signs out
   (form[data-drafts-end]), and never holds passwords, files, hidden values or fields marked
   [data-draft-skip] (names and contacts of citizens at their own machine). */
(() => {
  "use strict";
  const PREFIX = "hoi-am-draft:";
  const NEVER = new Set(["password", "file", "hidden", "submit", "button", "reset", "image"]);

  let storage;
  try {
    storage = sessionStorage;
    storage.getItem(PREFIX);
  } catch {
    return; /* the browser keeps nothing: neither do we, and no note promises it */
  }

  for (const done of document.querySelectorAll("[data-draft-done]")) {
    storage.removeItem(PREFIX + done.dataset.draftDone);
  }

  /* Who signs out leaves nothing behind for the next person at this machine. */
  let leaving = false;
  for (const form of document.querySelectorAll("form[data-drafts-end]")) {
    form.addEventListener("submit", () => {
      leaving = true;
      for (const key of Object.keys(storage)) {
        if (key.startsWith(PREFIX)) storage.removeItem(key);
      }
    });
  }

  const kept = (form) =>
    [...form.elements].filter(
      (field) => field.name && !NEVER.has(field.type) && !field.closest("[data-draft-skip]"),
    );

  const isChoice = (field) => field.type === "checkbox" || field.type === "radio";
  const plain = (text) => text.replaceAll("\r\n", "\n").trim();
  const same = (one, other) => plain(one || "") === plain(other || "");

  const read = (form, bases) => {
    const values = {};
    for (const field of kept(form)) {
      if (isChoice(field)) {
        if (field.checked) (values[field.name] ||= []).push(field.value);
      } else if (field.value) {
        values[field.name] = [field.value];
      }
    }
    return { values, bases };
  };

  /* What the server itself had written in the fields before anything was typed: what differs from
     it was typed. A page that shows the kept words again, because of an error, changes no base. */
  const basesOf = (form, before) => {
    const bases = {};
    for (const field of kept(form)) {
      if (isChoice(field) || field.tagName === "SELECT") continue;
      const saved = before.values?.[field.name]?.[0];
      const again = saved !== undefined && same(saved, field.defaultValue);
      const base = again ? before.bases?.[field.name] : field.defaultValue;
      if (base) bases[field.name] = base;
    }
    return bases;
  };

  const put = (field, text) => {
    field.value = text;
    const fold = field.closest("details");
    if (fold) fold.open = true;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  /* Another version came from the server meanwhile: the person chooses between the two. */
  const offer = (form, field, text) => {
    const template = form.querySelector("[data-draft-offer]");
    if (!template) return;
    const notice = template.content.firstElementChild.cloneNode(true);
    notice.querySelector("[data-draft-words]").textContent = text;
    notice.querySelector("button").addEventListener("click", () => {
      put(field, text);
      notice.remove();
      field.focus();
    });
    field.after(notice);
  };

  const restoreText = (form, field, saved, base) => {
    const now = field.defaultValue;
    if (same(saved, now) || same(saved, base)) return;
    if (!now || same(now, base)) put(field, saved);
    else offer(form, field, saved);
  };

  const restore = (form, { values = {}, bases = {} }) => {
    for (const field of kept(form)) {
      const saved = values[field.name];
      if (!saved) continue;
      if (isChoice(field)) {
        const group = [...form.elements].filter((other) => other.name === field.name);
        const untouched = group.every((other) => other.checked === other.defaultChecked);
        if (untouched || field.dataset.draftRestored) {
          for (const other of group) {
            other.dataset.draftRestored = "yes";
            other.checked = saved.includes(other.value);
          }
        }
        field.dispatchEvent(new Event("input", { bubbles: true }));
      } else if (field.tagName === "SELECT") {
        put(field, saved[0]);
      } else {
        restoreText(form, field, saved[0], bases[field.name]);
      }
    }
  };

  for (const form of document.querySelectorAll("form[data-draft]")) {
    const key = PREFIX + form.dataset.draft;
    const note = form.querySelector("[data-draft-note]");
    let timer = 0;
    let forgotten = false;
    let before = {};
    try {
      before = JSON.parse(storage.getItem(key) || "{}");
    } catch {
      storage.removeItem(key);
    }
    const bases = basesOf(form, before);

    const save = () => {
      clearTimeout(timer);
      if (forgotten) return;
      try {
        storage.setItem(key, JSON.stringify(read(form, bases)));
      } catch {
        /* Storage is full: the page goes on without a copy. */
      }
    };

    if (!form.querySelector("[aria-invalid]")) restore(form, before);
    if (note) note.hidden = false;

    form.addEventListener("input", (event) => {
      if (event.isTrusted) forgotten = false;
      clearTimeout(timer);
      timer = setTimeout(save, 400);
    });
    form.addEventListener("change", save);
    form.addEventListener("submit", save);
    addEventListener("pagehide", () => {
      if (!leaving) save();
    });

    const clear = form.querySelector("[data-draft-clear]");
    if (clear) {
      clear.addEventListener("click", () => {
        clearTimeout(timer);
        forgotten = true;
        storage.removeItem(key);
        note.querySelector("span").textContent = clear.dataset.draftCleared;
        clear.hidden = true;
      });
    }
  }
})();
