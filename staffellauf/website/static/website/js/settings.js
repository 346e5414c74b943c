// A secret address into the clipboard; without script the field itself can be copied.
customElements.define("copy-text", class extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    const field = this.querySelector("input");
    field.addEventListener("focus", () => field.select());
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      const words = button.textContent;
      await navigator.clipboard.writeText(field.value).catch(() => field.select());
      button.textContent = this.dataset.copied;
      setTimeout(() => (button.textContent = words), 2000);
    });
  }
});

// Where the browser says that it is: offered, not taken.
customElements.define("time-zone", class extends HTMLElement {
  connectedCallback() {
    const list = this.querySelector("select");
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (here === list.value || ![...list.options].some((option) => option.value === here)) return;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button" });
    button.textContent = this.dataset.take.replace("{zone}", here.replaceAll("_", " "));
    button.addEventListener("click", () => {
      list.value = here;
      list.focus();
      button.remove();
    });
    this.append(button);
  }
});
