/* form[data-draft="key"]: what is typed survives a crash, an expired session or a lost
   connection. It stays in this tab's session storage, goes when the tab is closed or the form
   has succeeded ([data-draft-done="key"] on the next page), and never holds passwords, files,
   hidden values or fields marked [data-draft-skip] (names and contacts). */
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

  const kept = (form) =>
    [...form.elements].filter(
      (field) => field.name && !NEVER.has(field.type) && !field.closest("[data-draft-skip]"),
    );

  const read = (form) => {
    const values = {};
    for (const field of kept(form)) {
      if (field.type === "checkbox" || field.type === "radio") {
        if (field.checked) (values[field.name] ||= []).push(field.value);
      } else if (field.value) {
        values[field.name] = [field.value];
      }
    }
    return values;
  };

  /* Only empty fields are filled: what the server sent back is newer than what was kept. */
  const restore = (form, values) => {
    for (const field of kept(form)) {
      const saved = values[field.name];
      if (!saved) continue;
      if (field.type === "checkbox" || field.type === "radio") {
        const group = [...form.elements].filter((other) => other.name === field.name);
        const untouched = group.every((other) => other.checked === other.defaultChecked);
        if (untouched || field.dataset.draftRestored) {
          for (const other of group) {
            other.dataset.draftRestored = "yes";
            other.checked = saved.includes(other.value);
          }
        }
      } else if (!field.value || field.tagName === "SELECT") {
        field.value = saved[0];
      }
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  for (const form of document.querySelectorAll("form[data-draft]")) {
    const key = PREFIX + form.dataset.draft;
    const note = form.querySelector("[data-draft-note]");
    let timer = 0;
    let forgotten = false;

    const save = () => {
      clearTimeout(timer);
      if (forgotten) return;
      try {
        storage.setItem(key, JSON.stringify(read(form)));
      } catch {
        /* Storage is full: the page goes on without a copy. */
      }
    };

    if (!form.querySelector("[aria-invalid]")) {
      try {
        restore(form, JSON.parse(storage.getItem(key) || "{}"));
      } catch {
        storage.removeItem(key);
      }
    }
    if (note) note.hidden = false;

    form.addEventListener("input", (event) => {
      if (event.isTrusted) forgotten = false;
      clearTimeout(timer);
      timer = setTimeout(save, 400);
    });
    form.addEventListener("change", save);
    form.addEventListener("submit", save);
    addEventListener("pagehide", save);

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
