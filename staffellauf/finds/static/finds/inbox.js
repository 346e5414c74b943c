// The inbox by keyboard, without a new page for every decision. Everything works without it, by forms.
(() => {
  const root = document.querySelector("[data-finds]");
  if (!root) return;
  const told = root.querySelector("[data-told]");
  const token = () => root.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const rows = () => [...root.querySelectorAll("[data-find]")];
  const undone = [];
  let current = null;

  async function post(address, values) {
    const body = new URLSearchParams(values);
    const headers = { Accept: "application/json", "X-CSRFToken": token() };
    try {
      const answer = await fetch(address, { method: "POST", body, headers, credentials: "same-origin" });
      const said = await answer.json();
      if (!answer.ok) throw new Error(said.error);
      return said;
    } catch (error) {
      tell(error instanceof SyntaxError || error instanceof TypeError ? root.dataset.failed : error.message || root.dataset.failed);
      return null;
    }
  }

  function tell(sentence) {
    told.textContent = sentence;
  }

  function select(row) {
    current?.classList.remove("is-current");
    current = row;
    if (!row) return;
    row.classList.add("is-current");
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const all = rows();
    const place = all.indexOf(current);
    select(all[Math.min(all.length - 1, Math.max(0, place < 0 ? 0 : place + by))]);
  }

  // The row folds up to a line that says what became of it, and can be taken back.
  function fold(row, said, canUndo) {
    const kept = document.createElement("div");
    kept.hidden = true;
    kept.append(...row.childNodes);
    const sentence = document.createElement("span");
    sentence.textContent = said.sentence;
    row.append(sentence, kept);
    row.classList.add("is-gone");
    row.querySelectorAll("input[type=checkbox]").forEach((box) => { box.checked = false; box.disabled = true; });
    if (said.link) {
      const link = document.createElement("a");
      link.href = said.link;
      link.textContent = root.dataset.look;
      row.insertBefore(link, kept);
    }
    if (canUndo) {
      const button = document.createElement("button");
      button.className = "button button-secondary";
      button.type = "button";
      button.textContent = root.dataset.undo;
      button.addEventListener("click", () => unfold(row));
      row.insertBefore(button, kept);
      undone.push(row);
    }
    tell(said.sentence);
  }

  async function unfold(row) {
    const said = await post(row.dataset.decide, { action: "take_back" });
    if (!said) return;
    const kept = row.lastElementChild;
    row.replaceChildren(...kept.childNodes);
    row.classList.remove("is-gone");
    row.querySelectorAll("input[type=checkbox]").forEach((box) => { box.disabled = false; });
    undone.splice(undone.indexOf(row), 1);
    select(row);
    tell(said.sentence);
  }

  function button(row, verb) {
    return row.classList.contains("is-gone") ? null : row.querySelector(`.finds-verbs [value="${verb}"]`);
  }

  async function decide(row, verb) {
    const said = await post(row.dataset.decide, { action: verb });
    if (!said) return;
    fold(row, said, verb === "dismiss");
    const all = rows();
    const next = all.slice(all.indexOf(row)).find((other) => !other.classList.contains("is-gone"));
    if (next) select(next);
  }

  root.addEventListener("submit", (event) => {
    const verb = event.submitter?.value;
    const row = event.target.closest("[data-find]");
    if (row && event.target.matches(".finds-verbs") && (verb === "dismiss" || verb === "publish")) {
      event.preventDefault();
      decide(row, verb);
    }
  });

  root.querySelector("[data-all]")?.addEventListener("change", (event) => {
    root.querySelectorAll(".finds-choose input:not(:disabled)").forEach((box) => { box.checked = event.target.checked; });
  });

  root.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-find]");
    if (row && row !== current) {
      current?.classList.remove("is-current");
      current = row;
      row.classList.add("is-current");
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog, [role=dialog]")) return;
    const verbs = { w: "write", p: "publish", x: "dismiss" };
    if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
    else if (event.key === "u" && undone.length) unfold(undone.at(-1));
    else if (verbs[event.key] && current) button(current, verbs[event.key])?.click();
    else return;
    event.preventDefault();
  });

  // Topics as they are typed.
  let waiting = 0;
  root.addEventListener("input", (event) => {
    const form = event.target.closest("[data-add-topic]");
    if (!form) return;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => offer(form, event.target.value), 150);
  });

  async function offer(form, words) {
    const list = form.querySelector("[data-offers]");
    if (!words.trim()) return list.replaceChildren();
    try {
      const answer = await fetch(`${root.dataset.suggest}?q=${encodeURIComponent(words)}`, { credentials: "same-origin" });
      if (!answer.ok) return;
      const said = await answer.json();
      if (form.querySelector("input[name=name]").value !== words) return;
      list.replaceChildren(...said.options.slice(0, 6).map(option));
    } catch {
      // Without suggestions the name can be sent as it was typed.
      list.replaceChildren();
    }
  }

  function option(found) {
    const item = document.createElement("li");
    const made = document.createElement("button");
    made.name = "add";
    made.value = found.id;
    made.textContent = [found.title, found.kind, found.facts].filter(Boolean).join(" · ");
    item.append(made);
    return item;
  }
})();
