// Content of others in the text editor: an address in a small dialog, or pasted into an empty paragraph. Nothing of it is
// loaded here.
(() => {
  const { registerPlugin } = window.draftail;
  const { Component, createElement, createRef } = window.React;

  // What the address leads to, or `{error}`.
  const describe = async (entityType, url) => {
    try {
      const answer = await fetch(`${entityType.address}?${new URLSearchParams({ url })}`);
      return await answer.json();
    } catch (error) {
      return { error: entityType.texts.failed };
    }
  };

  class OutsideSource extends Component {
    constructor(props) {
      super(props);
      this.dialog = createRef();
      this.input = createRef();
      this.state = { error: "" };
    }

    componentDidMount() {
      this.dialog.current.showModal();
      this.input.current.focus();
    }

    async finish() {
      const { editorState, entityType, onComplete } = this.props;
      const described = await describe(entityType, this.input.current.value);
      if (described.error) {
        this.setState({ error: described.error });
        this.input.current.focus();
        return;
      }
      this.dialog.current.close();
      onComplete(window.newsroom.insertBlock(editorState, entityType.type, described));
    }

    render() {
      const { entityType, onClose } = this.props;
      const { texts } = entityType;
      const press = (event) => {
        event.stopPropagation();
        if (event.key !== "Enter" || event.target.tagName === "BUTTON") return;
        // It stands inside the article's form, which Enter would send.
        event.preventDefault();
        this.finish();
      };
      const { error } = this.state;
      return createElement("dialog", { className: "outside-dialog", ref: this.dialog, onKeyDown: press, onCancel: onClose, "aria-label": entityType.description },
        createElement("label", { className: "picture-field" },
          createElement("span", null, texts.prompt),
          createElement("input", { ref: this.input, type: "text", inputMode: "url", autoComplete: "off", "aria-invalid": Boolean(error), "aria-describedby": "outside-error" }),
        ),
        createElement("p", { className: "body-block-refusal", id: "outside-error", role: "alert" }, error),
        createElement("p", { className: "body-block-buttons" },
          createElement("button", { type: "button", className: "button button-small", onClick: () => this.finish() }, texts.insert),
          createElement("button", { type: "button", className: "button button-small button-secondary", onClick: () => { this.dialog.current.close(); onClose(); } }, texts.cancel),
        ),
      );
    }
  }

  class OutsideBlock extends Component {
    constructor(props) {
      super(props);
      this.state = { known: null };
    }

    async componentDidMount() {
      const { entity, entityType } = this.props.blockProps;
      const data = entity.getData();
      if (data.name || data.refusal) return;
      const known = await describe(entityType, data.url);
      if (!this.isGone) this.setState({ known: { ...known, refusal: known.error || known.refusal } });
    }

    componentWillUnmount() {
      this.isGone = true;
    }

    render() {
      const { entity, entityType, onRemoveEntity } = this.props.blockProps;
      const { url, name, loads, refusal } = { ...entity.getData(), ...this.state.known };
      return createElement("div", { className: "body-block" },
        createElement("div", { className: "body-block-words" },
          createElement("p", { className: "body-block-title" }, createElement(window.wagtail.components.Icon, { name: "media" }), ` ${name || entityType.description}`),
          createElement("p", { className: "body-block-address" }, refusal ? url : createElement("a", { href: url, target: "_blank", rel: "noreferrer" }, url)),
          refusal ? createElement("p", { className: "body-block-refusal", role: "alert" }, refusal) : createElement("p", { className: "body-block-note" }, loads),
          createElement("p", { className: "body-block-buttons" },
            createElement("button", { type: "button", className: "button button-small button-secondary no", onClick: onRemoveEntity }, entityType.texts.remove),
          ),
        ),
      );
    }
  }

  // A known provider's address, pasted alone into an empty paragraph.
  const onPaste = (text, html, state, { setEditorState }, entityType) => {
    const selection = state.getSelection();
    const block = state.getCurrentContent().getBlockForKey(selection.getStartKey());
    let address;
    try {
      address = new URL(text.trim());
    } catch (error) {
      return "not-handled";
    }
    const host = address.hostname.replace(/^(?:www|m)\./, "");
    const isOurs = /^https?:$/.test(address.protocol) && entityType.hosts.includes(host);
    if (!isOurs || !selection.isCollapsed() || block.getType() !== "unstyled" || block.getText()) return "not-handled";
    setEditorState(window.newsroom.insertBlock(state, entityType.type, { url: address.href }));
    return "handled";
  };

  registerPlugin({ type: "OUTSIDE", source: OutsideSource, block: OutsideBlock, onPaste }, "entityTypes");
})();
