// New articles announce themselves as a button; nothing moves by itself.
const EVERY_MS = 90_000;

customElements.define("feed-newer", class extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.look(), EVERY_MS);
    document.addEventListener("visibilitychange", () => this.look());
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  async look() {
    if (document.hidden) return;
    const answer = await fetch(this.dataset.address).catch(() => null);
    if (answer?.status !== 200) return;
    const words = (await answer.text()).trim();
    if (this.textContent.trim() === words) return;
    const link = Object.assign(document.createElement("a"), { className: "button", href: location.pathname, textContent: words });
    this.replaceChildren(link);
  }
});

// The reader opened an article: said by a request of its own, because loading a page changes nothing.
customElements.define("read-mark", class extends HTMLElement {
  connectedCallback() {
    fetch(this.dataset.address, { method: "POST", keepalive: true }).catch(() => {});
  }
});
