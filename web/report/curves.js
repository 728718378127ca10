// After page.js, on the page that `tune` writes: loss, recall and rate as curves, and what the watched clips found.
const frame = { width: 640, height: 300, left: 56, right: 12, top: 12, bottom: 36 };
const colours = ['#0072B2', '#E69F00', '#009E73', '#CC79A7', '#56B4E9', '#D55E00'];

/** 1, 2 or 5 times a power of ten, at most `most` of which fit into the range. */
function stepOf(range, most) {
  const power = 10 ** Math.floor(Math.log10(range / most));
  const times = [1, 2, 5].find((t) => range / (t * power) <= most) ?? 10;
  return times * power;
}

/** The y axis: from 0 (or the least, where that is below) to the greatest of the points; of none of them from 0 to 1. */
function axisOf(lines) {
  const values = lines.flatMap((line) => line.points.map((point) => point[1])).filter((y) => y !== null);
  if (!values.length) return [0, 1];
  const low = Math.min(0, ...values);
  const most = Math.max(...values);
  const high = most === low ? low + 1 : most;
  const step = stepOf(high - low, 5);
  return [Math.floor(low / step) * step, Math.ceil(high / step) * step];
}

/** The path of a line's points [x, y] on the paper; what is no number is a gap. */
function pathOf(points, across, down) {
  let path = '';
  let penDown = false;
  for (const [x, y] of points) {
    if (y !== null) path += `${penDown ? 'L' : 'M'}${across(x).toFixed(1)} ${down(y).toFixed(1)}`;
    penDown = y !== null;
  }
  return path;
}

function drawn(chart, line, across, down) {
  const out = [
    make('path', {
      d: pathOf(line.points, across, down),
      fill: 'none',
      stroke: line.colour,
      'stroke-width': line.faint ? 1 : 2,
      'stroke-dasharray': line.dashed ? '5 5' : undefined,
      'stroke-opacity': line.faint ? '.6' : undefined,
    }),
  ];
  if (line.markers)
    for (const [x, y] of line.points)
      if (y !== null)
        out.push(make('circle', { cx: across(x), cy: down(y), r: 4, fill: line.colour }, make('title', {}, `${line.name}, epoch ${x}: ${chart.format(y)}`)));
  return out;
}

function chartFigure(chart, epochs, best) {
  const { width, height, left, right, top, bottom } = frame;
  const [low, high] = chart.axis ?? axisOf(chart.lines);
  const across = (x) => left + (x / epochs) * (width - left - right);
  const down = (y) => height - bottom - Math.min(1, Math.max(0, (y - low) / (high - low))) * (height - top - bottom);
  const svg = make('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': chart.title });
  const yStep = stepOf(high - low, 5);
  const xStep = Math.max(1, stepOf(epochs, 12));
  for (let y = low; y <= high + yStep / 2; y += yStep)
    svg.append(
      make('path', { class: 'grid', d: `M${left} ${down(y).toFixed(1)}H${width - right}` }),
      make('text', { x: left - 8, y: down(y) + 4, 'text-anchor': 'end' }, chart.format(y)),
    );
  for (let x = 0; x <= epochs; x += xStep) svg.append(make('text', { x: across(x), y: height - bottom + 18, 'text-anchor': 'middle' }, String(x)));
  svg.append(make('text', { x: width - right, y: height - 2, 'text-anchor': 'end' }, 'epoch'));
  svg.append(
    make('path', { class: 'best', d: `M${across(best).toFixed(1)} ${top}V${height - bottom}` }, make('title', {}, `epoch ${best}, whose weights are kept`)),
  );
  for (const line of chart.lines) svg.append(...drawn(chart, line, across, down));
  const legend = chart.lines.map((line) => {
    const stroke = { d: 'M1 5H25', stroke: line.colour, 'stroke-width': line.faint ? 1 : 2, 'stroke-dasharray': line.dashed ? '5 4' : undefined };
    return make('li', {}, make('svg', { width: 26, height: 10, 'aria-hidden': 'true' }, make('path', stroke)), ` ${line.name}`);
  });
  const caption = make('figcaption', {}, make('strong', {}, chart.title), make('br'), chart.note);
  return make('figure', { class: 'chart' }, caption, svg, make('ul', {}, ...legend));
}

function chartsOf({ run, steps, epochs }, last) {
  const byEpoch = (name, colour, of) => ({ name, colour, markers: true, points: epochs.map((epoch) => [epoch.epoch, of(epoch)]) });
  const byStep = (of) => (step) => [step.step / Math.max(1, run.steps_per_epoch), of(step)];
  // An epoch's last batch may be smaller, and of fewer captions the right one is easier to tell.
  const most = Math.max(0, ...steps.map((step) => step.pairs));
  const whole = steps.filter((step) => step.pairs === most);
  const recall = (title, way) => {
    const random = run[`random_${way}`];
    const lines = ['r10', 'r5', 'r1'].flatMap((share, i) => {
      const name = share.replace('r', 'R@');
      const colour = colours[[0, 2, 5][i]];
      const points = [0, last].map((x) => [x, random[share]]);
      return [byEpoch(name, colour, (epoch) => epoch[way][share]), { name: `${name} at random: ${random[share].toFixed(2)}`, colour, points, dashed: true }];
    });
    const note = 'share with a right answer among the first 1, 5 and 10; dashed: at random';
    return { title, note, lines, axis: [0, 1], format: (y) => y.toFixed(2) };
  };
  return [
    {
      title: 'Loss',
      note: 'of the training’s batches, and of the validation’s after each epoch',
      format: (y) => y.toFixed(2),
      lines: [
        { name: 'training, step by step', colour: colours[0], faint: true, points: whole.map(byStep((step) => step.loss)) },
        byEpoch('training, mean of the epoch', colours[0], (epoch) => epoch.loss),
        byEpoch('validation', colours[5], (epoch) => epoch.validation_loss),
      ],
    },
    recall('Captions asking for sounds', 'text_to_audio'),
    recall('Sounds asking for captions', 'audio_to_text'),
    {
      title: 'Learning rate',
      note: 'of each step',
      format: (y) => y.toPrecision(2),
      lines: [{ name: 'learning rate', colour: colours[3], points: steps.map(byStep((step) => step.learning_rate)) }],
    },
  ];
}

const nameOf = (epoch) => (epoch.epoch === 0 ? 'before' : `epoch ${epoch.epoch}`);

function figures({ run, epochs, best }) {
  const recall = (way) => [way.r1, way.r5, way.r10].map((share) => share.toFixed(3)).concat(String(way.median_place));
  const row = (kept, name, cells) => make('tr', kept ? { class: 'kept' } : {}, make('th', {}, name), ...cells.map((cell) => make('td', {}, cell)));
  const places = ['R@5', 'R@10', 'median place'];
  const head = ['', 'training loss', 'validation loss', 'captions to sounds: R@1', ...places, 'sounds to captions: R@1', ...places, 'logit scale'];
  const rows = epochs.map((epoch) => {
    const kept = epoch.epoch === best;
    const losses = [figure(epoch.loss, 3), figure(epoch.validation_loss, 3)];
    return row(kept, nameOf(epoch) + (kept ? ' ★' : ''), [
      ...losses,
      ...recall(epoch.text_to_audio),
      ...recall(epoch.audio_to_text),
      figure(epoch.logit_scale, 1),
    ]);
  });
  rows.push(row(false, 'at random', ['–', '–', ...recall(run.random_text_to_audio), ...recall(run.random_audio_to_text), '–']));
  return table('Epoch by epoch', '', head, rows);
}

function watched({ run, epochs, best }) {
  const head = ['clip and its caption', ...epochs.map((epoch) => nameOf(epoch) + (epoch.epoch === best ? ' ★' : ''))];
  const rows = run.watched.map((clip, i) => {
    const cells = epochs
      .filter((epoch) => i < epoch.found.length)
      .map((epoch) => {
        const found = epoch.found[i];
        const scores = found.right ? figure(found.score, 3) : `${figure(found.score, 3)}, its own ${figure(found.own_score, 3)}`;
        const text = `${found.right ? '✓' : '✗'} ${shortened(found.caption, 80)} `;
        return make('td', { class: found.right ? 'right' : 'wrong' }, text, make('small', {}, scores));
      });
    return make('tr', {}, make('th', {}, make('small', {}, clip.name), shortened(clip.caption, 160)), ...cells);
  });
  return table('What these validation clips find among the captions', 'watched', head, rows);
}

function show() {
  const last = Math.max(1, ...data.epochs.map((epoch) => epoch.epoch));
  const charts = chartsOf(data, last).map((chart) => chartFigure(chart, last, data.best));
  document.querySelector('main').append(make('div', { class: 'charts' }, ...charts), figures(data), watched(data));
}

if (data) show();
