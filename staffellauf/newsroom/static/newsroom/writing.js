// The text editor while somebody types: `@` offers topics, `#` earlier articles, quotes and dashes become German ones;
// below stands how long the text is.
(() => {
  const { registerPlugin } = window.draftail;
  const { EditorState, Modifier } = window.DraftJS;
  const { createElement } = window.React;
  const { SuggestionList, typography } = window.newsroom;

  const ENTITIES = { "@": "TOPIC", "#": "ARTICLE" };
  // Not within a word, as in a mail address; four words at most, and none behind the end of a sentence.
  const SIGN = /(?:^|[\s([{„‚»›"'–—])([@#])((?:[^\s@#.,;:!?)\]“‘]+ ?){0,4})$/u;
  const HANDLED = "handled", NOT_HANDLED = "not-handled";
  // Draft.js begins a new step of undoing where the type of change differs.
  const LINKED = "apply-entity", CORRECTED = "typography";
  let settings = null;

  const rangeIn = (selection, key, from, to) =>
    selection.merge({ anchorKey: key, focusKey: key, anchorOffset: from, focusOffset: to, isBackward: false });

  // What is typed goes on with the link only in its middle.
  const entityAround = (block, from, to) => {
    const entity = from > 0 ? block.getEntityAt(from - 1) : null;
    return entity && to < block.getLength() && block.getEntityAt(to) === entity ? entity : null;
  };

  // The sign before the cursor with what was typed behind it, or null.
  const signAt = (state) => {
    const selection = state.getSelection();
    if (!selection.isCollapsed() || !selection.getHasFocus()) return null;
    const block = state.getCurrentContent().getBlockForKey(selection.getStartKey());
    const end = selection.getStartOffset();
    const found = block.getType() === "atomic" ? null : SIGN.exec(block.getText().slice(0, end));
    if (!found) return null;
    const [, sign, words] = found;
    const start = end - words.length - 1;
    // The first of the charts is no article, and what is linked already stays so.
    if ((sign === "#" && /^\d+(?:$| )/.test(words)) || block.getEntityAt(start)) return null;
    return { sign, words, start, end, key: block.getKey(), place: `${block.getKey()}:${start}` };
  };

  const caretOf = (editable) => {
    const range = window.getSelection().rangeCount ? window.getSelection().getRangeAt(0) : null;
    const caret = range && [...range.getClientRects()].pop();
    if (caret) return caret;
    const node = range?.startContainer;
    return (node instanceof Element ? node : node?.parentElement || editable).getBoundingClientRect();
  };

  // Topics that the draft has: linked in the text, or named beside it.
  const usedTopics = (state) => {
    const ids = new Set();
    const content = state.getCurrentContent();
    for (const block of content.getBlocksAsArray()) {
      block.findEntityRanges((character) => {
        const entity = character.getEntity() && content.getEntity(character.getEntity());
        if (entity && entity.getType() === "TOPIC") ids.add(entity.getData().id);
        return false;
      }, () => {});
    }
    for (const field of document.querySelectorAll('input[name^="subjects-"][name$="-topic"]')) ids.add(field.value);
    return [...ids].filter(Boolean).join(",");
  };

  const addressFor = (found, state) => {
    const query = new URLSearchParams({ q: found.words.trim() });
    if (found.sign === "@" && !found.words) query.set("used", usedTopics(state));
    const own = /\/edit\/(\d+)\//.exec(window.location.pathname);
    if (found.sign === "#" && own) query.set("without", own[1]);
    return `${settings.addresses[found.sign]}?${query}`;
  };

  const plugin = {
    type: "writing",

    initialize() {
      settings = this;
    },

    // Draft.js tells of every change, the cursor's too, before it is shown.
    onChange(state, methods) {
      const hasTyped = state.getCurrentContent() !== this.content;
      this.content = state.getCurrentContent();
      requestAnimationFrame(() => this.look(methods, hasTyped));
      return state;
    },

    look(methods, hasTyped) {
      const editable = methods.getEditorRef()?.editor;
      if (!editable?.isConnected) return;
      const state = methods.getEditorState();
      const found = signAt(state);
      const list = this.suggestions;
      if (!found || found.place !== this.place) list?.close();
      if (!found) this.place = this.dismissed = null;
      // Opened by typing, never by walking past; not again where it was closed.
      if (!found || found.place === this.dismissed || (!hasTyped && !list?.isOpen)) return;
      const isFruitless = list?.isFruitless && found.place === this.place && found.words.includes(" ");
      this.place = found.place;
      if (isFruitless) return this.dismiss();
      this.listFor(editable, methods).ask(found.sign, addressFor(found, state), caretOf(editable));
    },

    listFor(editable, methods) {
      if (this.suggestions?.editable === editable) return this.suggestions;
      const frame = editable.closest("[data-draftail-editor-wrapper]");
      const choose = (option) => this.link(option, methods);
      this.suggestions = new SuggestionList(editable, frame, { texts: this.texts, choose });
      // Before Draft.js and Draftail, which have uses for the same keys.
      frame.addEventListener("keydown", (event) => {
        const wasEscape = event.key === "Escape" && this.suggestions.isOpen;
        if (!this.suggestions.press(event)) return;
        event.preventDefault();
        event.stopPropagation();
        if (wasEscape) this.dismissed = this.place;
      }, true);
      editable.addEventListener("blur", () => this.suggestions.close());
      return this.suggestions;
    },

    dismiss() {
      this.suggestions.close();
      this.dismissed = this.place;
    },

    link(option, methods) {
      const state = methods.getEditorState();
      const found = signAt(state);
      if (!found) return;
      const data = { id: option.id, title: option.title, url: option.url };
      const content = state.getCurrentContent().createEntity(ENTITIES[found.sign], "MUTABLE", data);
      const range = rangeIn(state.getSelection(), found.key, found.start, found.end);
      const style = content.getBlockForKey(found.key).getInlineStyleAt(found.start);
      const linked = Modifier.replaceText(content, range, option.title, style, content.getLastCreatedEntityKey());
      methods.setEditorState(EditorState.push(state, linked, LINKED));
    },

    // The editor's methods come last; how many arguments before them, depends on the version.
    handleBeforeInput(characters, state, ...others) {
      const methods = others.pop();
      const selection = state.getSelection();
      if (characters.length !== 1 || selection.getStartKey() !== selection.getEndKey()) return NOT_HANDLED;
      const key = selection.getStartKey(), from = selection.getStartOffset();
      const block = state.getCurrentContent().getBlockForKey(key);
      const before = block.getText().slice(0, from);
      const change = typography.typed(before, characters);
      if (!change) return NOT_HANDLED;
      const style = state.getCurrentInlineStyle(), entity = entityAround(block, from, selection.getEndOffset());
      // First the key itself, so that undoing gives it back.
      const plain = Modifier.replaceText(state.getCurrentContent(), selection, characters, style, entity);
      const typed = EditorState.push(state, plain, "insert-characters");
      const start = from - change.removed;
      const range = rangeIn(typed.getSelection(), key, start, from + 1);
      const content = Modifier.replaceText(plain, range, change.inserted, style, entity);
      const original = before.slice(start) + characters;
      const next = EditorState.push(typed, content, CORRECTED), end = start + change.inserted.length;
      this.correction = { content: next.getCurrentContent(), key, start, end, original, style, entity };
      methods.setEditorState(next);
      return HANDLED;
    },

    // Backspace right behind a correction takes the correction back, once.
    handleKeyCommand(command, state, ...others) {
      const methods = others.pop();
      const { correction } = this;
      const content = state.getCurrentContent(), selection = state.getSelection();
      if (command !== "backspace" || !correction || correction.content !== content) return NOT_HANDLED;
      if (!selection.isCollapsed() || selection.getStartKey() !== correction.key) return NOT_HANDLED;
      if (selection.getStartOffset() !== correction.end) return NOT_HANDLED;
      this.correction = null;
      const range = rangeIn(selection, correction.key, correction.start, correction.end);
      const before = Modifier.replaceText(content, range, correction.original, correction.style, correction.entity);
      methods.setEditorState(EditorState.push(state, before, "insert-characters"));
      return HANDLED;
    },
  };

  // --- the line below the text
  const textOf = (content) => content.getBlocksAsArray().filter((block) => block.getType() !== "atomic");

  const counted = ([one, many], count) => (count === 1 ? one : many).replace("%s", count.toLocaleString(document.documentElement.lang));

  const straightened = (state) => {
    let content = state.getCurrentContent(), count = 0;
    for (const block of textOf(content)) {
      const text = block.getText(), right = typography.straighten(text);
      // As strings count: what straighten changes is one unit before and after.
      for (let at = 0; at < text.length; at += 1) {
        if (text[at] === right[at]) continue;
        const range = rangeIn(state.getSelection(), block.getKey(), at, at + 1);
        content = Modifier.replaceText(content, range, right[at], block.getInlineStyleAt(at), block.getEntityAt(at));
        count += 1;
      }
    }
    if (!count) return { state, count };
    const kept = content.merge({ selectionAfter: state.getSelection() });
    return { state: EditorState.push(state, kept, CORRECTED), count };
  };

  class Count extends window.React.Component {
    constructor(props) {
      super(props);
      this.state = { corrected: null };
    }

    correct() {
      const { state, count } = straightened(this.props.getEditorState());
      if (count) this.props.onChange(state);
      this.setState({ corrected: count });
    }

    render() {
      if (!settings) return null;
      const { texts, wordsAMinute } = settings;
      const text = textOf(this.props.getEditorState().getCurrentContent()).map((block) => block.getText()).join("\n");
      const words = (text.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’-]*/gu) || []).length;
      const minutes = texts.minutes.replace("%s", Math.max(1, Math.round(words / wordsAMinute)));
      const parts = [counted(texts.words, words), counted(texts.characters, [...text.replace(/\n/g, "")].length)];
      const { corrected } = this.state;
      return createElement("div", { className: "writing-line" },
        createElement("span", { className: "writing-count" }, [...parts, words ? minutes : ""].filter(Boolean).join(" · ")),
        createElement("span", { className: "writing-corrected", role: "status" }, corrected === null ? "" : counted(texts.straightened, corrected)),
        createElement("button", { type: "button", className: "button button-small button-secondary", onClick: () => this.correct() }, texts.straighten),
      );
    }
  }

  registerPlugin(plugin, "plugins");
  registerPlugin({ type: "writing", meta: Count }, "controls");
})();
