// After page.js, on the pages that `map` and `compare` write: draws points, and lets people walk about among them.
const shapes = {
  circle: (r) => new Path2D(`M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`),
  square: (r) => new Path2D(`M${-r * 0.88} ${-r * 0.88}h${r * 1.76}v${r * 1.76}h${-r * 1.76}z`),
  triangle: (r) => new Path2D(`M0 ${-r * 1.2}L${r * 1.1} ${r * 0.8}H${-r * 1.1}z`),
  diamond: (r) => new Path2D(`M0 ${-r * 1.25}l${r * 1.25} ${r * 1.25}l${-r * 1.25} ${r * 1.25}l${-r * 1.25} ${-r * 1.25}z`),
};
const swatch = {
  circle: 'M2 7a5 5 0 1 0 10 0a5 5 0 1 0-10 0z',
  square: 'M2.6 2.6h8.8v8.8H2.6z',
  triangle: 'M7 1L12.5 11h-11z',
  diamond: 'M7 .75L13.25 7L7 13.25L.75 7z',
};

function start(figure, plot) {
  const canvas = figure.querySelector('canvas'),
    pen = canvas.getContext('2d');
  const tip = figure.querySelector('.tip'),
    status = figure.querySelector('.status'),
    legend = figure.querySelector('.legend');
  const n = plot.x.length,
    shown = plot.legend.map(() => true);
  let width = 0,
    height = 0,
    fit = 1,
    zoom = 1,
    middle = [0, 0],
    chosen = -1;
  const low = (a) => a.reduce((m, v) => Math.min(m, v), Infinity),
    high = (a) => a.reduce((m, v) => Math.max(m, v), -Infinity);
  const box = n ? [low(plot.x), high(plot.x), low(plot.y), high(plot.y)] : [-1, 1, -1, 1];
  const visible = (i) => shown[plot.of[i]];
  const at = (i) => [(plot.x[i] - middle[0]) * fit * zoom + width / 2, height / 2 - (plot.y[i] - middle[1]) * fit * zoom];

  function reset() {
    middle = [(box[0] + box[1]) / 2, (box[2] + box[3]) / 2];
    zoom = 1;
  }
  function measure() {
    width = canvas.clientWidth;
    height = Math.max(260, Math.min(width, window.innerHeight * 0.78));
    canvas.style.height = `${height}px`;
    const dense = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * dense);
    canvas.height = Math.round(height * dense);
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    fit = Math.min((width - 84) / Math.max(box[1] - box[0], 1e-12), (height - 84) / Math.max(box[3] - box[2], 1e-12));
  }
  function draw() {
    const style = getComputedStyle(document.documentElement),
      colour = (name) => style.getPropertyValue(name).trim();
    pen.clearRect(0, 0, width, height);
    pen.lineWidth = 0.8;
    pen.strokeStyle = colour('--edge');
    const r = n > 20000 ? 2.2 : n > 3000 ? 3 : 4.5;
    plot.legend.forEach((entry, c) => {
      if (!shown[c]) return;
      const path = shapes[entry.shape](r);
      pen.fillStyle = entry.colour;
      for (let i = 0; i < n; ++i) {
        if (plot.of[i] !== c || plot.text[i]) continue;
        const [x, y] = at(i);
        if (x < -9 || y < -9 || x > width + 9 || y > height + 9) continue;
        pen.translate(x, y);
        pen.fill(path);
        if (n <= 20000) pen.stroke(path);
        pen.translate(-x, -y);
      }
    });
    pen.font = '13px system-ui, sans-serif';
    for (let i = 0; i < n; ++i) {
      if (!plot.text[i] || !visible(i)) continue;
      const [x, y] = at(i);
      pen.beginPath();
      pen.arc(x, y, 6, 0, 7);
      pen.fillStyle = colour('--ground');
      pen.fill();
      pen.lineWidth = 3;
      pen.strokeStyle = plot.legend[plot.of[i]].colour;
      pen.stroke();
      pen.strokeStyle = colour('--ground');
      pen.strokeText(plot.name[i], x + 10, y + 4);
      pen.fillStyle = colour('--ink');
      pen.fillText(plot.name[i], x + 10, y + 4);
    }
    pen.fillStyle = colour('--soft');
    pen.textAlign = 'center';
    pen.fillText(plot.axes[0], width / 2, height - 6);
    pen.save();
    pen.translate(14, height / 2);
    pen.rotate(-Math.PI / 2);
    pen.fillText(plot.axes[1], 0, 0);
    pen.restore();
    pen.textAlign = 'left';
    show();
  }
  function show() {
    tip.hidden = chosen < 0 || !visible(chosen);
    if (tip.hidden) return;
    const [x, y] = at(chosen);
    pen.beginPath();
    pen.arc(x, y, 9, 0, 7);
    pen.lineWidth = 2;
    pen.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue('--ink').trim();
    pen.stroke();
    tip.replaceChildren(plot.name[chosen]);
    if (plot.detail[chosen]) {
      const small = document.createElement('small');
      small.textContent = plot.detail[chosen];
      tip.append(small);
    }
    tip.style.left = `${Math.max(4, Math.min(x + 14, width - tip.offsetWidth - 4))}px`;
    tip.style.top = `${Math.max(4, Math.min(y + 14, height - tip.offsetHeight - 4))}px`;
  }
  function choose(i, say) {
    if (i === chosen) return;
    chosen = i;
    if (say) status.textContent = i < 0 ? '' : plot.name[i] + (plot.detail[i] ? ` (${plot.detail[i]})` : '');
    draw();
  }
  function nearest(x, y) {
    let best = -1,
      least = 256;
    for (let i = 0; i < n; ++i) {
      if (!visible(i)) continue;
      const [px, py] = at(i),
        square = (px - x) ** 2 + (py - y) ** 2;
      if (square >= least) continue;
      least = square;
      best = i;
    }
    return best;
  }
  function zoomBy(factor, x = width / 2, y = height / 2) {
    const next = Math.max(0.5, Math.min(400, zoom * factor)),
      s = 1 / (fit * zoom) - 1 / (fit * next);
    middle = [middle[0] + (x - width / 2) * s, middle[1] - (y - height / 2) * s];
    zoom = next;
    draw();
  }
  function pan(dx, dy) {
    middle = [middle[0] - dx / (fit * zoom), middle[1] + dy / (fit * zoom)];
    draw();
  }
  const order = [...Array(n).keys()].sort((a, b) => plot.x[a] - plot.x[b] || a - b);
  function walk(by) {
    let place = chosen < 0 ? (by > 0 ? -1 : n) : order.indexOf(chosen);
    do place += by;
    while (place >= 0 && place < n && !visible(order[place]));
    if (place >= 0 && place < n) choose(order[place], true);
  }
  const doing = {
    in: () => zoomBy(1.5),
    out: () => zoomBy(1 / 1.5),
    all: () => {
      reset();
      draw();
    },
  };
  for (const button of figure.querySelectorAll('.tools button')) button.addEventListener('click', doing[button.dataset.do]);
  canvas.addEventListener('keydown', (event) => {
    const keys = {
      '+': doing.in,
      '=': doing.in,
      '-': doing.out,
      0: doing.all,
      Escape: () => choose(-1, true),
      ArrowLeft: () => pan(40, 0),
      ArrowRight: () => pan(-40, 0),
      ArrowUp: () => pan(0, 40),
      ArrowDown: () => pan(0, -40),
      PageDown: () => walk(1),
      PageUp: () => walk(-1),
    };
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      zoomBy(Math.exp(-event.deltaY * (event.deltaMode ? 0.03 : 0.0015)), event.offsetX, event.offsetY);
    },
    { passive: false },
  );
  const held = new Map();
  canvas.addEventListener('pointerdown', (event) => {
    held.set(event.pointerId, [event.offsetX, event.offsetY]);
    canvas.setPointerCapture(event.pointerId);
    choose(nearest(event.offsetX, event.offsetY), true);
  });
  canvas.addEventListener('pointermove', (event) => {
    const here = [event.offsetX, event.offsetY],
      was = held.get(event.pointerId);
    if (!was) {
      if (event.pointerType === 'mouse') choose(nearest(...here), false);
      return;
    }
    const other = [...held].find(([id]) => id !== event.pointerId);
    if (other) {
      const [x, y] = other[1],
        apart = Math.hypot(was[0] - x, was[1] - y);
      if (apart > 0) zoomBy(Math.hypot(here[0] - x, here[1] - y) / apart, x, y);
    } else {
      pan(here[0] - was[0], here[1] - was[1]);
    }
    held.set(event.pointerId, here);
  });
  for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, (event) => held.delete(event.pointerId));
  canvas.addEventListener('pointerleave', () => {
    if (!held.size && document.activeElement !== canvas) choose(-1, false);
  });

  const namespace = 'http://www.w3.org/2000/svg';
  const buttons = plot.legend.map((entry, c) => {
    const button = document.createElement('button'),
      mark = document.createElementNS(namespace, 'svg');
    const path = document.createElementNS(namespace, 'path'),
      name = document.createElement('b'),
      count = document.createElement('small');
    mark.setAttribute('width', 14);
    mark.setAttribute('height', 14);
    mark.setAttribute('aria-hidden', 'true');
    path.setAttribute('d', swatch[entry.shape]);
    path.setAttribute('fill', entry.colour);
    mark.append(path);
    name.textContent = entry.name;
    count.textContent = entry.points;
    button.type = 'button';
    button.title = entry.name;
    button.append(mark, name, ' ', count);
    button.addEventListener('click', () => toggle([c], !shown[c]));
    button.addEventListener('dblclick', () => {
      toggle(shown.keys(), false);
      toggle([c], true);
    });
    const item = document.createElement('li');
    item.append(button);
    legend.append(item);
    return button;
  });
  function toggle(which, on) {
    for (const c of which) {
      shown[c] = on;
      buttons[c].setAttribute('aria-pressed', on);
    }
    draw();
  }
  const everything = document.createElement('button'),
    last = document.createElement('li');
  everything.type = 'button';
  everything.textContent = 'all';
  everything.addEventListener('click', () => toggle(shown.keys(), true));
  last.append(everything);
  if (buttons.length > 1) legend.append(last);

  reset();
  measure();
  toggle(shown.keys(), true);
  new ResizeObserver(() => {
    if (canvas.clientWidth === width) return;
    measure();
    draw();
  }).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
}
for (const figure of document.querySelectorAll('.plot')) start(figure, data.plots[figure.dataset.plot]);
