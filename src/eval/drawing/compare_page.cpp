// The comparison as a page: figures first, then both planes, then what the planes predict.
#include <fmt/format.h>

#include "core/paths.h"
#include "eval/drawing/plot.h"
#include "hearken/compare.h"

namespace hearken {
namespace eval {
namespace {

std::string with_interval(const Figure& figure) {
  return fmt::format("{:.3f} <small>({:.3f}–{:.3f})</small>", figure.value, figure.low, figure.high);
}

std::string model_name(const ComparedModel& model) {
  return escaped(model.name) + (model.precision.empty() ? "" : " " + model.precision);
}

template <class Cell>
std::string row(const Comparison& comparison, const std::string& name, const Cell& cell) {
  std::string out = "<tr><th>" + name;
  for (const ComparedModel& model : comparison.models) out += "<td>" + cell(model);
  return out + "\n";
}

std::string summary(const Comparison& c) {
  const bool texts = !c.models[0].zero_shot.classes.empty();
  std::string out = "<div class=\"scroll\"><table><caption>In short</caption><thead><tr><th>";
  for (const ComparedModel& model : c.models) out += "<th>" + model_name(model);
  out += "</thead><tbody>\n";
  out += row(c, "dimensions", [](const ComparedModel& m) { return fmt::format("{}", m.dimension); });
  if (texts) {
    out += row(c, "parameters, millions",
               [](const ComparedModel& m) { return fmt::format("{:.1f}", static_cast<double>(m.parameters) / 1e6); });
    out += row(c, "zero-shot accuracy", [](const ComparedModel& m) { return with_interval(m.zero_shot.accuracy); });
    out += row(c, "mean of the classes' accuracies",
               [](const ComparedModel& m) { return fmt::format("{:.3f}", m.zero_shot.class_mean); });
    out += row(c, "label to sound, mAP@10", [](const ComparedModel& m) { return with_interval(m.retrieval.map10); });
    out += row(c, "label to sound, first one right",
               [](const ComparedModel& m) { return with_interval(m.retrieval.first); });
  }
  out += row(c, "silhouette, drawn", [](const ComparedModel& m) { return optional_figure(m.plane.silhouette); });
  out +=
      row(c, "silhouette, all dimensions", [](const ComparedModel& m) { return optional_figure(m.space.silhouette); });
  out += row(c, "nearest centroid, drawn",
             [](const ComparedModel& m) { return fmt::format("{:.3f}", m.plane.nearest_centroid); });
  out += row(c, "nearest centroid, all dimensions",
             [](const ComparedModel& m) { return fmt::format("{:.3f}", m.space.nearest_centroid); });
  out += row(c, "share of its variance that is drawn",
             [](const ComparedModel& m) { return fmt::format("{:.1f} %", 100 * (m.shares[0] + m.shares[1])); });
  if (texts) {
    out +=
        row(c, "listening, seconds", [](const ComparedModel& m) { return fmt::format("{:.1f}", m.listening_seconds); });
    out += row(c, "listening, times real time", [&](const ComparedModel& m) {
      return fmt::format("{:.0f}", c.audio_seconds / std::max(1e-9, m.listening_seconds));
    });
  }
  out += "</tbody></table></div>\n";
  if (texts)
    out += fmt::format(
        "<p>In brackets: 95 % intervals. {} clips are right with the first model only, {} with the second only: {} "
        "(p = {:.3g}, McNemar's exact test).</p>\n",
        c.only_first, c.only_second,
        c.difference_p < 0.05 ? "more than chance makes of equally good models"
                              : "no more than chance may make of equally good models",
        c.difference_p);
  return out;
}

std::string prediction(const Comparison& c) {
  if (c.models[0].zero_shot.classes.empty()) return "";
  std::string out = "<h2>Does separation on the plane predict zero-shot accuracy?</h2>\n";
  for (const ComparedModel& model : c.models) {
    const RankCorrelation& r = model.predicts;
    out += "<p><strong>" + model_name(model) + "</strong>: ";
    if (!r.rho)
      out += fmt::format("cannot be said of {} classes: too few, or all of one accuracy.", r.n);
    else
      out += fmt::format(
          "rank correlation {:.2f} (95 % interval {:.2f} to {:.2f}) over {} classes, p = {:.3g}. {}", *r.rho, r.low,
          r.high, r.n, r.p,
          r.power < 0.8
              ? fmt::format("{} classes are too few to tell: a true correlation of 0.5 would be found in {:.0f} % "
                            "of such comparisons; {} classes would find it in 80 %.",
                            r.n, 100 * r.power, r.needed)
              : fmt::format("A true correlation of 0.5 would be found in {:.0f} % of such comparisons.",
                            100 * r.power));
    out += "</p>\n";
  }
  return out +
         "<p>Spearman's, of each class's mean silhouette on the plane and the share of its clips that the model "
         "names rightly; interval by the bootstrap, p by permutation.</p>\n";
}

std::string classes(const Comparison& c) {
  const bool texts = !c.models[0].zero_shot.classes.empty();
  std::string out = "<div class=\"scroll\"><table><caption>Class by class</caption><thead><tr><th>class<th>clips";
  for (const ComparedModel& model : c.models) {
    out += "<th>" + model_name(model) + ": silhouette, drawn<th>all dimensions";
    if (texts) out += "<th>accuracy<th>most taken for";
  }
  out += "</thead><tbody>\n";
  for (std::size_t i = 0; i < c.labels.size(); ++i) {
    out += fmt::format("<tr><th>{}<td>{}", escaped(c.labels[i]), c.models[0].plane.by_class[i].points);
    for (const ComparedModel& model : c.models) {
      out += "<td>" + optional_figure(model.plane.by_class[i].silhouette) + "<td>" +
             optional_figure(model.space.by_class[i].silhouette);
      if (!texts) continue;
      const ClassFigure& figure = model.zero_shot.classes[i];
      out += fmt::format("<td>{:.3f}<td>{}", static_cast<double>(figure.hits) / static_cast<double>(figure.clips),
                         figure.taken_times > 0
                             ? fmt::format("{} ({})", escaped(c.labels[figure.taken_for]), figure.taken_times)
                             : std::string("–"));
    }
    out += "\n";
  }
  return out + "</tbody></table></div>\n";
}

Plot side_plot(const Comparison& c, std::size_t side) {
  const ComparedModel& model = c.models[side];
  Plot plot;
  plot.title = model.name + (model.precision.empty() ? "" : " " + model.precision);
  plot.note = fmt::format("silhouette {}, nearest centroid {:.3f}", optional_figure(model.plane.silhouette),
                          model.plane.nearest_centroid);
  plot.classes = c.labels;
  plot.shares = model.shares;
  for (std::size_t i = 0; i < model.clips.size(); ++i) {
    PlotPoint point{model.clips[i][0], model.clips[i][1], static_cast<int>(c.truth[i]), c.clips[i], {}, false};
    point.detail = c.labels[c.truth[i]];
    if (!model.zero_shot.predicted.empty())
      point.detail += model.zero_shot.predicted[i] == c.truth[i]
                          ? ", named rightly"
                          : ", taken for " + c.labels[model.zero_shot.predicted[i]];
    plot.points.push_back(std::move(point));
  }
  for (std::size_t i = 0; i < model.texts.size(); ++i)
    plot.points.push_back({model.texts[i][0], model.texts[i][1], static_cast<int>(i), c.labels[i], "text", true});
  return plot;
}

}  // namespace
}  // namespace eval

std::string compare_page(const Comparison& c) {
  const eval::Plot plots[] = {eval::side_plot(c, 0), eval::side_plot(c, 1)};
  std::string body =
      fmt::format("<p>{} clips of {} classes in {}", c.clips.size(), c.labels.size(), eval::escaped(c.data));
  if (!c.prompt.empty())
    body += ", each class asked for as “" + eval::escaped(c.prompt) + "”; sounds whole, by the mean of their windows";
  body += ".</p>\n" + eval::summary(c) + "<h2>Planes</h2>\n<p>";
  body +=
      c.one_plane
          ? "One plane is fitted for both models: the first two principal components of the clips of both, each "
            "model's less their mean. The axes are those along which both together vary most; each model's own share "
            "of variance stands at its axes."
          : "The models' vectors have different dimensions, so each has a plane of its own: the first two principal "
            "components of its clips.";
  if (!c.models[0].texts.empty())
    body +=
        " Rings are the label texts, less their own mean, because texts and sounds lie in different parts of a space.";
  body +=
      "</p>\n<div class=\"plots\">\n<!--plot 0-->\n<!--plot 1-->\n</div>\n" + eval::prediction(c) + eval::classes(c);
  return eval::plot_page(plots[0].title + " and " + plots[1].title, body, plots);
}

}  // namespace hearken
