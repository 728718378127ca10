// The map's drawing and geometry, apart from React: points on a canvas, what lies under the pointer, what a lasso holds.
import type { Map as MapData } from '../schema';

export interface View {
  scale: number; // pixels for one unit
  x: number; // pixels from the left edge to x = 0
  y: number;
}

export interface Plot {
  data: MapData;
  /** Points by cells of a grid over the data's bounds, for what is near a place. */
  cells: Map<number, number[]>;
  bounds: { left: number; top: number; right: number; bottom: number };
  cell: number;
}

const across = 128; // cells

export function makePlot(data: MapData): Plot {
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let i = 0; i < data.id.length; ++i) {
    const x = data.x[i] as number;
    const y = data.y[i] as number;
    bounds.left = Math.min(bounds.left, x);
    bounds.right = Math.max(bounds.right, x);
    bounds.top = Math.min(bounds.top, y);
    bounds.bottom = Math.max(bounds.bottom, y);
  }
  const cell = Math.max(bounds.right - bounds.left, bounds.bottom - bounds.top, 1e-9) / across;
  const plot: Plot = { data, cells: new Map(), bounds, cell };
  for (let i = 0; i < data.id.length; ++i) {
    const key = cellOf(plot, data.x[i] as number, data.y[i] as number);
    const list = plot.cells.get(key);
    if (list) list.push(i);
    else plot.cells.set(key, [i]);
  }
  return plot;
}

const column = (plot: Plot, x: number) => Math.floor((x - plot.bounds.left) / plot.cell);
const line = (plot: Plot, y: number) => Math.floor((y - plot.bounds.top) / plot.cell);
const cellOf = (plot: Plot, x: number, y: number) => line(plot, y) * 4096 + column(plot, x);

export function fit(plot: Plot, width: number, height: number): View {
  const { left, right, top, bottom } = plot.bounds;
  const space = 36;
  const scale = Math.min((width - 2 * space) / Math.max(right - left, 1e-9), (height - 2 * space) / Math.max(bottom - top, 1e-9));
  return { scale, x: width / 2 - ((left + right) / 2) * scale, y: height / 2 - ((top + bottom) / 2) * scale };
}

/** The nearest point within `reach` pixels of a place on the canvas, or -1. */
export function nearest(plot: Plot, view: View, px: number, py: number, reach: number): number {
  const x = (px - view.x) / view.scale;
  const y = (py - view.y) / view.scale;
  const r = reach / view.scale;
  const steps = Math.min(across, Math.ceil(r / plot.cell));
  let best = -1;
  let least = r * r;
  for (let cy = line(plot, y) - steps; cy <= line(plot, y) + steps; ++cy) {
    for (let cx = column(plot, x) - steps; cx <= column(plot, x) + steps; ++cx) {
      for (const i of plot.cells.get(cy * 4096 + cx) ?? []) {
        const d = ((plot.data.x[i] as number) - x) ** 2 + ((plot.data.y[i] as number) - y) ** 2;
        if (d <= least) {
          least = d;
          best = i;
        }
      }
    }
  }
  return best;
}

/** The nearest point in a direction, for the arrow keys; the point itself when there is none. */
export function beside(plot: Plot, from: number, dx: number, dy: number): number {
  const { x, y } = plot.data;
  let best = from;
  let least = Infinity;
  for (let i = 0; i < x.length; ++i) {
    const along = ((x[i] as number) - (x[from] as number)) * dx + ((y[i] as number) - (y[from] as number)) * dy;
    if (i === from || along <= 0) continue;
    const off = Math.abs(((x[i] as number) - (x[from] as number)) * dy) + Math.abs(((y[i] as number) - (y[from] as number)) * dx);
    if (off > along) continue;
    const cost = along + 2 * off;
    if (cost < least) {
      least = cost;
      best = i;
    }
  }
  return best;
}

export function within(plot: Plot, view: View, lasso: ReadonlyArray<readonly [number, number]>): number[] {
  const inside: number[] = [];
  for (let i = 0; i < plot.data.id.length; ++i) {
    const px = (plot.data.x[i] as number) * view.scale + view.x;
    const py = (plot.data.y[i] as number) * view.scale + view.y;
    let odd = false;
    for (let a = 0, b = lasso.length - 1; a < lasso.length; b = a++) {
      const [ax, ay] = lasso[a] as readonly [number, number];
      const [bx, by] = lasso[b] as readonly [number, number];
      if (ay > py !== by > py && px < ((bx - ax) * (py - ay)) / (by - ay) + ax) odd = !odd;
    }
    if (odd) inside.push(i);
  }
  return inside;
}

/** The points on the screen; none when there are more than `most`. */
export function inView(plot: Plot, view: View, width: number, height: number, most: number): number[] {
  const seen: number[] = [];
  for (let i = 0; i < plot.data.id.length; ++i) {
    const px = (plot.data.x[i] as number) * view.scale + view.x;
    const py = (plot.data.y[i] as number) * view.scale + view.y;
    if (px < 0 || py < 0 || px > width || py > height) continue;
    if (seen.length === most) return [];
    seen.push(i);
  }
  return seen;
}

/** Where most of some points are: the median of each axis, which points far off do not move. */
export function middleOf(plot: Plot, points: number[]): { x: number; y: number } {
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
  return { x: median(points.map((i) => plot.data.x[i] as number)), y: median(points.map((i) => plot.data.y[i] as number)) };
}

export interface Name {
  text: string;
  x: number;
  y: number;
}

export interface Look {
  colour: (index: number) => number; // place in `colours`
  colours: string[];
  chosen: ReadonlySet<number>;
  here: number; // the point under the pointer or the keys; -1: none
  ink: string;
  accent: string;
  paper: string;
  lasso: ReadonlyArray<readonly [number, number]>;
  names: readonly Name[]; // of groups, the largest first
  titles: readonly Name[]; // of points
  font: string;
}

const longestName = 32; // letters on the map
const few = 5000; // points; more are drawn as squares, pixel by pixel, in a few milliseconds

function circles(context: CanvasRenderingContext2D, plot: Plot, view: View, look: Look, size: number): void {
  const { x, y, id } = plot.data;
  const groups: number[][] = look.colours.map(() => []);
  for (let i = 0; i < id.length; ++i) groups[look.colour(i)]?.push(i);
  context.globalAlpha = look.chosen.size ? 0.3 : 0.85;
  groups.forEach((group, g) => {
    context.fillStyle = look.colours[g] as string;
    context.beginPath();
    for (const i of group) {
      const px = (x[i] as number) * view.scale + view.x;
      const py = (y[i] as number) * view.scale + view.y;
      context.moveTo(px + size / 2, py);
      context.arc(px, py, size / 2, 0, 6.2832);
    }
    context.fill();
  });
}

function squares(context: CanvasRenderingContext2D, plot: Plot, view: View, look: Look, ratio: number, size: number): void {
  const { x, y, id } = plot.data;
  const { width, height } = context.canvas;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const inks = look.colours.map((colour) => pixelOf(colour, look.chosen.size ? 77 : 255));
  const side = Math.max(1, Math.round(size * ratio));
  for (let i = 0; i < id.length; ++i) {
    const left = Math.round(((x[i] as number) * view.scale + view.x) * ratio - side / 2);
    const top = Math.round(((y[i] as number) * view.scale + view.y) * ratio - side / 2);
    if (left < 0 || top < 0 || left + side > width || top + side > height) continue;
    const ink = inks[look.colour(i)] as number;
    for (let row = top; row < top + side; ++row) pixels.fill(ink, row * width + left, row * width + left + side);
  }
  context.putImageData(image, 0, 0);
}

// `#rrggbb` as a pixel of an image, whose bytes stand as red, green, blue, alpha.
function pixelOf(colour: string, alpha: number): number {
  const value = Number.parseInt(colour.slice(1), 16);
  return ((alpha << 24) | ((value & 255) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
}

// Names of groups, then those of points below them; one that would lie over another is left out.
function write(context: CanvasRenderingContext2D, view: View, look: Look, width: number): void {
  const taken: Taken[] = [];
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.font = `600 14px ${look.font}`;
  writeAll(context, view, look, look.names, { width, below: 0, height: 18 }, taken);
  context.font = `400 12px ${look.font}`;
  writeAll(context, view, look, look.titles, { width, below: 13, height: 15 }, taken);
}

interface Taken {
  left: number;
  right: number;
  y: number;
}

function writeAll(
  context: CanvasRenderingContext2D,
  view: View,
  look: Look,
  names: readonly Name[],
  { width, below, height }: { width: number; below: number; height: number },
  taken: Taken[],
): void {
  for (const { text: whole, x, y } of names) {
    const text = whole.length > longestName ? `${whole.slice(0, longestName - 1)}…` : whole;
    const long = context.measureText(text).width;
    const left = Math.max(8, Math.min(width - long - 8, x * view.scale + view.x - long / 2));
    const py = y * view.scale + view.y + below;
    if (taken.some((one) => left < one.right + 8 && left + long + 8 > one.left && Math.abs(py - one.y) < height)) continue;
    taken.push({ left, right: left + long, y: py });
    context.lineWidth = 5;
    context.strokeStyle = look.paper;
    context.strokeText(text, left, py);
    context.fillStyle = look.ink;
    context.fillText(text, left, py);
  }
}

export function draw(canvas: HTMLCanvasElement, plot: Plot, view: View, look: Look): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const ratio = devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const { x, y, id } = plot.data;
  const size = id.length > few ? 2 : id.length > 1000 ? 4 : 7;
  if (id.length > few) squares(context, plot, view, look, ratio, size);
  else circles(context, plot, view, look, size);
  context.globalAlpha = 1;
  context.fillStyle = look.accent;
  context.beginPath();
  for (const i of look.chosen) {
    const px = (x[i] as number) * view.scale + view.x;
    const py = (y[i] as number) * view.scale + view.y;
    context.moveTo(px + size / 2 + 1, py);
    context.arc(px, py, size / 2 + 1, 0, 6.2832);
  }
  context.fill();
  write(context, view, look, width);
  if (look.here >= 0) {
    const px = (x[look.here] as number) * view.scale + view.x;
    const py = (y[look.here] as number) * view.scale + view.y;
    context.beginPath();
    context.arc(px, py, size / 2 + 5, 0, 6.2832);
    context.lineWidth = 2.5;
    context.strokeStyle = look.ink;
    context.stroke();
  }
  if (look.lasso.length > 1) {
    context.beginPath();
    for (const [px, py] of look.lasso) context.lineTo(px, py); // the first one only moves
    context.closePath();
    context.strokeStyle = look.accent;
    context.lineWidth = 1.5;
    context.setLineDash([5, 4]);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = look.accent;
    context.globalAlpha = 0.08;
    context.fill();
    context.globalAlpha = 1;
  }
}
