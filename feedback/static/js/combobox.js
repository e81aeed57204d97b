/* Typing that proposes entries: the ARIA combobox with a listbox, over a JSON address.
   <div data-combobox="/url"> holds the text input, a ul[role=listbox], optionally an
   input[data-combobox-code] for the chosen value, and a status line. What was typed and not
   chosen stays as it is: the server understands it too. */
(() => {
  "use strict";
  const WAIT = 160;

  const attach = (box) => {
    const input = box.querySelector("input:not([type=hidden])");
    const list = box.querySelector("[role=listbox]");
    const code = box.querySelector("[data-combobox-code]");
    const status = box.querySelector("[data-combobox-status]");
    let timer = 0;
    let request = null;
    let active = -1;

    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);

    const options = () => [...list.querySelectorAll("[role=option]")];

    const close = () => {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };

    const mark = (index) => {
      const all = options();
      if (!all.length) return;
      active = (index + all.length) % all.length;
      all.forEach((option, i) => option.setAttribute("aria-selected", String(i === active)));
      input.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    };

    const choose = (option) => {
      /* What was typed a moment ago asks no more: its answer would open the list again. */
      clearTimeout(timer);
      if (request) request.abort();
      input.value = option.dataset.label;
      if (code) code.value = option.dataset.value;
      close();
      input.dispatchEvent(new CustomEvent("combobox:chosen", { bubbles: true, detail: option.dataset }));
      input.focus();
    };

    const show = (results) => {
      list.replaceChildren();
      results.forEach((result, i) => {
        const option = document.createElement("li");
        option.className = "combobox-option";
        option.id = `${list.id}-${i}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.value = result.value;
        option.dataset.label = result.label;
        option.append(result.label);
        if (result.detail) {
          const detail = document.createElement("span");
          detail.className = "combobox-detail";
          detail.textContent = result.detail;
          option.append(detail);
        }
        list.append(option);
      });
      active = -1;
      input.removeAttribute("aria-activedescendant");
      const some = results.length > 0;
      list.hidden = !some;
      input.setAttribute("aria-expanded", String(some));
      status.textContent = some
        ? box.dataset.textCount.replace("{n}", results.length)
        : box.dataset.textNone;
      status.classList.toggle("visually-hidden", some);
      status.classList.toggle("field-hint", !some);
    };

    const ask = async () => {
      const words = input.value.trim();
      if (request) request.abort();
      if (words.length < 2) {
        close();
        status.textContent = "";
        return;
      }
      request = new AbortController();
      const address = new URL(box.dataset.combobox, location.href);
      address.searchParams.set("q", words);
      try {
        const answer = await fetch(address, {
          signal: request.signal,
          headers: { Accept: "application/json" },
          credentials: "same-origin",
        });
        if (!answer.ok) throw new Error(String(answer.status));
        const { results } = await answer.json();
        if (document.activeElement === input) show(results);
      } catch (error) {
        if (error.name !== "AbortError") close(); /* no proposals: a plain text field remains */
      }
    };

    input.addEventListener("input", () => {
      if (code) code.value = "";
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });

    input.addEventListener("keydown", (event) => {
      const open = !list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!open) ask();
        else if (active < 0) mark(event.key === "ArrowDown" ? 0 : -1);
        else mark(active + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter" && open && active >= 0) {
        event.preventDefault();
        choose(options()[active]);
      } else if (event.key === "Escape" && open) {
        event.preventDefault();
        close();
      } else if (event.key === "Tab") {
        close();
      }
    });

    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) choose(option);
    });
    input.addEventListener("blur", close);
  };

  document.querySelectorAll("[data-combobox]").forEach(attach);
})();
