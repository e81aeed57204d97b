/* [data-upload]: lists the chosen files with a preview, says at once which the server would
   refuse and leaves those out, and lets single ones be taken out or added. The server checks all of it again. */
(() => {
  "use strict";
  const PICTURE = /^image\/(jpeg|png|webp|gif)$/;

  const size = (bytes) => {
    const show = (value, digits) =>
      value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: digits });
    return bytes < 1e6 ? `${show(Math.max(1, bytes / 1000), 0)} kB` : `${show(bytes / 1e6, 1)} MB`;
  };

  const accepted = (input, file) => {
    const rules = input.accept.split(",").map((rule) => rule.trim().toLowerCase()).filter(Boolean);
    if (!rules.length) return true;
    const name = file.name.toLowerCase();
    return rules.some((rule) =>
      rule.startsWith(".") ? name.endsWith(rule)
        : rule.endsWith("/*") ? file.type.startsWith(rule.slice(0, -1))
          : file.type === rule);
  };

  const attach = (box) => {
    const input = box.querySelector("input[type=file]");
    const list = box.querySelector("[data-upload-list]");
    const status = box.querySelector("[data-upload-status]");
    const most = Number(box.dataset.maxFiles) || Infinity;
    const biggest = Number(box.dataset.maxBytes) || Infinity;
    let chosen = [];
    let previews = [];

    const problem = (file) => {
      if (!accepted(input, file)) return box.dataset.textType;
      if (file.size > biggest) return box.dataset.textTooBig;
      return "";
    };

    /* Only what the server would take is sent; the rest stays in the list with its reason. */
    const fit = () => chosen.filter((file) => !problem(file)).slice(0, most);

    const write = () => {
      const bag = new DataTransfer();
      for (const file of fit()) bag.items.add(file);
      input.files = bag.files;
    };

    const thumbnail = (file) => {
      if (!PICTURE.test(file.type)) {
        const blank = document.createElement("span");
        blank.className = "upload-thumb";
        return blank;
      }
      const picture = document.createElement("img");
      picture.className = "upload-thumb";
      picture.alt = "";
      picture.src = URL.createObjectURL(file);
      previews.push(picture.src);
      return picture;
    };

    const row = (file, index) => {
      const item = document.createElement("li");
      const wrong = problem(file);
      item.className = wrong ? "upload-item is-bad" : "upload-item";
      const text = document.createElement("div");
      const name = document.createElement("span");
      name.className = "upload-name";
      name.textContent = file.name;
      const note = document.createElement("span");
      note.className = "upload-note";
      note.textContent = wrong ? `${size(file.size)} · ${wrong}` : size(file.size);
      text.append(name, note);
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "btn btn-quiet upload-remove";
      remove.textContent = "×";
      remove.setAttribute("aria-label", box.dataset.textRemove.replace("{name}", file.name));
      remove.addEventListener("click", () => {
        chosen.splice(index, 1);
        write();
        draw();
        input.focus();
      });
      item.append(thumbnail(file), text, remove);
      return item;
    };

    const draw = () => {
      previews.forEach((address) => URL.revokeObjectURL(address));
      previews = [];
      list.replaceChildren(...chosen.map(row));
      const sent = fit().length;
      const tooMany = chosen.filter((file) => !problem(file)).length > most;
      status.classList.toggle("is-bad", tooMany);
      status.textContent = tooMany
        ? box.dataset.textTooMany.replace("{n}", most)
        : chosen.length ? box.dataset.textCount.replace("{n}", sent) : "";
    };

    input.addEventListener("change", () => {
      const same = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
      const added = [...input.files].filter((file) => !chosen.some((other) => same(file, other)));
      chosen = input.multiple ? [...chosen, ...added] : [...input.files];
      write();
      draw();
    });
  };

  document.querySelectorAll("[data-upload]").forEach(attach);
})();
