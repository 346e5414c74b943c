// Keys of the newsroom's own, beside Wagtail's; listed in its dialog of shortcuts. Physical keys, because Alt makes other
// letters of some.
(() => {
  const ADDRESS_OF_NEW = document.currentScript.dataset.newsroomNew;
  const isVisible = (element) => element && element.offsetParent !== null;
  const config = () => {
    try {
      return JSON.parse(document.getElementById("wagtail-config").textContent);
    } catch {
      return {};
    }
  };

  const turn = (step) => {
    const tabs = [...document.querySelectorAll('[data-newsroom-editor] > .w-tabs__wrapper [role="tab"]')];
    const current = tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    const next = tabs[(current + step + tabs.length) % tabs.length];
    if (!next) return false;
    next.click();
    next.focus();
    return true;
  };
  // The menu of what can be done with the draft, with the strongest one focused: one key press must not publish.
  const offerPublishing = () => {
    const footer = document.querySelector("footer.footer .actions");
    const action = footer && footer.querySelector('[name="action-publish"], [name="action-submit"]');
    if (!action) return false;
    if (!isVisible(action)) footer.querySelector("[data-w-dropdown-target=toggle], .w-dropdown__toggle")?.click();
    setTimeout(() => document.querySelector('[name="action-publish"], [name="action-submit"]')?.focus(), 60);
    return true;
  };
  const insertPicture = () => {
    const editors = [...document.querySelectorAll(".Draftail-Editor")].filter(isVisible);
    const current = editors.find((one) => one.contains(document.activeElement)) || editors[0];
    const button = current && current.querySelector('.Draftail-ToolbarButton[name="IMAGE"], [name="PICTURE"]');
    if (!button) return false;
    button.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true, button: 0 }));
    return true;
  };
  const begin = () => {
    window.location.assign(ADDRESS_OF_NEW);
    return true;
  };

  const KEYS = {
    "alt PageDown": () => turn(1),
    "alt PageUp": () => turn(-1),
    "mod Enter": offerPublishing,
    "alt shift KeyP": insertPicture,
    "alt shift KeyN": begin,
  };

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.isComposing || event.repeat || document.querySelector(".modal.in, [role=dialog]:not([aria-hidden=true])")) return;
      const mod = (event.ctrlKey || event.metaKey) && !event.altKey;
      const names = [mod && "mod", event.altKey && !event.ctrlKey && "alt", event.shiftKey && "shift", event.code];
      const act = KEYS[names.filter(Boolean).join(" ")];
      if (!act || config().KEYBOARD_SHORTCUTS_ENABLED === false || !act()) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
})();
