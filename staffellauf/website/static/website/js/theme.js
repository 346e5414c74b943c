// Appearance: automatic, light or dark; kept on this device only.
customElements.define("theme-choice", class extends HTMLElement {
  connectedCallback() {
    const chosen = document.documentElement.dataset.theme ?? "auto";
    for (const input of this.querySelectorAll("input")) input.checked = input.value === chosen;
    this.hidden = false;
    this.addEventListener("change", (event) => this.choose(event.target.value));
  }

  choose(theme) {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    try {
      if (theme === "auto") localStorage.removeItem("theme");
      else localStorage.setItem("theme", theme);
    } catch {
      // Storage is forbidden: the choice lasts as long as the page.
    }
  }
});
