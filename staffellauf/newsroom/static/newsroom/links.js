// Links to topics and articles of ours in the text editor: a button each that opens the chooser.
(() => {
  const { ModalWorkflowSource, TooltipEntity, registerPlugin } = window.draftail;
  const { EditorState, Modifier, RichUtils } = window.DraftJS;
  const { createElement } = window.React;

  class LinkSource extends ModalWorkflowSource {
    getChooserConfig() {
      return {
        url: this.props.entityType.chooserUrls.chooser,
        urlParams: {},
        onload: window.CHOOSER_MODAL_ONLOAD_HANDLERS,
        responses: { chosen: this.onChosen },
      };
    }

    // Wagtail's own leaves the mutability of entities that it does not know undefined.
    onChosen(chosen) {
      const { editorState, entityType, onComplete } = this.props;
      // Snippet choosers answer with `string`, others with `title`.
      const title = chosen.title || chosen.string;
      const selection = editorState.getSelection();
      const content = editorState.getCurrentContent();
      const key = content.createEntity(entityType.type, "MUTABLE", { id: chosen.id, title }).getLastCreatedEntityKey();
      const next = selection.isCollapsed()
        ? EditorState.push(editorState, Modifier.replaceText(content, selection, title, null, key), "insert-characters")
        : RichUtils.toggleLink(editorState, selection, key);
      this.workflow.close();
      onComplete(next);
    }
  }

  const decorator = (icon) => (props) => {
    const { title, url } = props.contentState.getEntity(props.entityKey).getData();
    const symbol = createElement(window.wagtail.components.Icon, { name: icon });
    return createElement(TooltipEntity, { ...props, icon: symbol, label: title || "?", url: url || null });
  };

  registerPlugin({ type: "TOPIC", source: LinkSource, decorator: decorator("tag") }, "entityTypes");
  registerPlugin({ type: "ARTICLE", source: LinkSource, decorator: decorator("doc-full") }, "entityTypes");
})();
