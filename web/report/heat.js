// After page.js, on the page that `events --map` writes: texts over time on a canvas, with what is at the pointer.
const heat = document.getElementById('heat');
const rowHeight = 24;
const clockOf = (s) => `${Math.floor(s / 60)}:${(s % 60).toFixed(1).padStart(4, '0')}`;
const blues = [
  [247, 251, 255],
  [107, 174, 214],
  [8, 48, 107],
];

function colourOf(value) {
  const at = Math.min(1, Math.max(0, value)) * 2;
  const from = Math.min(1, Math.floor(at));
  return `rgb(${blues[from].map((c, i) => Math.round(c + (blues[from + 1][i] - c) * (at - from))).join(' ')})`;
}

const { rows, values, events, seconds } = data;
const columns = values.length / Math.max(1, rows.length);
const canvas = make('canvas', { role: 'img', 'aria-label': 'How strongly each text is heard over time; the table below has the events' });
const names = make('div', { class: 'names' }, ...rows.map((name) => make('div', {}, name)));
const told = make('p', { 'aria-live': 'off' }, 'Point at the map: the time, and how likely the text is there.');
heat.append(make('div', { class: 'heat' }, names, make('div', { class: 'over' }, canvas)), told);

function draw() {
  const width = canvas.parentElement.clientWidth;
  canvas.width = width;
  canvas.height = rows.length * rowHeight;
  const pen = canvas.getContext('2d');
  rows.forEach((_, row) => {
    for (let x = 0; x < width; x++) {
      const from = Math.floor((x * columns) / width);
      const to = Math.max(from + 1, Math.floor(((x + 1) * columns) / width));
      let most = 0;
      for (let column = from; column < Math.min(to, columns); column++) most = Math.max(most, values[column * rows.length + row]);
      pen.fillStyle = colourOf(most / 100);
      pen.fillRect(x, row * rowHeight + 2, 1, rowHeight - 4);
    }
  });
  pen.strokeStyle = '#d55e00';
  pen.lineWidth = 2;
  for (const { row, start, end } of events)
    pen.strokeRect((start / seconds) * width + 1, row * rowHeight + 1, Math.max(2, ((end - start) / seconds) * width - 2), rowHeight - 2);
}

canvas.addEventListener('pointermove', ({ offsetX, offsetY }) => {
  const row = Math.min(rows.length - 1, Math.floor(offsetY / rowHeight));
  const time = (offsetX / canvas.width) * seconds;
  const column = Math.min(columns - 1, Math.floor((offsetX / canvas.width) * columns));
  told.textContent = `${clockOf(time)}  ${rows[row]}  ${values[column * rows.length + row]} %`;
});
addEventListener('resize', draw);
draw();
heat.append(
  table(
    'Events',
    '',
    ['text', 'from', 'to', 'likelihood'],
    events.map((event) =>
      make(
        'tr',
        {},
        make('th', {}, rows[event.row]),
        make('td', {}, clockOf(event.start)),
        make('td', {}, clockOf(event.end)),
        make('td', {}, figure(event.likelihood, 2)),
      ),
    ),
  ),
);
