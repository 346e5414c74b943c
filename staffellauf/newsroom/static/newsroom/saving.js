// Saving by a button after Wagtail saved by itself: the form says which revision it holds now, and a button pressed
// while a save is under way waits for it. Else everybody would be in conflict with themselves.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("w-editor-form");
  if (!form) return;
  let isSaving = false;
  // The pressed button's name and value, as a field: Wagtail disables the button meanwhile.
  let waiting = null;

  const goOn = () => {
    isSaving = false;
    const field = waiting;
    waiting = null;
    if (!field) return;
    form.append(field);
    form.requestSubmit();
    // It was sent, or refused; no later save may carry it.
    field.remove();
  };

  document.addEventListener("w-autosave:save", (event) => {
    // Somebody else may still prevent it.
    setTimeout(() => { isSaving ||= !event.defaultPrevented; }, 0);
  });
  document.addEventListener("w-autosave:success", ({ detail: { response } }) => {
    const known = { loaded_revision_id: response.revision_id, loaded_revision_created_at: response.revision_created_at };
    for (const [name, value] of Object.entries(known)) {
      const field = form.elements.namedItem(name);
      if (field && value) field.value = value;
    }
    goOn();
  });
  document.addEventListener("w-autosave:error", ({ detail: { type } }) => {
    // Nobody would answer the button either; the banner says so.
    if (type === "network_error") waiting = null;
    goOn();
  });

  document.addEventListener("submit", (event) => {
    if (event.target !== form || !isSaving) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = Object.assign(document.createElement("input"), {
      type: "hidden", name: event.submitter?.name || "", value: event.submitter?.value || "",
    });
  }, true);
});
