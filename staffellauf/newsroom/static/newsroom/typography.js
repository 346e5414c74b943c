// German quotes, apostrophes, dashes and dots as they are typed: in the text editor (writing.js) and in every field that
// is marked `data-typography`.
(() => {
  const ADDRESS = /(?:\S+:\/\/|www\.)\S*$/;
  const WORD = /[\p{L}\p{N}]/u;
  const DOUBLE = '"„“”';
  const SINGLE = "'‚‘’";

  const isOpen = (text, opening, closing) => text.lastIndexOf(opening) > text.lastIndexOf(closing);
  // A dash begins a quote, unless it breaks one off: „Ich –“
  const begins = (before, opening, closing) =>
    /(?:^|[\s([{„‚»›«/])$/.test(before) || (/[–—-]$/.test(before) && !isOpen(before, opening, closing));
  // 27" is a screen.
  const isMeasure = (before) => /\d$/.test(before) && !isOpen(before, "„", "“");
  const put = (inserted, removed = 0) => ({ inserted, removed });

  // What a key becomes behind `before`: so many characters removed, these inserted. Null: it stays as it is.
  const typed = (before, key) => {
    if (ADDRESS.test(before)) return null;
    if (key === '"') return begins(before, "„", "“") ? put("„") : isMeasure(before) ? null : put("“");
    if (key === "'") return put(begins(before, "‚", "‘") ? "‚" : isOpen(before, "‚", "‘") ? "‘" : "’");
    // It looked like the end of a quote: ‚Grey’s
    if (/^\p{L}$/u.test(key) && /\p{L}‘$/u.test(before)) return put(`’${key}`, 1);
    // At the beginning of a paragraph, dashes and dots make lists and lines.
    if (key === "-" && /[^-–]-$/.test(before)) return put("–", 1);
    if (key === " " && /\S -$/.test(before)) return put("– ", 1);
    if (key === "." && /(?:^|[^.])\.\.$/.test(before)) return put("…", 2);
    return null;
  };

  const single = (before, character, rest) => {
    if (WORD.test(before.slice(-1)) && WORD.test(rest[0] || "")) return "’";
    if (!begins(before, "‚", "‘")) return isOpen(before, "‚", "‘") ? "‘" : "’";
    // ’90 and ’n begin no quote that ends.
    const ends = /\S['‘’](?!\p{L})/u.test(rest);
    return character !== "’" && ends && !/^\d\d(?!\d)/.test(rest) ? "‚" : "’";
  };

  // The text with its quotation marks as they should be; as long as it was.
  const straighten = (text) => {
    let done = "";
    [...text].forEach((character, at, all) => {
      const isDouble = DOUBLE.includes(character), isSingle = SINGLE.includes(character);
      if ((!isDouble && !isSingle) || ADDRESS.test(done)) done += character;
      else if (isSingle) done += single(done, character, all.slice(at + 1).join(""));
      else if (begins(done, "„", "“")) done += "„";
      else done += character === '"' && isMeasure(done) ? character : "“";
    });
    return done;
  };

  window.newsroom = Object.assign(window.newsroom || {}, { typography: { typed, straighten } });

  // --- plain fields
  let last = null;

  const write = (field, from, to, words) => {
    field.setSelectionRange(from, to);
    // Not setRangeText, after which the browser's own undo is gone.
    document.execCommand("insertText", false, words);
  };

  document.addEventListener("beforeinput", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLElement) || !field.matches("input[data-typography], textarea[data-typography]")) return;
    const { selectionStart: from, selectionEnd: to } = field;
    if (event.inputType === "deleteContentBackward" && last?.field === field && from === to && from === last.end) {
      const { start, end, original } = last;
      last = null;
      event.preventDefault();
      write(field, start, end, original);
    } else if (event.inputType === "insertText" && !event.isComposing && event.data?.length === 1) {
      const before = field.value.slice(0, from);
      const change = typed(before, event.data);
      last = null;
      if (!change) return;
      event.preventDefault();
      const start = from - change.removed;
      write(field, start, to, change.inserted);
      last = { field, start, end: start + change.inserted.length, original: before.slice(start) + event.data };
    } else if (event.data !== last?.inserted) {
      last = null;
    }
  });
})();
