// Pages: the network first, what was read before when it does not answer, else a page that says so.
// Style, script and pictures have fingerprints in their names and come from the cache first. Private pages are never kept.
const VERSION = "%VERSION%";
const SHELL = "%SHELL%".split(" ");
const OFFLINE = SHELL[0];
const PAGES = `pages-${VERSION}`;
const FILES = `files-${VERSION}`;
const PAGES_KEPT = 60;
const PATIENCE_MS = 3000;
const PRIVATE = /^\/(en\/)?(mein|konto|redaktion|api|-)\//;
const LASTING = /^\/(assets|static|media)\//;

addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(SHELL)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== PAGES && name !== FILES) await caches.delete(name);
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

addEventListener("push", (event) => {
  event.waitUntil(show(event.data));
});

// Declarative Web Push: {"web_push": 8030, "notification": {title, body, navigate, tag, lang}}. Something is always shown:
// a browser takes the permission away from a site that stays silent.
async function show(data) {
  let message = {};
  try {
    message = data.json().notification ?? {};
  } catch {
    // Not ours, or empty: the line below still tells that there is something.
  }
  const { title = "Staffellauf", body = "", navigate = "/mein/feed/", tag, lang = "de", renotify = false } = message;
  await registration.showNotification(title, {
    body, tag, lang, renotify: Boolean(tag && renotify), icon: "%ICON%", badge: "%BADGE%", data: { navigate },
  });
}

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(new URL(event.notification.data?.navigate ?? "/", location.origin)));
});

// Our own pages only: an address with another host opens the same path here.
async function open({ pathname, search, hash }) {
  const url = new URL(pathname + search + hash, location.origin);
  const windows = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const shown = windows.find((client) => client.url === url.href);
  if (shown) return shown.focus();
  return clients.openWindow(url.href);
}
