// What the scripts of the written pages share: the data that the page carries, elements, tables.
'use strict';
const data = typeof document === 'undefined' ? null : JSON.parse(document.getElementById('data').textContent);

const shortened = (text, most) => ([...text].length > most ? `${[...text].slice(0, most - 1).join('')}…` : text);
const figure = (value, digits) => (value === null ? '–' : value.toFixed(digits));

/** An element; attributes as an object, then children and texts. */
function make(name, attributes = {}, ...children) {
  const svg = ['svg', 'path', 'circle', 'text', 'title'].includes(name);
  const out = svg ? document.createElementNS('http://www.w3.org/2000/svg', name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) out.setAttribute(key, value);
  out.append(...children);
  return out;
}

/** A table in a frame of its own; `rows` are elements. */
function table(caption, kind, head, rows) {
  const body = make('tbody', {}, ...rows);
  const first = make('thead', {}, make('tr', {}, ...head.map((cell) => make('th', {}, cell))));
  return make('div', { class: 'scroll' }, make('table', kind ? { class: kind } : {}, make('caption', {}, caption), first, body));
}
