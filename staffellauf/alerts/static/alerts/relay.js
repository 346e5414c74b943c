// An open page of an alert keeps itself up to date while something is on its way.
const state = document.getElementById("alerts-state");
const isMoving = () => state.querySelector("[data-state]")?.dataset.state === "running";

async function look() {
  try {
    const answer = await fetch(state.dataset.address, { credentials: "same-origin" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body;
    state.replaceChildren(...fresh.childNodes);
    // The button no longer fits what the page says.
    if (!isMoving()) return location.reload();
  } catch {
    // The next look may reach the server again.
  }
  setTimeout(look, document.hidden ? 10_000 : 2_000);
}

if (isMoving()) setTimeout(look, 2_000);
