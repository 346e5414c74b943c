// A running import's figures, asked for again until it is through.
(() => {
  const EVERY_MS = 2000;
  const MOST_MS = 30000;
  let wait = EVERY_MS;

  async function look() {
    const shown = document.querySelector("[data-import-state]");
    if (!shown || !shown.hasAttribute("data-running")) return;
    try {
      const answer = await fetch(shown.dataset.importState, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-import-state]");
      if (!fresh) return;
      shown.replaceWith(fresh);
      wait = EVERY_MS;
      // What it did to the entries is listed below, on the page itself.
      if (!fresh.hasAttribute("data-running")) return window.location.reload();
    } catch {
      wait = Math.min(wait * 2, MOST_MS);
    }
    window.setTimeout(look, wait);
  }

  window.setTimeout(look, EVERY_MS);
})();
