// What is seen of the drawing, and at which scale: by wheel, pointers, keys and buttons.
// The view is the middle of what is seen, in units of the drawing, and pixels for each unit.

const READABLE = 1; // the scale at which even what stands on arrows is easily read
const WHOLE = 0.7; // the scale under which a map that is seen at once tells nothing
const LARGEST = 6;
const STEP = 1.3;
const NUDGE = 80; // pixels that an arrow key moves
const MARGIN = 24; // pixels left free around what is brought into view
const STILL = 5; // pixels that a pointer may move and still have clicked

const within = (value, low, high) => Math.min(Math.max(value, low), high);
const calm = matchMedia("(prefers-reduced-motion: reduce)");

class View {
  constructor(map, svg) {
    this.map = map;
    this.svg = svg;
    const { x, y, width, height } = svg.viewBox.baseVal; // which changes with what is seen
    this.paper = { x, y, width, height };
    this.scrolls = svg.dataset.layout === "list"; // as a document does; a map is zoomed
    this.seen = null;
    new ResizeObserver(() => this.resized()).observe(map);
    this.takeWheel();
    this.takePointers();
    addEventListener("beforeprint", () => this.print(true));
    addEventListener("afterprint", () => this.print(false));
  }

  /** Called once with the box of the first node, which is shown where all is too much at once. */
  begin(first) {
    if (this.fitting() >= WHOLE) return this.fit(false);
    const across = this.map.clientWidth / this.paper.width;
    const scale = this.scrolls ? within(across, READABLE, 1.4) : READABLE;
    const { width, height } = this.size(scale);
    const along = (start, length, seen, middle) =>
      seen >= length ? start + length / 2 : within(middle, start + seen / 2, start + length - seen / 2);
    const { x, y } = this.paper;
    this.look({
      x: along(x, this.paper.width, width, first.x),
      y: along(y, this.paper.height, height, first.y + first.height / 2),
      scale,
    });
  }

  fit(glide = true) {
    const { x, y, width, height } = this.paper;
    this.go({ x: x + width / 2, y: y + height / 2, scale: Math.min(this.fitting(), 1.6) }, glide);
  }

  /** Zooms by a factor; the point (in pixels of the window) stays where it is. */
  zoom(factor, point, glide = true) {
    const from = this.goal ?? this.seen;
    const least = Math.min(this.fitting(), READABLE) / 2;
    const scale = within(from.scale * factor, least, LARGEST);
    const box = this.map.getBoundingClientRect();
    const right = point ? point.x - box.left - box.width / 2 : 0;
    const down = point ? point.y - box.top - box.height / 2 : 0;
    const shift = 1 / from.scale - 1 / scale;
    this.go({ x: from.x + right * shift, y: from.y + down * shift, scale }, glide);
  }

  /** Moves what is seen by pixels. */
  move(right, down, glide = true) {
    const { x, y, scale } = this.goal ?? this.seen;
    this.go({ x: x + right / scale, y: y + down / scale, scale }, glide);
  }

  /** Moves no further than needed to see the box (in units of the drawing). */
  bring(box) {
    const from = this.goal ?? this.seen;
    const { width, height } = this.size(from.scale);
    const margin = MARGIN / from.scale;
    const along = (middle, seen, start, length) => {
      const room = seen / 2 - margin;
      return length > 2 * room ? start - margin + seen / 2 : within(middle, start + length - room, start + room);
    };
    this.go({
      x: along(from.x, width, box.x, box.width),
      y: along(from.y, height, box.y, box.height),
      scale: from.scale,
    });
  }

  /** Puts the box in the middle, large enough to read. */
  centre(box) {
    const scale = Math.max((this.goal ?? this.seen).scale, READABLE);
    this.go({ x: box.x + box.width / 2, y: box.y + box.height / 2, scale });
    this.bring(box);
  }

  takeWheel() {
    this.map.addEventListener("wheel", (event) => {
      event.preventDefault();
      const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 16);
      if (this.scrolls && !event.ctrlKey) return this.move(event.deltaX, pixels, false);
      this.zoom(Math.exp(-within(pixels, -150, 150) * (event.ctrlKey ? 0.01 : 0.002)), event, false);
    }, { passive: false });
  }

  /** One pointer drags the drawing, two zoom it; what was dragged was not clicked. */
  takePointers() {
    const pointers = new Map();
    let dragged = false;
    let start = null;
    const gathered = () => {
      const [one, other = one] = pointers.values();
      return {
        x: (one.x + other.x) / 2, y: (one.y + other.y) / 2,
        apart: Math.hypot(one.x - other.x, one.y - other.y),
      };
    };
    this.map.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || pointers.size === 2) return;
      if (!pointers.size) [dragged, start] = [false, { x: event.x, y: event.y }];
      pointers.set(event.pointerId, { x: event.x, y: event.y });
    });
    this.map.addEventListener("pointermove", (event) => {
      if (!pointers.has(event.pointerId)) return;
      if (!dragged && Math.hypot(event.x - start.x, event.y - start.y) < STILL) return;
      if (!dragged) this.map.classList.add("held");
      dragged = true;
      this.map.setPointerCapture(event.pointerId);
      const before = gathered();
      pointers.set(event.pointerId, { x: event.x, y: event.y });
      const now = gathered();
      this.move(before.x - now.x, before.y - now.y, false);
      if (before.apart && now.apart) this.zoom(now.apart / before.apart, now, false);
    });
    const release = (event) => {
      pointers.delete(event.pointerId);
      if (!pointers.size) this.map.classList.remove("held");
    };
    this.map.addEventListener("pointerup", release);
    this.map.addEventListener("pointercancel", release);
    this.map.addEventListener("click", (event) => {
      if (dragged) event.stopPropagation();
      dragged = false;
    }, true);
  }

  /** Answers a key, and tells whether there was an answer. */
  key(name) {
    const answers = {
      ArrowLeft: () => this.move(-NUDGE, 0), ArrowRight: () => this.move(NUDGE, 0),
      ArrowUp: () => this.move(0, -NUDGE), ArrowDown: () => this.move(0, NUDGE),
      "+": () => this.zoom(STEP), "=": () => this.zoom(STEP),
      "-": () => this.zoom(1 / STEP), "−": () => this.zoom(1 / STEP),
      0: () => this.fit(),
    };
    if (!Object.hasOwn(answers, name)) return false;
    answers[name]();
    return true;
  }

  resized() {
    if (this.seen && !this.printing) this.look(this.seen);
  }

  /** On paper stands the whole drawing, whatever is seen of it on the screen. */
  print(begins) {
    this.printing = begins;
    if (begins) this.draw(this.paper);
    else this.look(this.seen);
  }

  fitting() {
    const { width, height } = this.size(1);
    return Math.min(width / this.paper.width, height / this.paper.height);
  }

  /** How much of the drawing is seen at a scale. */
  size(scale) {
    return { width: this.map.clientWidth / scale, height: this.map.clientHeight / scale };
  }

  /** Looks elsewhere: gliding there in a fifth of a second, unless the reader wants no motion. */
  go(goal, glide = true) {
    const { x, y, width, height } = this.paper;
    goal = { x: within(goal.x, x, x + width), y: within(goal.y, y, y + height), scale: goal.scale };
    cancelAnimationFrame(this.frame);
    const from = this.seen;
    this.goal = null;
    if (!from || !glide || calm.matches) return this.look(goal);
    this.goal = goal;
    const begun = performance.now();
    const step = (time) => {
      const part = within((time - begun) / 200, 0, 1);
      const eased = 1 - (1 - part) ** 3;
      const between = (one, other) => one + (other - one) * eased;
      this.look({
        x: between(from.x, goal.x), y: between(from.y, goal.y), scale: between(from.scale, goal.scale),
      });
      if (part < 1) this.frame = requestAnimationFrame(step);
      else this.goal = null;
    };
    this.frame = requestAnimationFrame(step);
  }

  look(seen) {
    this.seen = seen;
    const { width, height } = this.size(seen.scale);
    this.draw({ x: seen.x - width / 2, y: seen.y - height / 2, width, height });
  }

  draw({ x, y, width, height }) {
    this.svg.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
  }
}
