// The page: charts as SVG, tables as HTML, no script.
#include "train/curves.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "core/paths.h"
#include "eval/drawing/plot.h"

namespace hearken::train {
namespace {

using eval::escaped;
using eval::kColours;

struct Point {
  double x = 0, y = 0;
};

struct Line {
  std::string name;
  std::uint32_t colour = 0;
  std::vector<Point> points;
  bool dashed = false;   // a constant to compare with
  bool markers = false;  // a dot at each point, which says its figures
  bool faint = false;
};

struct Chart {
  std::string title, note;
  std::vector<Line> lines;
  double epochs = 1;               // the x axis ends here
  int best = 0;                    // epoch, marked
  double lowest = 0, highest = 1;  // the y axis
  std::string format = "{:.2f}";   // of figures
};

constexpr double kWidth = 640, kHeight = 300, kLeft = 56, kRight = 12, kTop = 12, kBottom = 36;

double across(const Chart& chart, double x) { return kLeft + x / chart.epochs * (kWidth - kLeft - kRight); }

double down(const Chart& chart, double y) {
  const double share = (y - chart.lowest) / (chart.highest - chart.lowest);
  return kHeight - kBottom - std::clamp(share, 0.0, 1.0) * (kHeight - kTop - kBottom);
}

// 1, 2 or 5 times a power of ten, at most `most` of which fit.
double step_of(double range, double most) {
  const double power = std::pow(10, std::floor(std::log10(range / most)));
  for (const double times : {1, 2, 5})
    if (range / (times * power) <= most) return times * power;
  return 10 * power;
}

// The axis: from 0, or from the least, to the greatest of the points that are numbers.
void fit(Chart& chart, bool from_zero) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const Line& line : chart.lines)
    for (const Point& point : line.points)
      if (std::isfinite(point.y)) {
        low = std::min(low, point.y);
        high = std::max(high, point.y);
      }
  if (!(low <= high)) return;
  if (from_zero) low = std::min(low, 0.0);
  if (high == low) high = low + 1;
  const double step = step_of(high - low, 5);
  chart.lowest = std::floor(low / step) * step;
  chart.highest = std::ceil(high / step) * step;
}

std::string figure(const Chart& chart, double value) { return fmt::format(fmt::runtime(chart.format), value); }

std::string svg(const Chart& chart, const Line& line) {
  std::string path;
  bool pen_down = false;
  for (const Point& point : line.points) {
    if (!std::isfinite(point.y)) {
      pen_down = false;
      continue;
    }
    path += fmt::format("{}{:.1f} {:.1f}", pen_down ? "L" : "M", across(chart, point.x), down(chart, point.y));
    pen_down = true;
  }
  std::string out = fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"#{:06X}\" stroke-width=\"{}\"{}{}/>\n", path,
                                line.colour, line.faint ? 1 : 2, line.dashed ? " stroke-dasharray=\"5 5\"" : "",
                                line.faint ? " stroke-opacity=\".6\"" : "");
  if (line.markers)
    for (const Point& point : line.points)
      if (std::isfinite(point.y))
        out += fmt::format(
            "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\" fill=\"#{:06X}\"><title>{}, epoch {:.0f}: "
            "{}</title></circle>\n",
            across(chart, point.x), down(chart, point.y), line.colour, escaped(line.name), point.x,
            figure(chart, point.y));
  return out;
}

std::string html(const Chart& chart) {
  std::string out = fmt::format(
      "<figure class=\"chart\"><figcaption><strong>{}</strong><br>{}</figcaption>\n"
      "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n",
      escaped(chart.title), escaped(chart.note), kWidth, kHeight, escaped(chart.title));
  const double y_step = step_of(chart.highest - chart.lowest, 5), x_step = std::max(1.0, step_of(chart.epochs, 12));
  for (double y = chart.lowest; y <= chart.highest + y_step / 2; y += y_step)
    out += fmt::format(
        "<path class=\"grid\" d=\"M{0} {1:.1f}H{2}\"/><text x=\"{3}\" y=\"{4:.1f}\" text-anchor=\"end\">{5}</text>\n",
        kLeft, down(chart, y), kWidth - kRight, kLeft - 8, down(chart, y) + 4, figure(chart, y));
  for (double x = 0; x <= chart.epochs + 1e-9; x += x_step)
    out += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{:.0f}</text>\n", across(chart, x),
                       kHeight - kBottom + 18, x);
  out += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"end\">epoch</text>\n", kWidth - kRight, kHeight - 2);
  out += fmt::format(
      "<path class=\"best\" d=\"M{0:.1f} {1}V{2}\"><title>epoch {3}, whose weights are kept</title></path>\n",
      across(chart, chart.best), kTop, kHeight - kBottom, chart.best);
  for (const Line& line : chart.lines) out += svg(chart, line);
  out += "</svg>\n<ul>";
  for (const Line& line : chart.lines)
    out += fmt::format(
        "<li><svg width=\"26\" height=\"10\" aria-hidden=\"true\"><path d=\"M1 5H25\" stroke=\"#{:06X}\" "
        "stroke-width=\"{}\"{}/></svg> {}",
        line.colour, line.faint ? 1 : 2, line.dashed ? " stroke-dasharray=\"5 4\"" : "", escaped(line.name));
  return out + "</ul></figure>\n";
}

Line by_epoch(std::string name, std::uint32_t colour, std::span<const TuneEpoch> epochs,
              const std::function<double(const TuneEpoch&)>& of) {
  Line line{std::move(name), colour, {}, false, true, false};
  for (const TuneEpoch& epoch : epochs) line.points.push_back({static_cast<double>(epoch.epoch), of(epoch)});
  return line;
}

Line constant(std::string name, std::uint32_t colour, double epochs, double y) {
  return {std::move(name), colour, {{0, y}, {epochs, y}}, true, false, false};
}

double epochs_at(const TuneRun& run, const StepLine& step) {
  return static_cast<double>(step.step) / std::max(1, run.steps_per_epoch);
}

Chart loss_chart(const TuneRun& run, std::span<const StepLine> steps, std::span<const TuneEpoch> epochs) {
  Chart chart;
  chart.title = "Loss";
  chart.note = "of the training's batches, and of the validation's after each epoch";
  int most = 0;  // an epoch's last batch may be smaller, and of fewer captions the right one is easier to tell
  for (const StepLine& step : steps) most = std::max(most, step.pairs);
  Line each{"training, step by step", kColours[0], {}, false, false, true};
  for (const StepLine& step : steps)
    if (step.pairs == most) each.points.push_back({epochs_at(run, step), step.loss});
  chart.lines = {std::move(each),
                 by_epoch("training, mean of the epoch", kColours[0], epochs, [](const auto& e) { return e.loss; }),
                 by_epoch("validation", kColours[5], epochs, [](const auto& e) { return e.validation_loss; })};
  fit(chart, true);
  return chart;
}

Chart recall_chart(std::string title, std::span<const TuneEpoch> epochs, double last, Recall TuneEpoch::* of,
                   const Recall& random) {
  Chart chart;
  chart.title = std::move(title);
  chart.note = "share with a right answer among the first 1, 5 and 10; dashed: at random";
  const std::pair<const char*, double Recall::*> shares[] = {
      {"R@10", &Recall::r10}, {"R@5", &Recall::r5}, {"R@1", &Recall::r1}};
  std::size_t colour = 0;
  for (const auto& [name, share] : shares) {
    const std::uint32_t ink = kColours[std::array<std::size_t, 3>{0, 2, 5}[colour++]];
    chart.lines.push_back(by_epoch(name, ink, epochs, [&, s = share](const auto& e) { return e.*of.*s; }));
    chart.lines.push_back(constant(fmt::format("{} at random: {:.2f}", name, random.*share), ink, last, random.*share));
  }
  return chart;
}

Chart rate_chart(const TuneRun& run, std::span<const StepLine> steps) {
  Chart chart;
  chart.title = "Learning rate";
  chart.note = "of each step";
  chart.format = "{:.2g}";
  Line line{"learning rate", kColours[3], {}, false, false, false};
  for (const StepLine& step : steps) line.points.push_back({epochs_at(run, step), step.learning_rate});
  chart.lines = {std::move(line)};
  fit(chart, true);
  return chart;
}

std::string loss_cell(double loss) { return std::isfinite(loss) ? fmt::format("{:.3f}", loss) : "–"; }

std::string recall_cells(const Recall& recall) {
  return fmt::format("<td>{:.3f}<td>{:.3f}<td>{:.3f}<td>{:g}", recall.r1, recall.r5, recall.r10, recall.median_place);
}

std::string figures(const TuneRun& run, std::span<const TuneEpoch> epochs, int best) {
  std::string out =
      "<div class=\"scroll\"><table><caption>Epoch by epoch</caption><thead><tr><th><th>training loss"
      "<th>validation loss<th>captions to sounds: R@1<th>R@5<th>R@10<th>median place"
      "<th>sounds to captions: R@1<th>R@5<th>R@10<th>median place<th>logit scale</thead><tbody>\n";
  for (const TuneEpoch& epoch : epochs)
    out += fmt::format("<tr{}><th>{}{}<td>{}<td>{}{}{}<td>{:.1f}\n", epoch.epoch == best ? " class=\"kept\"" : "",
                       epoch.epoch == 0 ? "before" : fmt::format("epoch {}", epoch.epoch),
                       epoch.epoch == best ? " ★" : "", loss_cell(epoch.loss), loss_cell(epoch.validation_loss),
                       recall_cells(epoch.text_to_audio), recall_cells(epoch.audio_to_text), epoch.logit_scale);
  return out + "<tr><th>at random<td>–<td>–" + recall_cells(run.random_text_to_audio) +
         recall_cells(run.random_audio_to_text) + "<td>–</tbody></table></div>\n";
}

std::string watched(const TuneRun& run, std::span<const TuneEpoch> epochs, int best) {
  std::string out =
      "<div class=\"scroll\"><table class=\"watched\"><caption>What these validation clips find among the captions"
      "</caption><thead><tr><th>clip and its caption";
  for (const TuneEpoch& epoch : epochs)
    out += fmt::format("<th>{}{}", epoch.epoch == 0 ? "before" : fmt::format("epoch {}", epoch.epoch),
                       epoch.epoch == best ? " ★" : "");
  out += "</thead><tbody>\n";
  for (std::size_t i = 0; i < run.watched.size(); ++i) {
    const WatchedClip& clip = run.watched[i];
    out += fmt::format("<tr><th><small>{}</small>{}", escaped(display(clip.path.filename())),
                       escaped(eval::shortened(clip.caption, 160)));
    for (const TuneEpoch& epoch : epochs) {
      if (i >= epoch.found.size()) continue;
      const FoundCaption& found = epoch.found[i];
      out += fmt::format("<td class=\"{}\">{} {} <small>{:.3f}{}</small>", found.right ? "right" : "wrong",
                         found.right ? "✓" : "✗", escaped(eval::shortened(found.caption, 80)), found.score,
                         found.right ? "" : fmt::format(", its own {:.3f}", found.own_score));
    }
    out += "\n";
  }
  return out + "</tbody></table></div>\n";
}

}  // namespace

std::string curves_page(const TuneRun& run, std::span<const StepLine> steps, std::span<const TuneEpoch> epochs,
                        int best) {
  const double last = std::max(1, epochs.empty() ? 0 : epochs.back().epoch);
  std::string body = fmt::format(
      "<p>{} clips to train on, {} to validate on; {:.3g} of {:.3g} million parameters trained. The upright line and "
      "the ★ mark epoch "
      "{}, whose weights are kept: the greatest mean of R@1, R@5 and R@10 both ways.</p>\n"
      "<p>Where the validation's loss rises while the training's falls, the model learns the training clips by heart "
      "instead of what they have in common with others.</p>\n<div class=\"charts\">\n",
      run.training_clips, run.validation_clips, static_cast<double>(run.trained_parameters) / 1e6,
      static_cast<double>(run.parameters) / 1e6, best);
  Chart charts[] = {
      loss_chart(run, steps, epochs),
      recall_chart("Captions asking for sounds", epochs, last, &TuneEpoch::text_to_audio, run.random_text_to_audio),
      recall_chart("Sounds asking for captions", epochs, last, &TuneEpoch::audio_to_text, run.random_audio_to_text),
      rate_chart(run, steps)};
  for (Chart& chart : charts) {
    chart.epochs = last;
    chart.best = best;
    body += html(chart);
  }
  body += "</div>\n" + figures(run, epochs, best) + watched(run, epochs, best);
  return eval::plot_page("Tuning " + run.model, body, {});
}

}  // namespace hearken::train
