// A tour of the editor: a card beside what it speaks of. Arrow keys or buttons, Escape ends it.
document.addEventListener("DOMContentLoaded", () => {
  const config = JSON.parse(document.getElementById("newsroom-editor")?.textContent || "{}");
  const { tour, user } = config;
  if (!tour) return;
  const { steps, words } = tour;
  const KEY = `newsroom.tour:${user}`;
  const seen = {
    get: () => {
      try {
        return localStorage.getItem(KEY);
      } catch {
        return "yes";
      }
    },
    set: () => {
      try {
        localStorage.setItem(KEY, "yes");
      } catch {
        // It is offered again then.
      }
    },
  };
  const make = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };
  const button = (text, act, isQuiet) => {
    const made = make("button", { type: "button", textContent: text, className: `button button-small${isQuiet ? " button-secondary" : ""}` });
    made.addEventListener("click", act);
    return made;
  };

  let card = null;
  let returnTo = null;
  let pointedAt = null;

  const close = () => {
    seen.set();
    pointedAt?.classList.remove("newsroom-tour-target");
    card?.remove();
    card = null;
    document.removeEventListener("keydown", onKey, true);
    returnTo?.focus?.();
  };
  let current = 0;
  const onKey = (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "ArrowRight" && card.contains(event.target)) go(current + 1);
    else if (event.key === "ArrowLeft" && card.contains(event.target)) go(current - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const place = () => {
    if (!card || !pointedAt) return;
    const target = pointedAt.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = card;
    const below = target.bottom + 12;
    const top = below + height < innerHeight ? below : Math.max(12, Math.min(target.top - height - 12, innerHeight - height - 12));
    card.style.top = `${Math.max(12, top)}px`;
    card.style.left = `${Math.max(12, Math.min(target.left, innerWidth - width - 12))}px`;
  };

  const go = (index) => {
    if (index < 0) return;
    if (index >= steps.length) return close();
    current = index;
    const step = steps[index];
    document.dispatchEvent(new CustomEvent("newsroom:show-tab", { detail: { tab: step.tab } }));
    pointedAt?.classList.remove("newsroom-tour-target");
    // The tab needs a moment to show itself.
    setTimeout(() => {
      if (!card) return;
      const editor = document.querySelector("[data-newsroom-editor]");
      const found = [...document.querySelectorAll(step.at)].find((one) => one.offsetParent !== null);
      pointedAt = found || editor.querySelector(".w-tabs__list");
      pointedAt.classList.add("newsroom-tour-target");
      pointedAt.scrollIntoView({ block: "center" });
      card.replaceChildren(
        make("p", { className: "newsroom-tour-step", textContent: words.step.replace("%(number)s", index + 1).replace("%(count)s", steps.length) }),
        make("h2", { id: "newsroom-tour-title", textContent: step.title }),
        make("p", { id: "newsroom-tour-text", textContent: step.text }),
        make(
          "div",
          { className: "newsroom-tour-actions" },
          button(index + 1 < steps.length ? words.next : words.done, () => go(index + 1)),
          ...(index ? [button(words.back, () => go(index - 1), true)] : []),
          ...(index + 1 < steps.length ? [button(words.end, close, true)] : []),
        ),
      );
      place();
      card.querySelector("button").focus({ preventScroll: true });
    }, 250);
  };

  const open = () => {
    document.querySelector(".newsroom-tour")?.remove();
    returnTo = document.activeElement;
    card = make("section", { className: "newsroom-tour" });
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-labelledby", "newsroom-tour-title");
    card.setAttribute("aria-describedby", "newsroom-tour-text");
    document.body.append(card);
    document.addEventListener("keydown", onKey, true);
    addEventListener("resize", place);
    document.getElementById("main")?.addEventListener("scroll", place);
    addEventListener("scroll", place, true);
    go(0);
  };

  const offer = () => {
    const asked = make(
      "section",
      { className: "newsroom-tour newsroom-tour-offer" },
      make("p", { textContent: words.offer }),
    );
    const away = () => {
      seen.set();
      asked.remove();
    };
    asked.append(make("div", { className: "newsroom-tour-actions" }, button(words.start, open), button(words.no, away, true)));
    asked.setAttribute("role", "status");
    document.body.append(asked);
  };

  // After Wagtail's tabs and the rescue's question.
  setTimeout(() => {
    if (tour.starts) open();
    else if (tour.isOffered && !seen.get()) offer();
  }, 600);
});
