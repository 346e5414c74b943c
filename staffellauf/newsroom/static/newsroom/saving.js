// Saving by a button after Wagtail saved by itself: the form says which revision it holds now, and a button pressed
// while a save is under way waits for it. Else everybody would be in conflict with themselves.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("w-editor-form");
  if (!form) return;
  // Wagtail says that it saves, and does so this many milliseconds later.
  const DELAY = Number(form.dataset.wAutosaveIntervalValue) - 100;
  let announcedAt = null;
  // The pressed button's name and value, as a field: Wagtail disables the button meanwhile.
  let waiting = null;

  const goOn = () => {
    announcedAt = null;
    const field = waiting;
    waiting = null;
    if (!field) return;
    form.append(field);
    form.requestSubmit();
    // It was sent, or refused; no later save may carry it.
    field.remove();
  };

  document.addEventListener("w-autosave:save", () => {
    announcedAt = performance.now();
  });
  document.addEventListener("w-autosave:success", ({ detail: { response } }) => {
    const known = { loaded_revision_id: response.revision_id, loaded_revision_created_at: response.revision_created_at };
    for (const [name, value] of Object.entries(known)) {
      const field = form.elements.namedItem(name);
      if (field && value) field.value = value;
    }
    // What is kept in the browser is put in order first.
    setTimeout(goOn, 0);
  });
  document.addEventListener("w-autosave:error", ({ detail: { type } }) => {
    // Nobody would answer the button either; the banner says so.
    if (type === "network_error") waiting = null;
    setTimeout(goOn, 0);
  });

  document.addEventListener("submit", (event) => {
    if (event.target !== form || announcedAt === null || performance.now() - announcedAt < DELAY) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = Object.assign(document.createElement("input"), {
      type: "hidden", name: event.submitter?.name || "", value: event.submitter?.value || "",
    });
  }, true);
});
