// The page around interactive plots: its style and script stand in it, allowed by their hashes and nothing else.
#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/paths.h"
#include "core/text.h"
#include "eval/drawing/plot.h"
#include "hearken/version.h"

namespace hearken::eval {
namespace {

constexpr std::string_view kStyle = R"css(
:root { color-scheme: light dark; --ground: #fff; --ink: #1c1f23; --soft: #5a6068; --line: #cfd4da; --edge: rgba(0,0,0,.45); --panel: #f4f6f8; --focus: #0060b0; }
@media (prefers-color-scheme: dark) { :root { --ground: #16181c; --ink: #eceff2; --soft: #a7aeb7; --line: #3b4149; --edge: rgba(255,255,255,.55); --panel: #22262b; --focus: #7cc0ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 84rem; background: var(--ground); color: var(--ink); font: 16px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
p { max-width: 50rem; }
.plots { display: grid; gap: 1.5rem; margin: .5rem 0 1.5rem; }
@media (min-width: 60rem) { .plots:not(:has(> :only-child)) { grid-template-columns: 1fr 1fr; } .plot:only-child { display: grid; grid-template-columns: minmax(0, 1fr) 17rem; column-gap: 1.2rem; } .plot:only-child figcaption, .plot:only-child .status { grid-column: 1 / -1; } .plot:only-child .legend { align-content: start; max-height: 75vh; overflow: auto; } }
figure { margin: 0; min-width: 0; }
figcaption { color: var(--soft); margin-bottom: .4rem; }
figcaption strong { color: var(--ink); }
.stage { position: relative; }
canvas { display: block; width: 100%; border: 1px solid var(--line); border-radius: 6px; touch-action: pan-y; cursor: grab; }
canvas:focus-visible, button:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.tip { position: absolute; left: 0; top: 0; max-width: min(20rem, 90%); padding: .25rem .5rem; border: 1px solid var(--line); border-radius: 4px; background: var(--panel); font-size: .875rem; pointer-events: none; overflow-wrap: anywhere; }
.tip small { display: block; color: var(--soft); }
[hidden] { display: none; }
.tools { position: absolute; right: .5rem; top: .5rem; display: flex; gap: .25rem; }
button { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line); border-radius: 4px; min-width: 2.25rem; min-height: 2.25rem; cursor: pointer; }
.status { min-height: 1.5em; color: var(--soft); font-size: .875rem; margin: .3rem 0; overflow-wrap: anywhere; }
.legend { list-style: none; margin: .4rem 0; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem; }
.legend button { display: flex; align-items: center; gap: .4rem; padding: 0 .5rem; max-width: 15rem; text-align: left; font-size: .875rem; }
.legend button[aria-pressed=false] { opacity: .45; text-decoration: line-through; }
.legend svg { flex: none; }
.legend b { font-weight: 400; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.legend small { color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .5rem 0; font-size: .9375rem; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { padding: .25rem .7rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: bottom; font-variant-numeric: tabular-nums; }
th:first-child { text-align: left; font-weight: 500; }
thead th { font-weight: 500; color: var(--soft); max-width: 9rem; }
footer { color: var(--soft); font-size: .875rem; margin-top: 2rem; }
.charts { display: grid; gap: 1.5rem; margin: 1rem 0 1.5rem; }
@media (min-width: 60rem) { .charts { grid-template-columns: 1fr 1fr; } }
.chart > svg { display: block; width: 100%; height: auto; font-size: 12px; fill: var(--soft); }
.chart .grid { stroke: var(--line); }
.chart .best { stroke: var(--ink); stroke-dasharray: 2 4; }
.chart ul { list-style: none; margin: .3rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: .1rem 1rem; font-size: .875rem; color: var(--soft); }
.kept > * { font-weight: 700; }
.watched th, .watched td { text-align: left; min-width: 11rem; max-width: 18rem; vertical-align: top; font-size: .875rem; }
.watched small { display: block; color: var(--soft); }
.right { background: color-mix(in srgb, #009E73 18%, transparent); }
.wrong { background: color-mix(in srgb, #D55E00 14%, transparent); }
)css";

constexpr std::string_view kScript = R"js(
'use strict';
const shapes = {
  circle: r => new Path2D(`M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`),
  square: r => new Path2D(`M${-r * .88} ${-r * .88}h${r * 1.76}v${r * 1.76}h${-r * 1.76}z`),
  triangle: r => new Path2D(`M0 ${-r * 1.2}L${r * 1.1} ${r * .8}H${-r * 1.1}z`),
  diamond: r => new Path2D(`M0 ${-r * 1.25}l${r * 1.25} ${r * 1.25}l${-r * 1.25} ${r * 1.25}l${-r * 1.25} ${-r * 1.25}z`),
};
const swatch = { circle: 'M2 7a5 5 0 1 0 10 0a5 5 0 1 0-10 0z', square: 'M2.6 2.6h8.8v8.8H2.6z', triangle: 'M7 1L12.5 11h-11z', diamond: 'M7 .75L13.25 7L7 13.25L.75 7z' };

function start(figure, plot) {
  const canvas = figure.querySelector('canvas'), pen = canvas.getContext('2d');
  const tip = figure.querySelector('.tip'), status = figure.querySelector('.status'), legend = figure.querySelector('.legend');
  const n = plot.x.length, shown = plot.legend.map(() => true);
  let width = 0, height = 0, fit = 1, zoom = 1, middle = [0, 0], chosen = -1;
  const low = a => a.reduce((m, v) => Math.min(m, v), Infinity), high = a => a.reduce((m, v) => Math.max(m, v), -Infinity);
  const box = n ? [low(plot.x), high(plot.x), low(plot.y), high(plot.y)] : [-1, 1, -1, 1];
  const visible = i => shown[plot.of[i]];
  const at = i => [(plot.x[i] - middle[0]) * fit * zoom + width / 2, height / 2 - (plot.y[i] - middle[1]) * fit * zoom];

  function reset() {
    middle = [(box[0] + box[1]) / 2, (box[2] + box[3]) / 2];
    zoom = 1;
  }
  function measure() {
    width = canvas.clientWidth;
    height = Math.max(260, Math.min(width, window.innerHeight * .78));
    canvas.style.height = height + 'px';
    const dense = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * dense);
    canvas.height = Math.round(height * dense);
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    fit = Math.min((width - 84) / Math.max(box[1] - box[0], 1e-12), (height - 84) / Math.max(box[3] - box[2], 1e-12));
  }
  function draw() {
    const style = getComputedStyle(document.documentElement), colour = name => style.getPropertyValue(name).trim();
    pen.clearRect(0, 0, width, height);
    pen.lineWidth = .8;
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
    tip.style.left = Math.max(4, Math.min(x + 14, width - tip.offsetWidth - 4)) + 'px';
    tip.style.top = Math.max(4, Math.min(y + 14, height - tip.offsetHeight - 4)) + 'px';
  }
  function choose(i, say) {
    if (i === chosen) return;
    chosen = i;
    if (say) status.textContent = i < 0 ? '' : plot.name[i] + (plot.detail[i] ? ' (' + plot.detail[i] + ')' : '');
    draw();
  }
  function nearest(x, y) {
    let best = -1, least = 256;
    for (let i = 0; i < n; ++i) {
      if (!visible(i)) continue;
      const [px, py] = at(i), square = (px - x) ** 2 + (py - y) ** 2;
      if (square < least) least = square, best = i;
    }
    return best;
  }
  function zoomBy(factor, x = width / 2, y = height / 2) {
    const next = Math.max(.5, Math.min(400, zoom * factor)), s = 1 / (fit * zoom) - 1 / (fit * next);
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
    do place += by; while (place >= 0 && place < n && !visible(order[place]));
    if (place >= 0 && place < n) choose(order[place], true);
  }
  const doing = { in: () => zoomBy(1.5), out: () => zoomBy(1 / 1.5), all: () => { reset(); draw(); } };
  figure.querySelectorAll('.tools button').forEach(button => button.addEventListener('click', doing[button.dataset.do]));
  canvas.addEventListener('keydown', event => {
    const keys = {
      '+': doing.in, '=': doing.in, '-': doing.out, '0': doing.all, Escape: () => choose(-1, true),
      ArrowLeft: () => pan(40, 0), ArrowRight: () => pan(-40, 0), ArrowUp: () => pan(0, 40), ArrowDown: () => pan(0, -40),
      PageDown: () => walk(1), PageUp: () => walk(-1),
    };
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  canvas.addEventListener('wheel', event => {
    event.preventDefault();
    zoomBy(Math.exp(-event.deltaY * (event.deltaMode ? .03 : .0015)), event.offsetX, event.offsetY);
  }, { passive: false });
  const held = new Map();
  canvas.addEventListener('pointerdown', event => {
    held.set(event.pointerId, [event.offsetX, event.offsetY]);
    canvas.setPointerCapture(event.pointerId);
    choose(nearest(event.offsetX, event.offsetY), true);
  });
  canvas.addEventListener('pointermove', event => {
    const here = [event.offsetX, event.offsetY], was = held.get(event.pointerId);
    if (!was) {
      if (event.pointerType === 'mouse') choose(nearest(...here), false);
      return;
    }
    const other = [...held].find(([id]) => id !== event.pointerId);
    if (other) {
      const [x, y] = other[1], apart = Math.hypot(was[0] - x, was[1] - y);
      if (apart > 0) zoomBy(Math.hypot(here[0] - x, here[1] - y) / apart, x, y);
    } else {
      pan(here[0] - was[0], here[1] - was[1]);
    }
    held.set(event.pointerId, here);
  });
  for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, event => held.delete(event.pointerId));
  canvas.addEventListener('pointerleave', () => { if (!held.size && document.activeElement !== canvas) choose(-1, false); });

  const namespace = 'http://www.w3.org/2000/svg';
  const buttons = plot.legend.map((entry, c) => {
    const button = document.createElement('button'), mark = document.createElementNS(namespace, 'svg');
    const path = document.createElementNS(namespace, 'path'), name = document.createElement('b'), count = document.createElement('small');
    mark.setAttribute('width', 14), mark.setAttribute('height', 14), mark.setAttribute('aria-hidden', 'true');
    path.setAttribute('d', swatch[entry.shape]), path.setAttribute('fill', entry.colour);
    mark.append(path);
    name.textContent = entry.name;
    count.textContent = entry.points;
    button.type = 'button';
    button.title = entry.name;
    button.append(mark, name, ' ', count);
    button.addEventListener('click', () => toggle([c], !shown[c]));
    button.addEventListener('dblclick', () => { toggle(shown.keys(), false); toggle([c], true); });
    const item = document.createElement('li');
    item.append(button);
    legend.append(item);
    return button;
  });
  function toggle(which, on) {
    for (const c of which) shown[c] = on, buttons[c].setAttribute('aria-pressed', on);
    draw();
  }
  const everything = document.createElement('button'), last = document.createElement('li');
  everything.type = 'button';
  everything.textContent = 'all';
  everything.addEventListener('click', () => toggle(shown.keys(), true));
  last.append(everything);
  if (buttons.length > 1) legend.append(last);

  reset();
  measure();
  toggle(shown.keys(), true);
  new ResizeObserver(() => { if (canvas.clientWidth !== width) measure(), draw(); }).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
}
const plots = JSON.parse(document.getElementById('plots').textContent);
document.querySelectorAll('.plot').forEach(figure => start(figure, plots[figure.dataset.plot]));
)js";

// As a content security policy names it.
std::string hash_of(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return "'sha256-" + to_base64({reinterpret_cast<const char*>(digest.data()), digest.size()}) + "'";
}

const char* name_of(Shape shape) {
  constexpr std::array kNames = {"circle", "square", "triangle", "diamond"};
  return kNames[std::min(static_cast<std::size_t>(shape), kShapes)];
}

nlohmann::json data_of(const Plot& plot) {
  const std::vector<LegendEntry> legend = legend_of(plot);
  nlohmann::json out{{"axes", {axis_name(plot, 0), axis_name(plot, 1)}}};
  const bool rest = !legend.empty() && legend.back().of_class < 0;
  const std::size_t drawn = legend.size() - (rest ? 1 : 0);
  for (const LegendEntry& entry : legend)
    out["legend"].push_back({{"name", entry.name},
                             {"points", entry.points},
                             {"colour", fmt::format("#{:06X}", colour_of(entry.of_class))},
                             {"shape", name_of(shape_of({0, 0, entry.of_class, {}, {}, false}))}});
  for (const char* field : {"x", "y", "of", "name", "detail", "text"}) out[field] = nlohmann::json::array();
  const auto place = [](float x) { return nlohmann::json::parse(fmt::format("{:.4g}", static_cast<double>(x))); };
  for (const PlotPoint& point : plot.points) {
    out["x"].push_back(place(point.x));
    out["y"].push_back(place(point.y));
    const bool own = point.of_class >= 0 && static_cast<std::size_t>(point.of_class) < drawn;
    out["of"].push_back(own ? static_cast<std::size_t>(point.of_class) : drawn);
    out["name"].push_back(display(point.name));
    out["detail"].push_back(display(point.detail));
    out["text"].push_back(point.label ? 1 : 0);
  }
  return out;
}

std::string figure_of(const Plot& plot, std::size_t number, bool titled) {
  const std::string title = escaped(plot.title), note = escaped(plot.note);
  return fmt::format(
      "<figure class=\"plot\" data-plot=\"{}\"><figcaption>{}{}</figcaption>\n"
      "<div class=\"stage\"><canvas tabindex=\"0\" role=\"application\" aria-label=\"{}: {} points; arrows move, + and "
      "- "
      "zoom, 0 shows all, Page Down and Page Up go from point to point\"></canvas><div class=\"tip\" hidden></div>\n"
      "<div class=\"tools\"><button type=\"button\" data-do=\"in\" aria-label=\"larger\">+</button>"
      "<button type=\"button\" data-do=\"out\" aria-label=\"smaller\">−</button>"
      "<button type=\"button\" data-do=\"all\" aria-label=\"all of it\">0</button></div></div>\n"
      "<ul class=\"legend\" aria-label=\"classes\"></ul>\n<div class=\"status\" role=\"status\"></div></figure>\n",
      number, titled ? "<strong>" + title + "</strong><br>" : "", note, title, plot.points.size());
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

}  // namespace

std::string plot_page(const std::string& title, const std::string& body, std::span<const Plot> plots) {
  std::string whole = body;
  nlohmann::json data = nlohmann::json::array();
  for (std::size_t i = 0; i < plots.size(); ++i) {
    data.push_back(data_of(plots[i]));
    whole =
        replaced(std::move(whole), fmt::format("<!--plot {}-->", i), figure_of(plots[i], i, plots[i].title != title));
  }
  // Within a script element nothing may read like markup.
  const std::string json =
      replaced(data.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), "<", "\\u003c");
  std::string out = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n";
  out += fmt::format(
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; form-action 'none'; "
      "script-src {}; style-src {}\">\n",
      hash_of(kScript), hash_of(kStyle));
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" + escaped(title) +
         "</title>\n<style>";
  out.append(kStyle).append("</style></head>\n<body>\n<h1>" + escaped(title) + "</h1>\n<main>\n" + whole + "</main>\n");
  if (!plots.empty())
    out += "<noscript><p>The points are drawn by a script, which is switched off here.</p></noscript>\n";
  out += "<footer>hearken " + std::string(version()) + "</footer>\n";
  if (plots.empty()) return out + "</body></html>\n";
  out += "<script id=\"plots\" type=\"application/json\">" + json + "</script>\n<script>";
  out.append(kScript).append("</script>\n</body></html>\n");
  return out;
}

}  // namespace hearken::eval
