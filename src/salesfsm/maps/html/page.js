// Ties the parts of the page together when it has been read.

const RING = 6; // how far the ring around a node stands off, in units of the drawing

const find = (id) => document.getElementById(id);
const { nodes: given, texts } = JSON.parse(find("data").textContent);
const map = find("map");
const svg = map.querySelector("svg");

/** What is known of a node, with its element and the words that a search finds it by. */
function ready(node, element) {
  const parts = [node.title, ...node.facts, ...node.lines, ...node.ways.map((way) => way.label)];
  for (const { items } of node.sections) parts.push(...items.flatMap((item) => [item.text, item.note]));
  const inner = element.getBBox();
  const ring = document.createElementNS(svg.namespaceURI, "rect");
  ring.classList.add("ring");
  const frame = {
    x: inner.x - RING, y: inner.y - RING, width: inner.width + 2 * RING, height: inner.height + 2 * RING,
  };
  for (const [name, value] of Object.entries({ ...frame, rx: RING })) ring.setAttribute(name, value);
  element.append(ring);
  return { ...node, element, words: plain(parts.join("\n")), box: () => placed(element, inner) };
}

/** A box of an element, in units of the drawing. */
function placed(element, { x, y, width, height }) {
  const matrix = svg.getScreenCTM().inverse().multiply(element.getScreenCTM());
  const corner = new DOMPoint(x, y).matrixTransform(matrix);
  return { x: corner.x, y: corner.y, width: width * matrix.a, height: height * matrix.d };
}

const elements = new Map([...svg.querySelectorAll("[data-node]")].map((each) => [each.dataset.node, each]));
const nodes = new Map();
for (const node of given) nodes.set(node.id, ready(node, elements.get(node.id)));
for (const id of ["search", "zoom", "keys"]) find(id).hidden = false;

const view = new View(map, svg);
if (given.length) view.begin(nodes.get(given[0].id).box());
else view.fit(false);
const panel = new Panel(find("panel"), nodes, texts, view);
const search = new Search(find("search"), [...nodes.values()], texts, view, panel);

find("in").addEventListener("click", () => view.zoom(STEP));
find("out").addEventListener("click", () => view.zoom(1 / STEP));
find("fit").addEventListener("click", () => view.fit());

const nodeAt = (target) => nodes.get(target.closest?.("[data-node]")?.dataset.node);

svg.addEventListener("click", (event) => {
  const node = nodeAt(event.target);
  if (node) panel.open(node, node.element);
});
// Not on the drawing: Chromium would make it a stop of Tab for having heard of the focus.
map.addEventListener("focusin", (event) => {
  const node = nodeAt(event.target);
  if (node?.element.matches(":focus-visible")) view.bring(node.box());
});

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const node = nodeAt(event.target);
  if (event.key === "Escape" && event.target === search.field && search.field.value) search.clear();
  else if (event.key === "Escape" && panel.isOpen) panel.close();
  else if (node && (event.key === "Enter" || event.key === " ")) panel.open(node, node.element);
  else if (event.target !== document.body && !map.contains(event.target)) return;
  else if (!view.key(event.key)) return;
  event.preventDefault();
});
