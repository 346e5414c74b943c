// Pictures in the text editor: chosen from the library, with their words written right under them.
(() => {
  const { DraftUtils, ModalWorkflowSource, registerPlugin } = window.draftail;
  const { Component, createElement } = window.React;

  const WAIT_MS = 300;

  const blockOf = (state, entityKey) =>
    state.getCurrentContent().getBlocksAsArray().find((block) => block.getType() === "atomic" && block.getEntityAt(0) === entityKey);

  class PictureSource extends ModalWorkflowSource {
    getChooserConfig() {
      return {
        url: this.props.entityType.chooserUrls.chooser,
        urlParams: {},
        onload: window.IMAGE_CHOOSER_MODAL_ONLOAD_HANDLERS,
        responses: { chosen: this.onChosen },
      };
    }

    // Another picture keeps the caption, not the words for what the first one showed.
    onChosen(chosen) {
      const { editorState, entity, entityKey, entityType, onComplete } = this.props;
      const data = { id: chosen.id, src: chosen.preview.url, alt: "", credit: "", refusal: "", isNew: true };
      let next;
      if (entity) {
        next = DraftUtils.updateBlockEntity(editorState, blockOf(editorState, entityKey), data);
      } else {
        next = window.newsroom.insertBlock(editorState, entityType.type, { ...data, caption: "" });
      }
      this.workflow.close();
      onComplete(next);
    }
  }

  class PictureBlock extends Component {
    constructor(props) {
      super(props);
      const { alt, caption } = this.data();
      this.state = { alt: alt || "", caption: caption || "", known: null };
      this.frame = window.React.createRef();
    }

    data() {
      return this.props.blockProps.entity.getData();
    }

    componentDidMount() {
      this.know();
    }

    componentDidUpdate() {
      const { id, alt, caption } = this.data();
      if (this.state.known && `${this.state.known.id}` !== `${id}`) this.setState({ known: null, alt: alt || "", caption: caption || "" });
      this.know();
    }

    componentWillUnmount() {
      clearTimeout(this.timer);
    }

    // Of a picture that was just chosen, or that has no small size yet; the others came with the text.
    async know() {
      const { id, isNew, src, refusal } = this.data();
      const { address, texts } = this.props.blockProps.entityType;
      if ((!isNew && (src || refusal)) || this.asked === id) return;
      this.asked = id;
      let known;
      try {
        const answer = await (await fetch(`${address}?id=${id}`)).json();
        known = answer.error ? { id, refusal: answer.error } : answer;
      } catch (error) {
        known = { id, refusal: texts.failed };
      }
      if (this.frame.current) this.setState({ known });
    }

    // The state that this block was drawn with may be older than what was typed since.
    store() {
      clearTimeout(this.timer);
      const field = this.frame.current?.closest("[data-draftail-editor-wrapper]")?.parentNode.querySelector("[data-draftail-input]");
      const { alt, caption } = this.state, data = this.data();
      const editor = field?.draftailEditor;
      const block = editor && blockOf(editor.getEditorState(), this.props.blockProps.entityKey);
      if (!block || (alt === (data.alt || "") && caption === (data.caption || ""))) return;
      editor.onChange(DraftUtils.updateBlockEntity(editor.getEditorState(), block, { alt, caption }));
    }

    write(name, words) {
      this.setState({ [name]: words });
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.store(), WAIT_MS);
    }

    field(name, placeholder) {
      const { entityType, lockEditor, unlockEditor } = this.props.blockProps;
      const quiet = (event) => event.stopPropagation();
      return createElement("label", { className: "picture-field" },
        createElement("span", null, entityType.texts[name]),
        createElement("input", {
          type: "text", value: this.state[name], maxLength: entityType.lengths[name], placeholder, "data-typography": true,
          onChange: (event) => this.write(name, event.target.value),
          onFocus: (event) => { quiet(event); lockEditor(); },
          onBlur: (event) => { quiet(event); this.store(); unlockEditor(); },
          onKeyDown: (event) => { quiet(event); if (event.key === "Enter") event.preventDefault(); },
          onBeforeInput: quiet, onInput: quiet, onPaste: quiet, onCut: quiet, onCopy: quiet, onSelect: quiet, onMouseUp: quiet,
        }),
      );
    }

    render() {
      const { entityType, onEditEntity, onRemoveEntity } = this.props.blockProps;
      const { texts } = entityType;
      const known = this.state.known || {}, data = this.data();
      const src = known.src || data.src, credit = known.credit || data.credit, refusal = known.refusal || data.refusal;
      return createElement("div", { className: "body-block", ref: this.frame },
        src ? createElement("img", { className: "body-block-picture", src, alt: this.state.alt || known.alt || "" }) : null,
        createElement("div", { className: "body-block-words" },
          refusal ? createElement("p", { className: "body-block-refusal", role: "alert" }, refusal) : null,
          this.field("alt", known.alt || data.description || ""),
          this.field("caption", ""),
          credit ? createElement("p", { className: "body-block-note" }, `${texts.credit}: ${credit}`) : null,
          createElement("p", { className: "body-block-buttons" },
            createElement("button", { type: "button", className: "button button-small button-secondary", onClick: onEditEntity }, texts.replace),
            createElement("button", { type: "button", className: "button button-small button-secondary no", onClick: onRemoveEntity }, texts.remove),
          ),
        ),
      );
    }
  }

  registerPlugin({ type: "PICTURE", source: PictureSource, block: PictureBlock }, "entityTypes");
})();
