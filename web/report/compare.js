// After page.js, on the page that `compare` writes: what the figures say of both models, and class by class.
const withInterval = ({ value, low, high }) => [figure(value, 3), ' ', make('small', {}, `(${figure(low, 3)}–${figure(high, 3)})`)];
const percent = (share, digits) => `${(100 * share).toFixed(digits)} %`;

function about({ clips, labels, source, prompt }) {
  const asked = prompt ? `, each class asked for as “${prompt}”; sounds whole, by the mean of their windows` : '';
  return make('p', {}, `${clips} clips of ${labels.length} classes in ${source}${asked}.`);
}

function summary({ models, texts, audio_seconds }) {
  const row = (name, cell) => make('tr', {}, make('th', {}, name), ...models.map((model) => make('td', {}, ...[cell(model)].flat())));
  const ofTexts = (...rows) => (texts ? rows : []);
  const rows = [
    row('dimensions', (m) => String(m.dimension)),
    ...ofTexts(
      row('parameters, millions', (m) => figure(m.parameters / 1e6, 1)),
      row('zero-shot accuracy', (m) => withInterval(m.accuracy)),
      row('mean of the classes’ accuracies', (m) => figure(m.class_mean, 3)),
      row('label to sound, mAP@10', (m) => withInterval(m.map10)),
      row('label to sound, first one right', (m) => withInterval(m.first)),
    ),
    row('silhouette, drawn', (m) => figure(m.plane.silhouette, 3)),
    row('silhouette, all dimensions', (m) => figure(m.space.silhouette, 3)),
    row('nearest centroid, drawn', (m) => figure(m.plane.nearest_centroid, 3)),
    row('nearest centroid, all dimensions', (m) => figure(m.space.nearest_centroid, 3)),
    row('share of its variance that is drawn', (m) => percent(m.shares[0] + m.shares[1], 1)),
    ...ofTexts(
      row('listening, seconds', (m) => figure(m.seconds, 1)),
      row('listening, times real time', (m) => figure(audio_seconds / Math.max(1e-9, m.seconds), 0)),
    ),
  ];
  return table('In short', '', ['', ...models.map((model) => model.name)], rows);
}

function difference({ only_first, only_second, p }) {
  const found = p < 0.05 ? 'more than chance makes of equally good models' : 'no more than chance may make of equally good models';
  return make(
    'p',
    {},
    `In brackets: 95 % intervals. ${only_first} clips are right with the first model only, ${only_second} with the second only: ${found} ` +
      `(p = ${Number(p.toPrecision(3))}, McNemar’s exact test).`,
  );
}

/** What is said of one model's rank correlation. */
function predicted({ n, rho, low, high, p, power, needed }) {
  if (rho === null) return `cannot be said of ${n} classes: too few, or all of one accuracy.`;
  const found = `a true correlation of 0.5 would be found in ${percent(power, 0)} of such comparisons`;
  return (
    `rank correlation ${figure(rho, 2)} (95 % interval ${figure(low, 2)} to ${figure(high, 2)}) over ${n} classes, p = ${Number(p.toPrecision(3))}. ` +
    (power < 0.8 ? `${n} classes are too few to tell: ${found}; ${needed} classes would find it in 80 %.` : `A${found.slice(1)}.`)
  );
}

function prediction({ models }) {
  return [
    make('h2', {}, 'Does separation on the plane predict zero-shot accuracy?'),
    ...models.map((model) => make('p', {}, make('strong', {}, model.name), `: ${predicted(model.predicts)}`)),
    make(
      'p',
      {},
      'Spearman’s, of each class’s mean silhouette on the plane and the share of its clips that the model names rightly; ' +
        'interval by the bootstrap, p by permutation.',
    ),
  ];
}

function planes({ one_plane, texts }) {
  const text = one_plane
    ? 'One plane is fitted for both models: the first two principal components of the clips of both, each model’s less their mean. ' +
      'The axes are those along which both together vary most; each model’s own share of variance stands at its axes.'
    : 'The models’ vectors have different dimensions, so each has a plane of its own: the first two principal components of its clips.';
  const rings = ' Rings are the label texts, less their own mean, because texts and sounds lie in different parts of a space.';
  return [make('h2', {}, 'Planes'), make('p', {}, text + (texts ? rings : ''))];
}

function byClass({ models, labels, texts }) {
  const names = ['all dimensions', ...(texts ? ['accuracy', 'most taken for'] : [])];
  const head = ['class', 'clips', ...models.flatMap((model) => [`${model.name}: silhouette, drawn`, ...names])];
  const rows = labels.map((label, i) => {
    const cells = models.flatMap(({ classes }) => {
      const { plane, space, accuracy, taken_for, taken_times } = classes[i];
      const taken = taken_times > 0 ? `${labels[taken_for]} (${taken_times})` : '–';
      return [figure(plane, 3), figure(space, 3), ...(texts ? [figure(accuracy, 3), taken] : [])];
    });
    return make(
      'tr',
      {},
      ...[label].map((cell) => make('th', {}, cell)),
      ...[String(models[0].classes[i].clips), ...cells].map((cell) => make('td', {}, cell)),
    );
  });
  return table('Class by class', '', head, rows);
}

if (data) {
  const { comparison } = data;
  const plots = document.querySelector('.plots');
  plots.before(about(comparison), summary(comparison), ...(comparison.texts ? [difference(comparison.difference)] : []), ...planes(comparison));
  plots.after(...(comparison.texts ? prediction(comparison) : []), byClass(comparison));
}
