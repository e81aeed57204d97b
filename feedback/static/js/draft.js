/* form[data-draft="key"]: what is typed survives a crash, an expired session or a lost
   connection. It stays in this tab's session storage, goes when the tab is closed, the form has
   succeeded ([data-draft-done="key"] on the next page) or the person signs out
   (form[data-drafts-end]), and never holds passwords, files, hidden values or fields marked
   [data-draft-skip] (names and contacts of citizens at their own machine).
   form[data-draft-url]: the forms of staff are kept on the server too, a few seconds after the last
   change, so that another browser shows them. Each saving's moment is remembered in the tab: where the
   server's draft ([data-draft-saved]) is the one that this tab saved, the tab's words are as new or newer
   and win; where another browser saved later, its words stand and the tab's are offered. */
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

  const restoreText = (form, field, saved, base, newest) => {
    const now = field.defaultValue;
    if (same(saved, now) || same(saved, base)) return;
    if (!now || newest || same(now, base)) put(field, saved);
    else offer(form, field, saved);
  };

  const restore = (form, { values = {}, bases = {}, savedAt = "" }) => {
    const newest = Boolean(savedAt) && savedAt === form.dataset.draftSaved;
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
        restoreText(form, field, saved[0], bases[field.name], newest);
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

    let savedAt = before.savedAt || "";
    const save = () => {
      clearTimeout(timer);
      if (forgotten) return;
      try {
        storage.setItem(key, JSON.stringify({ ...read(form, bases), savedAt }));
      } catch {
        /* Storage is full: the page goes on without a copy. */
      }
    };

    if (!form.querySelector("[aria-invalid]")) restore(form, before);
    if (note) note.hidden = false;

    /* The server's copy: one request at a time, none once the form itself is on its way. */
    const url = form.dataset.draftUrl;
    const said = note && note.querySelector("[data-draft-said]");
    let upload = 0;
    let sending = null;
    const keep = async () => {
      clearTimeout(upload);
      if (!url || forgotten || form.dataset.sending) return;
      if (sending) {
        upload = setTimeout(keep, 1000);
        return;
      }
      sending = new AbortController();
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
      try {
        const answer = await fetch(url, {
          method: "POST",
          body,
          headers: { Accept: "application/json" },
          redirect: "error",
          signal: sending.signal,
        });
        const told = await answer.json();
        if (said) said.textContent = told.said;
        if (answer.ok) {
          savedAt = told.saved;
          save();
        }
      } catch (error) {
        if (said && error.name !== "AbortError") said.textContent = said.dataset.draftFailed;
      }
      sending = null;
    };
    form.addEventListener("submit", () => {
      clearTimeout(upload);
      if (sending) sending.abort();
    });

    form.addEventListener("input", (event) => {
      if (event.isTrusted) forgotten = false;
      clearTimeout(timer);
      timer = setTimeout(save, 400);
      clearTimeout(upload);
      upload = setTimeout(keep, 2500);
    });
    form.addEventListener("change", save);
    form.addEventListener("submit", () => save());
    addEventListener("pagehide", () => {
      if (!leaving) save();
    });

    /* Dropping the server's draft sends the form, which shows a fresh one: the tab forgets first. */
    const drop = form.id && document.querySelector(`[data-draft-drop][form="${form.id}"]`);
    if (drop) {
      drop.addEventListener("click", () => {
        clearTimeout(timer);
        clearTimeout(upload);
        leaving = true;
        forgotten = true;
        storage.removeItem(key);
      });
    }

    const clear = form.querySelector("[data-draft-clear]");
    if (clear) {
      clear.addEventListener("click", () => {
        clearTimeout(timer);
        clearTimeout(upload);
        forgotten = true;
        storage.removeItem(key);
        if (url) {
          const token = form.elements.csrf_token.value;
          const body = new URLSearchParams({ csrf_token: token, drop: "yes" });
          fetch(url, { method: "POST", body, redirect: "manual", keepalive: true }).catch(() => {});
        }
        note.querySelector("span").textContent = clear.dataset.draftCleared;
        clear.hidden = true;
      });
    }
  }
})();
