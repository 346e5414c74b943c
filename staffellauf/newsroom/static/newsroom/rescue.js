// What is typed is kept in this browser until the portal has confirmed it, so that a crash, a session that is over or a
// train tunnel costs nothing. One entry for each article and account.
document.addEventListener("DOMContentLoaded", () => {
  const config = JSON.parse(document.getElementById("newsroom-editor")?.textContent || "{}");
  const form = document.getElementById("w-editor-form");
  if (!config.rescue || !form) return;
  const { texts } = config;
  const KEY = `newsroom.rescue:${config.user}:${config.article}`;
  const DAYS_KEPT = 30;
  const NOT_KEPT = new Set(["csrfmiddlewaretoken", "loaded_revision_id", "loaded_revision_created_at", "next", "based_on", "overwriting"]);
  const banner = document.querySelector("[data-newsroom-rescue]");

  const store = {
    read() {
      try {
        return JSON.parse(localStorage.getItem(KEY));
      } catch {
        return null;
      }
    },
    // A full or forbidden store must not break the form.
    write(entry) {
      try {
        localStorage.setItem(KEY, JSON.stringify(entry));
      } catch {
        return false;
      }
      return true;
    },
    drop() {
      try {
        localStorage.removeItem(KEY);
      } catch {
        // Nothing was stored then either.
      }
    },
  };

  const values = (data) => [...data.entries()].filter(([name, value]) => !NOT_KEPT.has(name) && typeof value === "string");
  const now = () => new URLSearchParams(values(new FormData(form))).toString();
  const revision = () => form.elements.namedItem("loaded_revision_created_at")?.value || "";

  // What an author would call different: rows' ids, counts and an address made by the server are not.
  const essence = (stored) => {
    const kept = [...new URLSearchParams(stored).entries()]
      .filter(([name, value]) => value && name !== "slug" && !/-(id|INITIAL_FORMS|TOTAL_FORMS|ORDER)$/.test(name))
      .map(([name, value]) => `${name}=${wordsOf(value)}`);
    return kept.sort().join("\n");
  };
  const wordsOf = (value) => {
    if (!value.startsWith('{"blocks"') && !value.startsWith('{"entityMap"')) return value.replace(/\s+/g, " ").trim();
    try {
      const { blocks } = JSON.parse(value);
      return JSON.stringify(blocks.map(({ text, type, inlineStyleRanges, entityRanges }) => [text, type, inlineStyleRanges, entityRanges.length]));
    } catch {
      return value;
    }
  };

  const before = store.read();
  let opened = null;
  let isAsking = false;
  let sent = null;

  const keep = (more = {}) => {
    if (isAsking || opened === null) return;
    const data = now();
    if (data === opened) return;
    store.write({ at: new Date().toISOString(), data, base: revision(), ...more });
  };

  // Wagtail's own check notices what scripts changed too, such as the text's hidden field.
  document.addEventListener("w-unsaved:add", () => keep());
  window.addEventListener("pagehide", () => keep());
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep());
  // What is typed before Wagtail looks at the form for the first time, it takes for how the form was.
  let isEarly = false;
  form.addEventListener("input", () => {
    if (opened === null) isEarly = true;
    setTimeout(keep, 0);
  });
  const announce = () => form.dispatchEvent(new CustomEvent("w-unsaved:add", { bubbles: true, cancelable: true, detail: { type: "edits" } }));

  document.addEventListener("w-autosave:save", () => {
    sent = now();
  });
  document.addEventListener("w-autosave:success", () => {
    const data = now();
    opened = data;
    // Rows get their ids with the answer; what was typed meanwhile waits for the next save.
    if (sent !== null && essence(sent) === essence(data)) store.drop();
    else store.write({ at: new Date().toISOString(), data, base: revision() });
    if (!isAsking) hide();
    isCut = false;
    isRetried = false;
  });

  // --- saving that fails
  let isCut = false;
  let isRetried = false;
  const CUT = { network_error: texts.offline, signed_out: texts.signedOut, server_error: texts.refusedSave };
  const cut = (type) => {
    isCut = type === "network_error" || type === "signed_out";
    keep();
    if (!isAsking && CUT[type]) show(CUT[type], type === "signed_out" ? [link(texts.signIn, config.signIn)] : []);
  };
  const findOut = async () => {
    try {
      const answer = await fetch(config.ping, { redirect: "manual", headers: { Accept: "application/json" } });
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return "signed_out";
      if (!answer.ok) return "server_error";
      form.elements.namedItem("csrfmiddlewaretoken").value = (await answer.json()).token;
      return "";
    } catch {
      return "network_error";
    }
  };
  document.addEventListener("w-autosave:error", async (event) => {
    const { type } = event.detail;
    if (type !== "network_error" && type !== "server_error") return keep();
    const state = await findOut();
    cut(state || type);
    // All is well again, and the token is a new one: once more.
    if (!state && !isRetried) {
      isRetried = true;
      announce();
    }
  });
  window.addEventListener("offline", () => cut("network_error"));
  const recover = async () => {
    if (!isCut) return;
    const state = await findOut();
    if (state) return cut(state);
    isCut = false;
    show(texts.backAgain);
    announce();
  };
  window.addEventListener("online", recover);
  window.addEventListener("focus", recover);

  // A button that would lead to a page of errors, and away from the text, does nothing while we know it.
  const hold = (event) => {
    const button = event.target.closest?.('#w-editor-form [type="submit"], #w-editor-form button:not([type])');
    if (event.type === "click" && !button) return;
    if (!isCut && navigator.onLine) {
      if (event.type === "submit") keep({ isSubmitted: true });
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    cut(navigator.onLine ? "signed_out" : "network_error");
    recover();
    banner.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("click", hold, true);
  document.addEventListener("submit", (event) => event.target === form && hold(event), true);

  // --- what an earlier page left behind
  const link = (text, href) => Object.assign(document.createElement("a"), { textContent: text, href, target: "_blank", className: "button button-small" });
  const button = (text, act, isQuiet = true) => {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    made.className = `button button-small${isQuiet ? " button-secondary" : ""}`;
    made.addEventListener("click", act);
    return made;
  };
  const show = (text, actions = []) => {
    const words = Object.assign(document.createElement("p"), { textContent: text });
    const row = document.createElement("div");
    row.className = "newsroom-rescue-actions";
    row.append(...actions);
    banner.replaceChildren(words, row);
    banner.hidden = false;
  };
  const hide = () => {
    banner.hidden = true;
  };

  const when = (moment) => {
    const date = new Date(moment);
    const clock = date.toLocaleTimeString("de-DE", { hour: "2-digit", minute: "2-digit" });
    const isToday = date.toDateString() === new Date().toDateString();
    return isToday ? clock : `${date.toLocaleDateString("de-DE")}, ${clock}`;
  };

  const ask = () => {
    isAsking = true;
    const text = texts.found.replace("%(when)s", when(before.at));
    const changed = before.base && before.base !== revision() ? `. ${texts.changedSince}` : "";
    show(text + changed, [
      button(texts.restore, restore, false),
      button(texts.look, look),
      button(texts.discard, () => {
        if (!window.confirm(texts.discardSure)) return;
        store.drop();
        isAsking = false;
        hide();
      }),
    ]);
  };

  const look = () => {
    const data = new URLSearchParams(before.data);
    const shown = document.createElement("dl");
    shown.className = "newsroom-rescue-text";
    for (const field of ["kicker", "headline", "deck", "body"]) {
      let value = data.get(field) || "";
      if (field === "body") {
        try {
          value = JSON.parse(value).blocks.map((block) => block.text).join("\n\n");
        } catch {
          value = "";
        }
      }
      if (!value) continue;
      const label = form.querySelector(`label[for="id_${field}"] [data-panel-heading-text], label[for="id_${field}"]`);
      shown.append(Object.assign(document.createElement("dt"), { textContent: label?.textContent.replace("*", "").trim() || field }));
      shown.append(Object.assign(document.createElement("dd"), { textContent: value }));
    }
    banner.querySelector(".newsroom-rescue-text")?.remove();
    banner.append(shown);
  };

  // The kept form as a new version of the draft: today's rows go, the kept ones come anew.
  const restored = () => {
    const posted = new FormData();
    const kept = new URLSearchParams(before.data);
    const current = new FormData(form);
    const counts = [...current.keys()].filter((name) => name.endsWith("-TOTAL_FORMS"));
    const tables = counts.map((name) => name.slice(0, -"-TOTAL_FORMS".length));
    const isRow = (name) => tables.some((table) => name.startsWith(`${table}-`));
    for (const [name, value] of kept) if (!isRow(name)) posted.append(name, value);
    for (const name of ["csrfmiddlewaretoken", "loaded_revision_id", "loaded_revision_created_at", "based_on"]) {
      if (current.has(name)) posted.set(name, current.get(name));
    }
    for (const table of tables) {
      const initial = Number(current.get(`${table}-INITIAL_FORMS`));
      const rowsOf = (data, from, to, count) => {
        const row = new RegExp(`^${table}-(\\d+)-(.+)$`);
        for (const [name, value] of data) {
          const found = row.exec(name);
          if (!found || Number(found[1]) < from || Number(found[1]) >= to) continue;
          const isOld = data === current;
          const index = Number(found[1]) + (isOld ? 0 : initial);
          if (found[2] === "DELETE" && isOld) continue;
          posted.set(`${table}-${index}-${found[2]}`, found[2] === "id" && !isOld ? "" : value);
        }
        return count;
      };
      rowsOf(current, 0, initial);
      for (let n = 0; n < initial; n += 1) posted.set(`${table}-${n}-DELETE`, "on");
      const count = Number(kept.get(`${table}-TOTAL_FORMS`) || 0);
      rowsOf(kept, 0, count);
      posted.set(`${table}-INITIAL_FORMS`, initial);
      posted.set(`${table}-TOTAL_FORMS`, initial + count);
      for (const limit of ["MIN_NUM_FORMS", "MAX_NUM_FORMS"]) posted.set(`${table}-${limit}`, current.get(`${table}-${limit}`));
    }
    return posted;
  };

  const restore = async () => {
    try {
      const answer = await fetch(form.action, { method: "POST", body: restored(), headers: { Accept: "application/json" } });
      const said = await answer.json();
      if (!said.success) throw new Error(said.error_message);
    } catch (error) {
      const state = await findOut();
      show(`${texts.notRestored} ${CUT[state] || error.message}`, [button(texts.restore, restore, false), button(texts.look, look)]);
      return;
    }
    store.drop();
    opened = null;
    window.addEventListener("w-unsaved:confirm", (event) => event.preventDefault());
    window.location.reload();
  };

  const isTooOld = (entry) => Date.now() - Date.parse(entry.at) > DAYS_KEPT * 86_400_000;
  // The text's field fills itself a moment after the page is there.
  document.addEventListener("w-unsaved:watch-edits", start, { once: true });
  setTimeout(start, 2500);
  function start() {
    if (opened !== null) return;
    opened = isEarly ? "" : now();
    if (isEarly) announce();
    if (!before?.data) return;
    const isSaved = before.isSubmitted && before.base !== revision();
    const isSame = essence(before.data) === essence(now());
    if (isSaved || isSame || isTooOld(before)) store.drop();
    else if (form.dataset.wUnsavedForceValue !== "true") ask();
  }
});
