// The list of series narrows while one types; without script the form asks the server.
const folded = (text) =>
  text.toLowerCase().replace(/[äöüß]/g, (c) => ({ ä: "ae", ö: "oe", ü: "ue", ß: "ss" })[c])
    .normalize("NFKD").replace(/\p{M}/gu, "").replace(/['’]/g, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();

customElements.define("series-finder", class extends HTMLElement {
  connectedCallback() {
    // Only what stands here can be narrowed here.
    if (!("whole" in this.dataset)) return;
    const input = this.querySelector("input");
    input.addEventListener("input", () => this.narrow(folded(input.value).split(" ")));
  }

  narrow(words) {
    let found = 0;
    for (const section of this.querySelectorAll(".letter")) {
      const lines = [...section.querySelectorAll("li")];
      for (const line of lines) line.hidden = !words.every((word) => line.dataset.names.includes(word));
      const shown = lines.filter((line) => !line.hidden).length;
      section.hidden = shown === 0;
      found += shown;
    }
    this.querySelector("[data-nothing]").hidden = found > 0;
  }
});

// "/" goes to the search field, as on many sites.
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
  const field = [...document.querySelectorAll('input[type="search"]')].find((input) => input.offsetParent);
  if (!field) return;
  event.preventDefault();
  field.focus();
});
