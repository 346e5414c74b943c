// Dragging a card between ideas and work presses the button that is on it anyway.
(() => {
  const board = document.querySelector("[data-newsroom-board]");
  if (!board) return;
  let dragged = null;

  const buttonFor = (stage) => dragged && dragged.querySelector(`button[name="do"][value="${CSS.escape(stage)}"]`);
  const stageOf = (event) => event.target.closest("[data-stage]");
  const clear = () => board.querySelectorAll(".is-target").forEach((stage) => stage.classList.remove("is-target"));

  board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-card]");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged ? dragged.dataset.card : "");
  });
  board.addEventListener("dragend", () => { dragged = null; clear(); });
  board.addEventListener("dragover", (event) => {
    const stage = stageOf(event);
    if (!stage || !buttonFor(stage.dataset.stage)) return;
    event.preventDefault();
    clear();
    stage.classList.add("is-target");
  });
  board.addEventListener("drop", (event) => {
    const stage = stageOf(event);
    const button = stage && buttonFor(stage.dataset.stage);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
  board.addEventListener("submit", (event) => {
    const question = event.submitter && event.submitter.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });
})();
