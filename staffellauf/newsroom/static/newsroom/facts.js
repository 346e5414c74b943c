// Facts: a line that is read while one types, and a list to accept from. What is read goes in as text, never as HTML;
// the list and the form are our own server's templates.
(() => {
  const begin = (root) => {
    const words = root.dataset;
    const part = (name) => root.querySelector(`[data-${name}]`);
    const line = part("line");
    const list = part("list");
    const form = part("form");
    const status = part("status");
    const error = part("error");
    let asked = 0;
    let timer = 0;
    let busy = false;

    const token = () => document.querySelector('[name="csrfmiddlewaretoken"]')?.value || "";
    const ask = async (path, body) => {
      const options = { credentials: "same-origin", headers: { "X-Requested-With": "XMLHttpRequest" } };
      if (body) {
        options.method = "POST";
        options.headers["X-CSRFToken"] = token();
        options.headers["Content-Type"] = "application/json";
        options.body = JSON.stringify(body);
      }
      try {
        return await (await fetch(`${words.address}${path}`, options)).json();
      } catch {
        return { error: words.offline };
      }
    };

    const tell = (said) => {
      error.hidden = !said.error;
      error.textContent = said.error || "";
      status.textContent = said.message || "";
    };

    const show = (said, focused) => {
      tell(said);
      if (said.html === undefined) return;
      list.innerHTML = said.html;
      if (focused === undefined) return;
      const items = [...list.querySelectorAll("[data-fact]")];
      (items[Math.min(focused, items.length - 1)] || line).focus();
    };

    // One writing request at a time: a second press is no second fact.
    const act = async (path, body, focused) => {
      if (busy) return { error: "" };
      busy = true;
      const said = await ask(path, body);
      busy = false;
      show(said, focused);
      return said;
    };

    const chip = (text, small, kind) => {
      const item = document.createElement("li");
      item.className = kind || "";
      item.textContent = text;
      if (small) {
        const note = document.createElement("small");
        note.textContent = ` ${small}`;
        item.append(note);
      }
      return item;
    };

    const showReading = (said) => {
      const reading = part("reading");
      reading.replaceChildren();
      if (said.error) return;
      const chips = document.createElement("ul");
      chips.className = "newsroom-facts-chips";
      for (const one of said.parts) {
        const told = one.is_assumed ? `(${words.assumed})` : "";
        chips.append(chip(`${one.label}: ${one.shown}`, told, one.is_assumed ? "is-assumed" : ""));
      }
      for (const sentence of [...said.unread, ...said.missing]) {
        if (![...chips.children].some((item) => item.textContent === sentence)) chips.append(chip(sentence, "", "is-unread"));
      }
      reading.append(chips);
      const add = (text, name) => {
        const paragraph = document.createElement("p");
        paragraph.className = name;
        paragraph.textContent = text;
        reading.append(paragraph);
      };
      if (said.statement) add(said.statement, "newsroom-facts-says");
      for (const sentence of said.elsewhere || []) add(sentence, "newsroom-facts-help");
      if (said.statement) add(`${words.catalogue} ${said.catalogue.join(" · ") || said.reason}`, "newsroom-facts-help");
    };

    const read = async () => {
      const number = ++asked;
      if (!line.value.trim()) return part("reading").replaceChildren();
      const said = await ask("lesen/", { line: line.value });
      if (number === asked) showReading(said);
    };

    line.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(read, 250);
    });

    const add = async () => {
      const said = await act("neu/", { line: line.value, into_catalogue: part("into-catalogue").checked });
      if (said.fact) {
        line.value = "";
        asked += 1;
        part("reading").replaceChildren();
        if (said.unread?.length) status.textContent = [said.message, ...said.unread].join(" ");
      }
      line.focus();
    };

    const openForm = async (query) => {
      const said = await ask(`formular/?${query}`);
      tell(said);
      if (said.html === undefined) return;
      form.innerHTML = said.html;
      form.hidden = false;
      form.querySelector("[data-slot]")?.focus();
    };

    const closeForm = () => {
      form.hidden = true;
      form.replaceChildren();
      part("kind").value = "";
    };

    const saveForm = async () => {
      const fieldset = form.querySelector("[data-form-kind]");
      const values = { kind: fieldset.dataset.formKind };
      for (const field of form.querySelectorAll("[data-slot]")) if (field.value.trim()) values[field.dataset.slot] = field.value.trim();
      for (const box of form.querySelectorAll("[data-slot-check]")) values[box.dataset.slotCheck] = box.checked;
      const fact = fieldset.dataset.formFact;
      const said = await act(fact ? `${fact}/change/` : "neu/", { values });
      if (said.html !== undefined) {
        closeForm();
        line.focus();
      }
    };

    const decide = (item, button, verb) => {
      const body = {};
      const box = item.querySelector("[data-with-catalogue]");
      if (verb === "accept") body.into_catalogue = Boolean(box?.checked);
      if (verb === "replace") body.other = Number(button.dataset.other);
      const place = [...list.querySelectorAll("[data-fact]")].indexOf(item);
      return act(`${item.dataset.fact}/${verb}/`, body, place);
    };

    root.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const item = button.closest("[data-fact]");
      if (button.dataset.verb) return decide(item, button, button.dataset.verb);
      if (button.dataset.do === "add") return add();
      if (button.dataset.do === "propose") return act("vorschlaege/", {}, 0);
      if (button.dataset.do === "edit") return openForm(`fact=${item.dataset.fact}`);
      if (button.dataset.do === "save") return saveForm();
      if (button.dataset.do === "cancel") closeForm();
    });

    part("kind").addEventListener("change", (event) => {
      if (event.target.value) openForm(`kind=${encodeURIComponent(event.target.value)}`);
      else closeForm();
    });

    // The article's form is not sent by Enter here; letters act in the list only.
    root.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("input")) {
        event.preventDefault();
        if (event.target === line) add();
        else if (form.contains(event.target)) saveForm();
        return;
      }
      if (event.key === "Escape" && form.contains(event.target)) {
        event.preventDefault();
        closeForm();
        line.focus();
        return;
      }
      const item = event.target.matches("[data-fact]") ? event.target : null;
      if (event.key === "ArrowDown" && (item || event.target === line)) {
        event.preventDefault();
        const items = [...list.querySelectorAll("[data-fact]")];
        items[item ? Math.min(items.indexOf(item) + 1, items.length - 1) : 0]?.focus();
        return;
      }
      if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "ArrowUp") {
        event.preventDefault();
        (item.previousElementSibling || line).focus();
        return;
      }
      const press = { a: '[data-verb="accept"]', r: '[data-verb="reject"]', e: '[data-do="edit"]' }[event.key.toLowerCase()];
      const button = press && item.querySelector(press);
      if (button) {
        event.preventDefault();
        button.click();
      }
    });

    root.addEventListener("input", async (event) => {
      const field = event.target.closest("[data-topic-kind]");
      if (!field || /\[\d+\]\s*$/.test(field.value)) return;
      const said = await ask(`themen/?kind=${field.dataset.topicKind}&q=${encodeURIComponent(field.value)}`);
      const options = (said.options || []).map((one) => {
        const option = document.createElement("option");
        option.value = one.value;
        option.label = one.label ? `${one.value} ${one.label}` : one.value;
        return option;
      });
      document.getElementById(field.getAttribute("list")).replaceChildren(...options);
    });

    // Nothing here is a change of the article: it need not be saved for it.
    for (const kind of ["input", "change", "keyup"]) root.addEventListener(kind, (event) => event.stopPropagation());

    ask("").then((said) => show(said));
  };

  const start = () => document.querySelectorAll("[data-newsroom-facts]").forEach(begin);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
