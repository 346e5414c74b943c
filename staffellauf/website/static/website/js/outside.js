// Content of others comes when a reader asks for it, and not before.
customElements.define("outside-content", class extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => this.load());
  }

  load() {
    const frame = document.createElement("iframe");
    frame.title = this.dataset.title;
    // Some players play nowhere without knowing the site; they learn its name, not the page.
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.sandbox = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-presentation";
    frame.allow = "fullscreen; encrypted-media; picture-in-picture";
    frame.allowFullscreen = true;
    frame.src = this.dataset.frame;
    this.replaceChildren(frame);
    frame.focus();
  }
});
