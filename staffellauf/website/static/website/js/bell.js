// The bell without leaving the page: the form's answer is the bell itself, anew.
customElements.define("follow-bell", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => this.send(event));
  }

  async send(event) {
    const form = event.target;
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { "X-Fragment": this.dataset.size },
      });
      if (!answer.ok) throw new Error(`${answer.status}`);
      const fragment = new DOMParser().parseFromString(await answer.text(), "text/html");
      this.replaceChildren(...fragment.querySelector("follow-bell").childNodes);
      this.querySelector("button").focus({ preventScroll: true });
    } catch {
      // Without an answer the form goes its plain way.
      button.disabled = false;
      form.submit();
    }
  }
});
