// The search: which nodes hold the words, and which of them is looked at. What is called so comes
// first, then what says it in its name, then what mentions it.

/** A text as it is compared: small letters, without accents, one space between words. */
function plain(text) {
  const bare = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ł", "l");
  return bare.replace(/\s+/gu, " ").trim();
}

/** How well the words name a node: less is better. */
function distance(words, node) {
  const title = plain(node.title);
  if (title === words) return 0;
  if (title.startsWith(words)) return 1;
  return title.includes(words) ? 2 : 3;
}

class Search {
  constructor(form, nodes, texts, view, panel) {
    Object.assign(this, { form, nodes, texts, view, hits: [], current: -1, confirmed: false });
    this.field = form.querySelector("#words");
    this.found = form.querySelector("#found");
    this.show = form.querySelector("#show");
    this.steps = [form.querySelector("#previous"), form.querySelector("#next")];
    this.field.addEventListener("input", () => this.seek());
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      // The first Enter confirms the hit that typing led to; those after it go on.
      if (!this.confirmed) this.step(0);
      else this.step(event.shiftKey ? -1 : 1);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.step(1);
    });
    this.steps[0].addEventListener("click", () => this.step(-1));
    this.show.addEventListener("click", () => panel.open(this.hits[this.current], this.show));
    this.seek();
  }

  clear() {
    this.field.value = "";
    this.seek();
  }

  seek() {
    const words = plain(this.field.value);
    for (const node of this.nodes) node.element.classList.remove("hit", "current");
    this.hits = words ? this.nodes.filter((node) => node.words.includes(words)) : [];
    this.hits.sort((one, other) => distance(words, one) - distance(words, other));
    for (const node of this.hits) node.element.classList.add("hit");
    for (const button of [...this.steps, this.show]) button.disabled = !this.hits.length;
    this.current = -1;
    this.found.textContent = words && !this.hits.length ? this.texts.none : "";
    if (this.hits.length) this.step(0);
    this.confirmed = false;
  }

  /** Goes to the next hit, or back to the one before; by no step, to the one it is at. */
  step(way) {
    if (!this.hits.length) return;
    this.hits[this.current]?.element.classList.remove("current");
    const count = this.hits.length;
    this.confirmed = true;
    this.current = (Math.max(this.current, 0) + way + count) % count;
    const node = this.hits[this.current];
    node.element.classList.add("current");
    this.view.centre(node.box());
    const values = { number: this.current + 1, count, title: node.title };
    this.found.textContent = this.texts.hit.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }
}
