// Puts a block between the paragraphs of the text editor.
(() => {
  const { AtomicBlockUtils } = window.DraftJS;
  const { DraftUtils } = window.draftail;

  // In place of an empty paragraph, unless it parts two blocks or begins the text: the editor keeps one there.
  const insertBlock = (state, type, data) => {
    const content = state.getCurrentContent(), key = state.getSelection().getStartKey();
    const entity = content.createEntity(type, "IMMUTABLE", data).getLastCreatedEntityKey();
    const next = AtomicBlockUtils.insertAtomicBlock(state, entity, " ");
    const before = content.getBlockBefore(key), block = content.getBlockForKey(key);
    const isSpare = before && before.getType() !== "atomic" && block.getType() === "unstyled" && !block.getText();
    return isSpare ? DraftUtils.removeBlock(next, key) : next;
  };

  window.newsroom = Object.assign(window.newsroom || {}, { insertBlock });
})();
