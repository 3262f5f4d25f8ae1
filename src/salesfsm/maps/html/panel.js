// The panel that tells about one node. Texts become text of the page, never markup.

const SIGNS = { open: "☐", done: "☑", missing: "☒" };

/** An element with a class and what it holds: texts and other elements. */
function made(tag, kind, ...content) {
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  element.append(...content);
  return element;
}

class Panel {
  constructor(dialog, nodes, texts, view) {
    Object.assign(this, { dialog, nodes, texts, view, shown: null, opener: null });
    dialog.querySelector("#close").addEventListener("click", () => this.close());
  }

  get isOpen() {
    return this.dialog.open;
  }

  /** Tells about a node; when the panel closes, the focus goes back to the opener. */
  open(node, opener) {
    this.shown?.element.classList.remove("shown");
    this.shown = node;
    this.opener = opener;
    node.element.classList.add("shown");
    this.dialog.querySelector("#kind").textContent = node.facts.join(" · ");
    this.dialog.querySelector("#about").textContent = node.title;
    this.dialog.querySelector("#card").replaceChildren(...this.card(node));
    if (!this.isOpen) this.dialog.show();
    this.dialog.scrollTop = 0;
    this.dialog.querySelector("#about").focus();
    this.view.bring(node.box());
  }

  close() {
    this.dialog.close();
    this.shown.element.classList.remove("shown");
    this.opener.focus({ preventScroll: true });
  }

  card(node) {
    const parts = node.lines.map((line) => made("p", "", line));
    for (const { title, items } of node.sections) {
      parts.push(made("h3", "", title), made("ul", "", ...items.map((item) => this.item(item))));
    }
    if (node.ways.length) {
      const ways = node.ways.map((way) => made("li", "", this.way(way)));
      parts.push(made("h3", "", this.texts.leads), made("ul", "", ...ways));
    }
    return parts;
  }

  /** A line of a section; that of a move is a button that goes on to the node where it leads. */
  item({ id, text, mark, note, state, depth }) {
    const target = `stage.${id.split(":")[2]}`; // the id of a move ends with where it leads
    const row = made("li", state ? "told" : "");
    if (depth) row.classList.add("part");
    if (mark) {
      row.classList.add("marked");
      const sign = made("span", "mark", SIGNS[mark]);
      sign.ariaHidden = "true";
      row.append(sign, made("span", "aloud", `${this.texts.marks[mark]}: `));
    }
    const told = state ? `${text} (${this.texts.states[state]})` : text;
    row.append(this.nodes.has(target) ? this.button(told, target) : told);
    if (note) row.append(made("span", "note", note));
    return row;
  }

  /** A button that goes on to the node to which a way leads. */
  way({ label, target }) {
    const { title } = this.nodes.get(target);
    return this.button(label ? `${label} → ${title}` : `→ ${title}`, target);
  }

  button(text, target) {
    const next = this.nodes.get(target);
    const button = made("button", "", text);
    button.type = "button";
    button.addEventListener("click", () => this.open(next, next.element));
    return button;
  }
}
