// The article's form: lengths while one types, fields by kind, tabs that open when something in them is wrong.
document.addEventListener("DOMContentLoaded", () => {
  const editor = document.querySelector("[data-newsroom-editor]");
  const form = document.getElementById("w-editor-form");
  if (!editor || !form) return;
  const { texts } = JSON.parse(document.getElementById("newsroom-editor").textContent);
  const say = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

  // Lengths: a line under the field, whose words say what its colour says.
  const STEPS = [texts.fits, texts.long, texts.tooLong];
  for (const field of form.querySelectorAll("[data-newsroom-length]")) {
    const most = Number(field.dataset.newsroomLength);
    const [long, tooLong] = field.dataset.newsroomSteps.split(" ").map(Number);
    const counter = document.createElement("output");
    counter.className = "newsroom-length";
    counter.htmlFor = field.id;
    const bar = document.createElement("span");
    bar.className = "newsroom-length-bar";
    const words = document.createElement("span");
    counter.append(bar, words);
    field.after(counter);
    const count = () => {
      const length = [...field.value.trim()].length;
      const step = length > tooLong ? 2 : length > long ? 1 : 0;
      counter.dataset.step = step;
      counter.style.setProperty("--share", Math.min(1, length / most));
      const state = length > most ? texts.refused : STEPS[step];
      words.textContent = length ? say(texts.length, { length, most, state }) : say(texts.empty, { most });
      field.toggleAttribute("data-newsroom-over", length > most);
    };
    field.addEventListener("input", count);
    count();
  }

  // Fields that only some kinds have, as long as they say nothing and nothing is wrong with them.
  const kind = form.elements.namedItem("kind");
  const isSilent = (panel) => {
    if (panel.querySelector(".error-message, [aria-invalid=true]")) return false;
    const rows = panel.querySelectorAll("[data-inline-panel-child]:not(.deleted)");
    if ([...rows].some((row) => row.offsetParent !== null || !row.closest("template"))) return false;
    return [...panel.querySelectorAll("input:not([type=hidden]), select, textarea")].every((input) => !input.value);
  };
  const showFields = () => {
    for (const panel of editor.querySelectorAll("[data-newsroom-kinds]")) {
      panel.hidden = !panel.dataset.newsroomKinds.split(" ").includes(kind.value) && isSilent(panel);
    }
  };
  if (kind) {
    kind.addEventListener("change", showFields);
    showFields();
  }

  // Tabs.
  const tabOf = (node) => {
    const panel = node && node.closest('[role="tabpanel"]');
    return panel && editor.querySelector(`[role="tab"][aria-controls="${panel.id}"], [role="tab"][href="#${panel.id}"]`);
  };
  const open = (name) => {
    const tab = tabOf(editor.querySelector(`[data-newsroom-tab="${CSS.escape(name)}"]`));
    if (tab) tab.click();
    return tab;
  };
  document.addEventListener("newsroom:show-tab", (event) => open(event.detail.tab));
  const openFirstError = () => {
    const errors = [...editor.querySelectorAll('.error-message, [aria-invalid="true"]')];
    const tab = tabOf(errors.find((error) => !error.closest("template") && error.textContent.trim() + (error.value ?? "")));
    if (tab && tab.getAttribute("aria-selected") !== "true") tab.click();
  };
  // Once Wagtail's own tabs are there.
  requestAnimationFrame(() => setTimeout(openFirstError, 100));
});
