/* Small manners that every page has; without scripts everything still works.
   [data-error-summary]      takes the focus; its links focus the field itself
   .view-tabs                wider than the window: scrolled so that the chosen tab is seen
   form[data-once]           is sent once, however often the button is pressed; without a network it stays,
                             with the words of body[data-offline] at its button
   [data-counter-for]        characters left of a field
   [data-inserted]           a text was just put into it
   [data-clears="selector"]  empties the box around it
   details[data-close-outside], details[data-escape-closes]   close as menus do */
(() => {
  "use strict";

  const fill = (text, n) => text.replace("{n}", n.toLocaleString(document.documentElement.lang));

  /* Errors */
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-error-summary] a[href^='#']");
    if (!link) return;
    const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    const label = field.closest(".field") || field;
    label.scrollIntoView({ block: "start" });
    field.focus({ preventScroll: true });
  });

  /* Tabs wider than the window: the chosen one in sight */
  for (const tab of document.querySelectorAll(".view-tabs [aria-current]")) {
    const row = tab.closest(".view-tabs");
    const past = tab.getBoundingClientRect().right - row.getBoundingClientRect().right;
    if (past > 0) row.scrollLeft = past + 24;
  }

  /* Sent once */
  const release = (form) => {
    delete form.dataset.sending;
    for (const button of form.querySelectorAll("[aria-disabled='true']")) {
      button.removeAttribute("aria-disabled");
      if (button.dataset.label) button.lastChild.textContent = button.dataset.label;
    }
  };

  /* The browser would put an error page of its own in the place of what was typed. */
  const sayOffline = (form, button) => {
    const old = form.querySelector("[data-offline-note]");
    if (old) old.remove();
    const note = document.createElement("p");
    note.className = "notice notice-warning offline-note";
    note.dataset.offlineNote = "";
    note.setAttribute("role", "alert");
    if (button && form.contains(button)) (button.closest(".actions") || button).before(note);
    else form.append(note);
    note.textContent = document.body.dataset.offline;
    addEventListener("online", () => note.remove(), { once: true });
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-once]")) return;
    if (!navigator.onLine && document.body.dataset.offline) {
      event.preventDefault();
      sayOffline(form, event.submitter);
      return;
    }
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "yes";
    const button = event.submitter;
    if (!button) return;
    button.setAttribute("aria-disabled", "true");
    if (button.dataset.busy) {
      button.dataset.label = button.lastChild.textContent;
      button.lastChild.textContent = button.dataset.busy;
    }
  });

  /* Back from the browser's page cache: the form may be sent again. */
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sending]").forEach(release);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest("form[data-sending]");
    if (form) release(form);
  });

  /* Counters */
  const count = (note) => {
    const field = document.getElementById(note.dataset.counterFor);
    const left = Number(note.dataset.counterMax) - [...field.value.normalize("NFC")].length;
    note.textContent = left < 0 ? fill(note.dataset.counterOver, -left) : fill(note.dataset.counterLeft, left);
    note.classList.toggle("is-over", left < 0);
  };

  const countIn = (part) => {
    for (const note of part.querySelectorAll("[data-counter-for]")) {
      const field = document.getElementById(note.dataset.counterFor);
      if (!field) continue;
      field.removeAttribute("maxlength"); /* what is pasted is not cut off: the counter says what is too much */
      field.addEventListener("input", () => count(note));
      count(note);
    }
  };
  countIn(document);

  /* A text was put into a field ([data-inserted]): writing goes on at its end, and drafts hear of it. */
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    if (!part || !part.querySelectorAll) return;
    countIn(part);
    const field = part.querySelector("[data-inserted]");
    if (!field) return;
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  /* A part that htmx put into the page takes the focus, and [data-clears="selector"] takes it out again. */
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    const head = part && part.querySelector && part.querySelector(".viewer-name");
    if (head) head.focus();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-clears]");
    const box = link && link.closest(link.dataset.clears);
    if (!box) return;
    event.preventDefault();
    box.replaceChildren();
    const files = box.previousElementSibling;
    const first = files && files.querySelector("a");
    if (first) first.focus();
  });

  /* Menus and confirmations */
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-close-outside][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const cancel = event.target.closest("[data-confirm-cancel]");
    const box = cancel && cancel.closest("details");
    if (box) {
      box.open = false;
      box.querySelector("summary").focus();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const box = event.target.closest("details[data-close-outside][open], details[data-escape-closes][open]");
    if (!box) return;
    box.open = false;
    box.querySelector("summary").focus();
  });

  /* Buttons that only scripts can serve */
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
})();
