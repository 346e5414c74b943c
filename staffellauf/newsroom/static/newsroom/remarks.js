// Remarks on a passage: mark words, press the button, write. Every text goes in as text, never as HTML.
(() => {
  const begin = (root) => {
    const words = root.dataset;
    const list = root.querySelector("[data-threads]");
    const status = root.querySelector(".newsroom-remarks-status");
    const quoteBox = root.querySelector("[data-quote]");
    const unquote = root.querySelector('[data-do="unquote"]');
    const text = root.querySelector("[data-text]");
    const here = root.querySelector('[data-do="here"]');
    const template = root.querySelector("[data-thread]");
    const fieldOf = (name) => document.querySelector(`#w-editor-form [name="${name}"]`)?.closest("[data-field]");
    let chosen = null;
    let about = null;

    // Outside the tab, which is hidden while one writes.
    document.body.append(here);

    const ask = async (address, method, body) => {
      const token = document.querySelector('[name="csrfmiddlewaretoken"]');
      const headers = { "X-CSRFToken": token ? token.value : "", "X-Requested-With": "XMLHttpRequest" };
      if (body) headers["Content-Type"] = "application/json";
      try {
        const answer = await fetch(address, { method, headers, body: body && JSON.stringify(body), credentials: "same-origin" });
        const said = await answer.json();
        status.textContent = said.error || "";
        if (said.remarks) show(said);
        return answer.ok;
      } catch {
        status.textContent = words.offline;
        return false;
      }
    };

    const addressOf = (item) => `${words.address}${item.dataset.remark}/`;

    const fill = (remark, parent) => {
      const item = template.content.firstElementChild.cloneNode(true);
      const part = (name) => item.querySelector(`[data-${name}]`);
      const button = (name) => item.querySelector(`[data-do="${name}"]`);
      item.dataset.remark = remark.id;
      item.remark = remark;
      item.classList.toggle("is-open", !parent && !remark.is_resolved);
      part("author").textContent = remark.author;
      part("when").textContent = remark.is_edited ? `${remark.when} (${words.edited})` : remark.when;
      part("place").textContent = remark.field ? words[remark.field] || "" : "";
      part("state").textContent = remark.is_resolved ? `${words.resolved} ${remark.resolved_by}` : "";
      part("said").textContent = remark.text;
      part("quoted").textContent = remark.quote;
      button("find").hidden = !remark.quote;
      button("answer").hidden = Boolean(parent);
      button("resolve").hidden = Boolean(parent) || remark.is_resolved;
      button("reopen").hidden = Boolean(parent) || !remark.is_resolved;
      button("edit").hidden = !remark.may_edit;
      button("delete").hidden = !remark.may_delete;
      for (const answer of remark.answers || []) part("answers").append(fill(answer, item));
      return item;
    };

    const show = ({ remarks }) => {
      list.replaceChildren(...remarks.map((remark) => fill(remark, null)));
      root.querySelector("[data-nothing]").hidden = remarks.length > 0;
    };

    const selected = () => {
      for (const name of ["headline", "deck"]) {
        const input = document.getElementById(`id_${name}`);
        if (input && input === document.activeElement && input.selectionEnd > input.selectionStart) {
          return { field: name, quote: input.value.slice(input.selectionStart, input.selectionEnd), place: input.getBoundingClientRect() };
        }
      }
      const selection = window.getSelection();
      const body = fieldOf("body");
      if (!selection || selection.isCollapsed || !body || !body.contains(selection.anchorNode)) return null;
      if (!body.querySelector(".DraftEditor-root")?.contains(selection.anchorNode)) return null;
      return { field: "body", quote: selection.toString(), place: selection.getRangeAt(0).getBoundingClientRect() };
    };

    const offer = () => {
      chosen = selected();
      here.hidden = !chosen || !chosen.quote.trim();
      if (here.hidden) return;
      const top = Math.min(Math.max(chosen.place.bottom + 8, 60), window.innerHeight - 60);
      here.style.insetBlockStart = `${top}px`;
      here.style.insetInlineStart = `${Math.max(8, Math.min(chosen.place.left, window.innerWidth - 160))}px`;
    };

    const writeAbout = (passage) => {
      about = passage && { field: passage.field, quote: passage.quote.trim().slice(0, 500) };
      quoteBox.hidden = unquote.hidden = !about;
      quoteBox.textContent = about ? about.quote : "";
    };

    const open = () => {
      if (!chosen) return;
      writeAbout(chosen);
      here.hidden = true;
      document.dispatchEvent(new CustomEvent("newsroom:show-tab", { detail: { tab: "remarks" } }));
      setTimeout(() => text.focus(), 50);
    };

    // The range of a passage in the text, over however many pieces it is cut into; spaces count as one.
    const rangeOf = (holder, quote) => {
      const walker = document.createTreeWalker(holder, NodeFilter.SHOW_TEXT);
      const places = [];
      let all = "";
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        for (let at = 0; at < node.data.length; at += 1) {
          if (/\s/.test(node.data[at])) continue;
          all += node.data[at];
          places.push([node, at]);
        }
      }
      const wanted = quote.replace(/\s+/g, "");
      const from = wanted ? all.indexOf(wanted) : -1;
      if (from < 0) return null;
      const range = document.createRange();
      range.setStart(...places[from]);
      const [node, at] = places[from + wanted.length - 1];
      range.setEnd(node, at + 1);
      return range;
    };

    const find = ({ field, quote }) => {
      const input = document.getElementById(`id_${field}`);
      const isPlain = field !== "body" && input;
      const at = isPlain ? input.value.indexOf(quote) : -1;
      const editor = fieldOf("body")?.querySelector(".DraftEditor-root");
      const range = !isPlain && editor ? rangeOf(editor, quote) : null;
      if (at < 0 && !range) {
        status.textContent = words.gone;
        return;
      }
      status.textContent = "";
      document.dispatchEvent(new CustomEvent("newsroom:show-tab", { detail: { tab: "text" } }));
      setTimeout(() => {
        if (isPlain) {
          input.focus();
          input.setSelectionRange(at, at + quote.length);
          input.scrollIntoView({ block: "center" });
        } else {
          range.startContainer.parentElement.scrollIntoView({ block: "center" });
          if (window.CSS && CSS.highlights) CSS.highlights.set("newsroom-remark", new Highlight(range));
        }
      }, 50);
    };

    const writeIn = (item, what) => {
      const box = item.querySelector(":scope > [data-writing]");
      box.dataset.what = what;
      box.hidden = false;
      const area = box.querySelector("textarea");
      area.value = what === "edit" ? item.remark.text : "";
      area.focus();
    };

    const send = async (item) => {
      const box = item.querySelector(":scope > [data-writing]");
      const said = box.querySelector("textarea").value;
      if (box.dataset.what === "edit") await ask(addressOf(item), "PATCH", { text: said });
      else await ask(words.address, "POST", { text: said, answers: item.remark.id });
    };

    const deeds = {
      write: async () => {
        if (await ask(words.address, "POST", { text: text.value, ...(about || {}) })) {
          text.value = "";
          writeAbout(null);
        }
      },
      unquote: () => writeAbout(null),
      find: (item) => find(item.remark),
      answer: (item) => writeIn(item, "answer"),
      edit: (item) => writeIn(item, "edit"),
      cancel: (item) => { item.querySelector(":scope > [data-writing]").hidden = true; },
      send,
      resolve: (item) => ask(addressOf(item), "PATCH", { resolved: true }),
      reopen: (item) => ask(addressOf(item), "PATCH", { resolved: false }),
      delete: (item) => window.confirm(words.confirm) && ask(addressOf(item), "DELETE"),
    };

    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button && deeds[button.dataset.do]) deeds[button.dataset.do](button.closest("[data-remark]"));
    });
    // What is written here is no change of the article.
    for (const name of ["input", "change", "keyup"]) root.addEventListener(name, (event) => event.stopPropagation());
    here.addEventListener("mousedown", (event) => event.preventDefault());
    here.addEventListener("click", open);
    for (const name of ["mouseup", "keyup"]) document.addEventListener(name, () => setTimeout(offer, 0));
    document.addEventListener("keydown", (event) => {
      if (event.altKey && (event.ctrlKey || event.metaKey) && event.code === "KeyM") {
        chosen = selected() || chosen;
        event.preventDefault();
        open();
      }
    });
    ask(words.address, "GET");
  };

  const start = () => document.querySelectorAll("[data-newsroom-remarks]").forEach(begin);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
