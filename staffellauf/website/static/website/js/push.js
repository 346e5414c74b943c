// Notifications on this device: asked for only after a tap, compared with the server on every visit.
// What the server says is in the language of the page.
const MINE = `${document.documentElement.lang === "en" ? "/en" : ""}/mein/benachrichtigungen`;
const DEVICES = `${MINE}/geraete/`;
const SERVER_KEY = `${MINE}/schluessel/`;
// Kept by the browser: "on" once the server knows this device, "off" when its reader switched it off. For one visit: that
// both were compared.
const STATE = "alerts";
const COMPARED = "alerts-compared";
const mayPush = () => "PushManager" in window && "serviceWorker" in navigator && "Notification" in window;
const isAllowed = () => mayPush() && Notification.permission === "granted";

const keyOf = ({ options }) =>
  btoa(String.fromCharCode(...new Uint8Array(options.applicationServerKey ?? []))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

async function subscription() {
  return (await navigator.serviceWorker.ready).pushManager.getSubscription();
}

async function subscribed(key) {
  const { pushManager } = await navigator.serviceWorker.ready;
  const applicationServerKey = key ?? (await (await fetch(SERVER_KEY)).json()).key;
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
}

// Tells the server; a subscription made with a key that it is about to leave behind is replaced. What comes back is its
// answer: { state }, or { reason } when it refused.
async function register(held, added, mayRenew = true) {
  const key = keyOf(held);
  const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const body = JSON.stringify({ ...held.toJSON(), server_key: key, time_zone, ...added });
  const answer = await fetch(DEVICES, { method: "POST", body, headers: { "Content-Type": "application/json" } });
  const said = await answer.json();
  if (said.state === "on") localStorage.setItem(STATE, "on");
  else localStorage.removeItem(STATE);
  if (said.state === "off") await switchOff(held);
  if (said.key && key && said.key !== key && mayRenew) {
    await held.unsubscribe();
    return register(await subscribed(said.key), { ...added, replaces: held.endpoint }, false);
  }
  if ("groups" in said) await (await caches.open("alerts")).put("/-/groups", Response.json(said.groups));
  return said;
}

async function switchOff(held) {
  localStorage.setItem(STATE, "off");
  await held?.unsubscribe();
}

// Once a visit, and only where notifications are allowed: what the server lost it gets again, what the browser lost is
// made anew. At most one request while nothing has changed.
async function compare() {
  const state = localStorage.getItem(STATE);
  if (!isAllowed() || state === "off" || sessionStorage.getItem(COMPARED)) return;
  const held = await subscription();
  if (!held && !state) return;
  sessionStorage.setItem(COMPARED, "1");
  await register(held ?? (await subscribed()), { visit: true });
}

// What is read needs no notification any more.
async function tidy() {
  if (!isAllowed()) return;
  const isFeed = Boolean(document.querySelector("feed-newer"));
  const shown = await (await navigator.serviceWorker.ready).getNotifications();
  for (const one of shown) if (isFeed || one.data?.navigate === location.href) one.close();
  if (isFeed) await navigator.clearAppBadge?.();
}

const compared = compare().catch(() => {});
tidy().catch(() => {});

customElements.define("push-offer", class extends HTMLElement {
  connectedCallback() {
    this.querySelector("[data-ask]").addEventListener("click", () => this.ask());
    this.querySelector("[data-stop]").addEventListener("click", () => this.stop());
    this.hidden = false;
    this.begin();
  }

  async begin() {
    const browser = this.browser();
    if (!mayPush()) return this.show(browser === "ios" ? "install" : "unable");
    if (Notification.permission === "denied") return this.show("blocked");
    this.show("ask");
    await compared;
    if (isAllowed() && localStorage.getItem(STATE) === "on" && (await subscription())) this.show("on");
  }

  // Which help fits.
  browser() {
    const { userAgent: agent, platform, maxTouchPoints } = navigator;
    const isPhone = /Android/.test(agent);
    if (/iPhone|iPad/.test(agent) || (platform === "MacIntel" && maxTouchPoints > 1)) {
      return navigator.standalone || matchMedia("(display-mode: standalone)").matches ? "ios-app" : "ios";
    }
    if (/SamsungBrowser/.test(agent)) return "samsung";
    if (/Firefox/.test(agent)) return isPhone ? "firefox-android" : "firefox";
    if (/Edg/.test(agent)) return "edge";
    if (/Chrome/.test(agent)) return isPhone ? "chrome-android" : "chrome";
    return "safari";
  }

  show(state) {
    this.dataset.state = state;
    for (const part of this.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(state);
    for (const line of this.querySelectorAll("[data-browser]")) line.hidden = line.dataset.browser !== this.browser();
  }

  async ask() {
    this.show("busy");
    try {
      const permission = await Notification.requestPermission();
      if (permission === "denied") return this.show("blocked");
      if (permission !== "granted") return this.show("undecided");
      const said = await register((await subscription()) ?? (await subscribed()), {});
      if (said.state !== "on") throw new Error(said.reason ?? "");
      sessionStorage.setItem(COMPARED, "1");
      this.show("on");
    } catch (error) {
      this.querySelector("[data-reason]").textContent = error.message;
      this.show("failed");
    }
    this.querySelector("button:not([hidden]):is([data-stop], [data-ask])")?.focus({ preventScroll: true });
  }

  async stop() {
    const held = await subscription();
    await switchOff(held);
    this.show("off");
    const headers = { "Content-Type": "application/json" };
    if (held) await fetch(DEVICES, { method: "DELETE", body: JSON.stringify(held), headers }).catch(() => {});
  }
});
