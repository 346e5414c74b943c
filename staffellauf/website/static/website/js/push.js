// Notifications on this device: asked for only after a tap, compared with the server on every visit.
const bytesOf = (base64url) =>
  Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const sameKey = (subscription, key) => {
  const held = subscription.options.applicationServerKey;
  return held && bytesOf(key).every((byte, at) => byte === new Uint8Array(held)[at]);
};

customElements.define("push-offer", class extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("[data-ask]");
    this.button.addEventListener("click", () => this.ask());
    this.hidden = false;
    this.begin();
  }

  async begin() {
    const isApple = /iPhone|iPad/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
    if (!("PushManager" in window)) return isApple ? this.show("install") : this.remove();
    if (Notification.permission === "denied") return this.show("blocked");
    if (Notification.permission === "granted") return this.resync();
  }

  show(state) {
    for (const part of this.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state;
    this.button.hidden = state === "on" || state === "install" || state === "blocked";
    if (state !== "blocked") return;
    const agent = navigator.userAgent;
    const browser = /Firefox/.test(agent) ? "firefox" : /Chrome|Edg/.test(agent) ? "chrome" : "safari";
    for (const line of this.querySelectorAll("[data-browser]")) line.hidden = line.dataset.browser !== browser;
  }

  async ask() {
    this.button.disabled = true;
    const permission = await Notification.requestPermission();
    this.button.disabled = false;
    if (permission === "denied") return this.show("blocked");
    if (permission === "granted") await this.subscribe();
  }

  // A subscription the server may have lost is sent again; one made with an old key is replaced.
  async resync() {
    const worker = await navigator.serviceWorker.ready;
    if (await worker.pushManager.getSubscription()) await this.subscribe();
  }

  async subscribe() {
    try {
      const worker = await navigator.serviceWorker.ready;
      const { key } = await (await fetch(this.dataset.key)).json();
      let subscription = await worker.pushManager.getSubscription();
      if (subscription && !sameKey(subscription, key)) {
        await subscription.unsubscribe();
        subscription = null;
      }
      subscription ??= await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
      const answer = await fetch(this.dataset.devices, {
        method: "POST",
        body: JSON.stringify(subscription),
        headers: { "Content-Type": "application/json" },
      });
      if (answer.ok) return this.show("on");
      await this.fail((await answer.json()).reason);
    } catch (error) {
      this.fail(error.message);
    }
  }

  fail(reason) {
    this.querySelector("[data-reason]").textContent = reason;
    this.show("failed");
  }
});
