// Pages: the network first, what was read before when it does not answer, else a page that says so.
// Style, script and pictures have fingerprints in their names and come from the cache first. Private pages are never kept.
const VERSION = "%VERSION%";
const SHELL = "%SHELL%".split(" ");
const OFFLINE = SHELL[0];
const PAGES = `pages-${VERSION}`;
const FILES = `files-${VERSION}`;
// Outlives every version of this file.
const ALERTS = "alerts";
const PAGES_KEPT = 60;
const PATIENCE_MS = 3000;
const PRIVATE = /^\/(en\/)?(mein|konto|redaktion|api|-)\//;
const LASTING = /^\/(assets|static|media)\//;

addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(SHELL)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (![PAGES, FILES, ALERTS].includes(name)) await caches.delete(name);
    await clients.claim();
  })());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (LASTING.test(url.pathname)) event.respondWith(file(request));
  else if (request.mode === "navigate") event.respondWith(page(request, url));
});

async function file(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && answer.status === 200) (await caches.open(FILES)).put(request, answer.clone());
  return answer;
}

async function page(request, url) {
  const mayKeep = !PRIVATE.test(url.pathname);
  const network = fetch(request).then(async (answer) => {
    if (mayKeep && answer.status === 200 && !answer.headers.get("Cache-Control")?.includes("no-store")) {
      const cache = await caches.open(PAGES);
      await cache.put(request, answer.clone());
      const keys = await cache.keys();
      await Promise.all(keys.slice(0, -PAGES_KEPT).map((key) => cache.delete(key)));
    }
    return answer;
  });
  const kept = mayKeep ? await caches.match(request) : undefined;
  const patience = new Promise((resolve) => { if (kept) setTimeout(resolve, PATIENCE_MS, kept); });
  return Promise.race([network, patience]).catch(() => kept ?? caches.match(OFFLINE));
}

// --- Notifications: Declarative Web Push (alerts/channels/webpush/texts.py), for browsers that leave it to a worker.

const TEXTS = %TEXTS%;
const FEED = "/mein/feed/";
const SEEN_KEPT = 50;
const GROUP_FROM = 3;
const NEAR_MS = 10 * 60 * 1000;
const BODIES = { later: { wann: "stunde" }, unfollow: { _method: "delete" }, undo: {} };

// Our own pages only: an address with another host opens the same path here.
const ownAddress = (address) => {
  const { pathname, search, hash } = new URL(URL.canParse(address, location.origin) ? address : FEED, location.origin);
  return new URL(pathname + search + hash, location.origin).href;
};

// One at a time, so that two that come together count each other.
let turn = Promise.resolve();
addEventListener("push", (event) => {
  const told = turn.then(() => tell(read(event.data))).catch(() => show(read(null)));
  turn = told.catch(() => {});
  event.waitUntil(told);
});

// Something is always shown: a browser takes the permission away from a site that stays silent.
function read(pushed) {
  try {
    const { title, data, ...rest } = pushed.json().notification;
    if (title && typeof title === "string") return { ...rest, title, data: { ...data } };
  } catch {
    // Not ours, or empty: the line below still tells that there is something.
  }
  return { title: TEXTS.de.name, body: TEXTS.de.news, navigate: FEED, tag: "etwas", data: {} };
}

// What was shown once is not shown again, whether it is still there or was closed; a later edition is.
async function tell(message) {
  const { id, edition = 1, again = "", replaces = [] } = message.data;
  const seen = await kept("seen", []);
  const [, lastEdition = 0, lastAgain = ""] = seen.find(([known]) => known === id) ?? [];
  if (edition < lastEdition || (edition === lastEdition && again === lastAgain)) return;
  const onScreen = await registration.getNotifications();
  for (const one of onScreen) if ((one.data?.tags ?? [one.tag]).every((tag) => replaces.includes(tag))) one.close();
  await show((await grouped(message, onScreen)) ?? message);
  const told = id ? [[id, edition, again], ...replaces.map((tag) => [tag, 1, ""])] : [];
  await keep("seen", [...told, ...seen].slice(0, SEEN_KEPT));
  await badge();
}

// Three or more within ten minutes become one, unless the reader wants each, or the portal has grouped them already.
async function grouped({ title, lang, tag, silent, data }, onScreen) {
  if (!data.article || data.edition > 1 || !(await kept("groups", true))) return null;
  const near = onScreen.filter((one) => one.data?.told && one.tag !== tag && Date.now() - one.data.told < NEAR_MS);
  near.sort((one, other) => other.data.told - one.data.told);
  const titles = [title, ...near.flatMap((one) => one.data.titles ?? [one.title])];
  if (titles.length < GROUP_FROM) return null;
  for (const one of near) if (one.tag !== "gruppe") one.close();
  const tags = [tag, ...near.flatMap((one) => one.data.tags ?? [one.tag])];
  const words = TEXTS[lang] ?? TEXTS.de;
  const actions = [{ action: "open", title: words.open }];
  const said = { title: words.group.replace("{n}", titles.length), body: titles.join("\n"), tag: "gruppe", navigate: FEED };
  return { ...said, lang, silent, actions, data: { titles, tags, article: data.article } };
}

async function show({ title, body, lang, tag, navigate, renotify, silent, actions, data }) {
  const buttons = (Array.isArray(actions) ? actions : []).filter((one) => typeof one?.action === "string" && one.title);
  // A tap on the whole opens it, so that this button is the first to go.
  const shown = buttons.length > (Notification.maxActions ?? 2) ? buttons.filter((one) => one.action !== "open") : buttons;
  await registration.showNotification(title, {
    body: String(body ?? ""), lang: String(lang ?? ""), dir: "auto", icon: "%ICON%", badge: "%BADGE%",
    tag: String(tag ?? ""), renotify: Boolean(tag && renotify), silent: Boolean(silent),
    actions: shown.slice(0, Notification.maxActions ?? 2).map(({ action, title }) => ({ action, title: String(title) })),
    timestamp: Date.parse(data.at) || Date.now(),
    data: {
      ...data, lang, navigate: ownAddress(navigate ?? FEED), told: data.article ? Date.now() : 0,
      addresses: Object.fromEntries(buttons.map((one) => [one.action, ownAddress(one.navigate ?? navigate ?? FEED)])),
    },
  });
}

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(act(event.notification, event.action).finally(badge));
});
addEventListener("notificationclose", (event) => event.waitUntil(badge()));

// What a button does is said in the same place. When it cannot be done now, its page opens, which does the same.
async function act({ title, tag, data }, action) {
  const address = data?.addresses?.[action] ?? data?.navigate ?? ownAddress(FEED);
  if (!(action in BODIES)) return open(address);
  try {
    const headers = { Accept: "application/json" };
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams(BODIES[action]), headers });
    const told = await answer.json();
    if (!told.title) throw new Error(title);
    const actions = told.undo ? [{ action: "undo", title: told.undo, navigate: address }] : [];
    await show({ ...told, tag, lang: data.lang, silent: true, navigate: address, actions, data: {} });
  } catch {
    await open(address);
  }
}

async function open(address) {
  const windows = await clients.matchAll({ type: "window", includeUncontrolled: true });
  return windows.find((client) => client.url === address)?.focus() ?? clients.openWindow(address);
}

async function badge() {
  const shown = await registration.getNotifications();
  const sum = shown.reduce((total, { data }) => total + ((data?.tags ?? data?.replaces)?.length ?? (data?.id ? 1 : 0)), 0);
  await (sum ? navigator.setAppBadge?.(sum) : navigator.clearAppBadge?.());
}

// The browser changed its address: few tell, so that every visit of a page looks as well (push.js).
addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

async function renew({ oldSubscription, newSubscription }) {
  const { key } = await (await fetch("/mein/benachrichtigungen/schluessel/")).json();
  const options = { userVisibleOnly: true, applicationServerKey: key };
  const held = newSubscription ?? (await registration.pushManager.subscribe(options));
  const body = JSON.stringify({ ...held.toJSON(), replaces: oldSubscription?.endpoint, visit: true });
  const headers = { "Content-Type": "application/json" };
  await fetch("/mein/benachrichtigungen/geraete/", { method: "POST", body, headers });
}

// What this device remembers, in a cache because a worker has no shorter place.
const kept = async (name, otherwise) => (await (await caches.open(ALERTS)).match(`/-/${name}`))?.json() ?? otherwise;
const keep = async (name, value) => (await caches.open(ALERTS)).put(`/-/${name}`, Response.json(value));
