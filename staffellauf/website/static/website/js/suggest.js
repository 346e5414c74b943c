// A list of what may be meant opens under the search field while one types; without script the form asks the server.
const WAIT_MS = 150;

customElements.define("search-box", class extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.list = Object.assign(document.createElement("div"), { className: "suggestions", id: `${this.input.id}-liste`, hidden: true });
    this.list.role = "listbox";
    this.list.ariaLabel = this.dataset.label;
    this.append(this.list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id })) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.ask(), WAIT_MS); });
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.addEventListener("focusout", (event) => this.contains(event.relatedTarget) || this.close());
    // A tap shall not take the focus away, which would close the list before the link is followed.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  async ask() {
    this.request?.abort();
    const words = this.input.value.trim();
    if (!words) return this.close();
    const { signal } = (this.request = new AbortController());
    const answer = await fetch(`${this.dataset.address}?${new URLSearchParams({ q: words })}`, { signal, credentials: "omit" }).catch(() => null);
    const fragment = answer?.ok ? await answer.text().catch(() => "") : "";
    // The next letter may have been typed meanwhile. Without an answer nothing stale stays, and the form still works.
    if (!signal.aborted) this.show(fragment);
  }

  show(fragment) {
    this.list.innerHTML = fragment;
    this.options = [...this.list.children];
    for (const option of this.options) option.id = `${this.list.id}-${option.id}`;
    this.list.hidden = !(this.options.length && this.contains(document.activeElement));
    this.input.setAttribute("aria-expanded", `${!this.list.hidden}`);
    this.choose(-1);
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.show("");
  }

  press(event) {
    if (event.isComposing || this.list.hidden) return;
    const last = this.options.length - 1;
    const places = { ArrowDown: this.at < last ? this.at + 1 : -1, ArrowUp: this.at < 0 ? last : this.at - 1, Home: 0, End: last };
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.at >= 0) this.options[this.at].click();
    else if (event.key in places && (this.at >= 0 || event.key.startsWith("Arrow"))) this.choose(places[event.key]);
    else return;
    event.preventDefault();
  }

  choose(at) {
    this.at = at;
    this.options.forEach((option, place) => option.setAttribute("aria-selected", `${place === at}`));
    if (at < 0) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", this.options[at].id);
    this.options[at].scrollIntoView({ block: "nearest" });
  }
});
