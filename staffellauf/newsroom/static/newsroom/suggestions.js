// The list that opens under the cursor of the text editor: what may be meant, chosen by keys or by pointer.
(() => {
  const WAIT_MS = 120;
  const EDGE_PX = 8;
  let lists = 0;

  const element = (tag, properties = {}, attributes = {}) => {
    const made = Object.assign(document.createElement(tag), properties);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };

  class SuggestionList {
    // `editable` is the element that has the focus, `frame` one around it that the list stands in.
    constructor(editable, frame, { texts, choose }) {
      Object.assign(this, { editable, frame, texts, choose, options: [], at: -1, known: new Map() });
      this.id = `suggestions-${(lists += 1)}`;
      this.box = element("div", { className: "suggestions", hidden: true });
      this.head = element("p", { className: "suggestions-head" });
      this.list = element("ul", { id: this.id, className: "suggestions-list" }, { role: "listbox" });
      this.note = element("p", { className: "suggestions-note" });
      this.status = element("div", { className: "w-sr-only" }, { role: "status" });
      this.box.append(this.head, this.list, this.note);
      frame.append(this.box, this.status);
      // A tap shall not take the focus away, which would close the list before anything is chosen.
      this.box.addEventListener("mousedown", (event) => event.preventDefault());
      this.list.addEventListener("click", (event) => this.take(event.target.closest("[role=option]")));
    }

    get isOpen() {
      return !this.box.hidden;
    }

    // Asks for `address`; what was asked for before is forgotten.
    ask(sign, address, caret) {
      clearTimeout(this.timer);
      this.request?.abort();
      if (!this.isOpen) this.begin(sign);
      this.place(caret);
      if (this.known.has(address)) return this.show(sign, this.known.get(address));
      this.timer = setTimeout(() => this.fetch(sign, address), WAIT_MS);
    }

    async fetch(sign, address) {
      const { signal } = (this.request = new AbortController());
      try {
        const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
        const { options, error } = await answer.json();
        if (signal.aborted) return;
        if (!answer.ok) return this.fail(error || this.texts.failed);
        this.known.set(address, options);
        this.show(sign, options);
      } catch (error) {
        // Nothing stale stays that Enter could choose.
        if (!signal.aborted) this.fail(this.texts.failed);
      }
    }

    begin(sign) {
      this.box.hidden = false;
      this.box.style.left = "";
      this.left = null;
      this.head.textContent = this.texts[sign];
      this.list.setAttribute("aria-label", this.texts[sign]);
      this.fill([]);
      this.tell(this.texts.searching);
      const names = { "aria-autocomplete": "list", "aria-controls": this.id, "aria-haspopup": "listbox" };
      for (const [name, value] of Object.entries(names)) this.editable.setAttribute(name, value);
    }

    show(sign, options) {
      this.isFruitless = !options.length;
      this.fill(options);
      const found = this.texts.found[options.length === 1 ? 0 : 1].replace("%s", options.length);
      this.tell(options.length ? this.texts.keys : this.texts[`none${sign}`], options.length ? found : "");
    }

    fail(sentence) {
      this.fill([]);
      this.tell(sentence);
    }

    tell(sentence, before = "") {
      this.note.textContent = sentence;
      this.status.textContent = `${before} ${sentence}`.trim();
    }

    fill(options) {
      this.options = options;
      this.list.replaceChildren(
        ...options.map((option, at) => {
          const item = element("li", { id: `${this.id}-${at}`, className: "suggestion" }, { role: "option" });
          item.append(
            element("span", { className: "suggestion-title", textContent: option.title }),
            element("span", { className: "suggestion-kind", textContent: option.kind }),
            element("span", { className: "suggestion-facts", textContent: option.facts }),
          );
          return item;
        }),
      );
      this.list.hidden = !options.length;
      this.choosing(options.length ? 0 : -1);
    }

    choosing(at) {
      this.at = at;
      [...this.list.children].forEach((item, place) => item.setAttribute("aria-selected", `${place === at}`));
      if (at < 0) return this.editable.removeAttribute("aria-activedescendant");
      this.editable.setAttribute("aria-activedescendant", `${this.id}-${at}`);
      this.list.children[at].scrollIntoView({ block: "nearest" });
    }

    // Under the cursor, over it where there is no room, and never beyond the text's edge.
    place(caret) {
      const frame = this.frame.getBoundingClientRect();
      const width = this.box.offsetWidth;
      this.left ??= Math.max(frame.left, Math.min(caret.left, frame.right - width));
      const height = this.box.offsetHeight;
      const isAbove = caret.bottom + height > window.innerHeight && caret.top > height;
      this.box.style.left = `${this.left - frame.left}px`;
      this.box.style.top = `${(isAbove ? caret.top - height - EDGE_PX : caret.bottom + EDGE_PX / 2) - frame.top}px`;
    }

    // Whether the key was for the list.
    press(event) {
      if (!this.isOpen || event.isComposing) return false;
      const last = this.options.length - 1;
      const places = { ArrowDown: this.at < last ? this.at + 1 : 0, ArrowUp: this.at > 0 ? this.at - 1 : last };
      if (event.key === "Escape") this.close();
      else if (last < 0 || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return false;
      else if (event.key in places) this.choosing(places[event.key]);
      else if (event.key === "Enter" || event.key === "Tab") this.take(this.list.children[this.at]);
      else return false;
      return true;
    }

    take(item) {
      const option = item && this.options[[...this.list.children].indexOf(item)];
      if (!option) return;
      this.close();
      this.choose(option);
      this.status.textContent = option.title;
    }

    close() {
      clearTimeout(this.timer);
      this.request?.abort();
      if (!this.isOpen) return;
      this.box.hidden = true;
      this.isFruitless = false;
      this.status.textContent = "";
      this.options = [];
      for (const name of ["activedescendant", "autocomplete", "controls", "haspopup"]) {
        this.editable.removeAttribute(`aria-${name}`);
      }
    }
  }

  window.newsroom = Object.assign(window.newsroom || {}, { SuggestionList });
})();
