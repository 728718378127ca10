// The comparison as a page: both planes, and the figures that web/report/compare.js puts around them.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/carried.h"
#include "core/json_object.h"
#include "core/paths.h"
#include "eval/drawing/plot.h"
#include "hearken/compare.h"

namespace hearken {
namespace eval {
namespace {

using nlohmann::json;

std::string model_name(const ComparedModel& model) {
  return model.name + (model.precision.empty() ? "" : " " + model.precision);
}

json figure_json(const Figure& figure) { return {{"value", figure.value}, {"low", figure.low}, {"high", figure.high}}; }

json separation_json(const Separation& s) {
  return {{"silhouette", optional_json(s.silhouette)}, {"nearest_centroid", s.nearest_centroid}};
}

json class_json(const ComparedModel& model, std::size_t of_class) {
  json out{{"clips", model.plane.by_class[of_class].points},
           {"plane", optional_json(model.plane.by_class[of_class].silhouette)},
           {"space", optional_json(model.space.by_class[of_class].silhouette)}};
  if (model.zero_shot.classes.empty()) return out;
  const ClassFigure& figure = model.zero_shot.classes[of_class];
  out["accuracy"] = static_cast<double>(figure.hits) / static_cast<double>(figure.clips);
  out["taken_for"] = figure.taken_for;
  out["taken_times"] = figure.taken_times;
  return out;
}

json model_json(const ComparedModel& model, std::size_t classes) {
  const RankCorrelation& r = model.predicts;
  json out{{"name", display(model_name(model))},
           {"dimension", model.dimension},
           {"parameters", model.parameters},
           {"shares", model.shares},
           {"seconds", model.listening_seconds},
           {"plane", separation_json(model.plane)},
           {"space", separation_json(model.space)},
           {"accuracy", figure_json(model.zero_shot.accuracy)},
           {"class_mean", model.zero_shot.class_mean},
           {"map10", figure_json(model.retrieval.map10)},
           {"first", figure_json(model.retrieval.first)},
           {"predicts",
            {{"n", r.n},
             {"rho", optional_json(r.rho)},
             {"low", r.low},
             {"high", r.high},
             {"p", r.p},
             {"power", r.power},
             {"needed", r.needed}}}};
  for (std::size_t i = 0; i < classes; ++i) out["classes"].push_back(class_json(model, i));
  return out;
}

// As web/report/compare.js reads it.
json comparison_json(const Comparison& c) {
  json labels = json::array(), models = json::array();
  for (const std::string& label : c.labels) labels.push_back(display(label));
  for (const ComparedModel& model : c.models) models.push_back(model_json(model, c.labels.size()));
  return {{"clips", c.clips.size()},
          {"labels", std::move(labels)},
          {"source", display(c.data)},
          {"prompt", display(c.prompt)},
          {"texts", !c.models[0].zero_shot.classes.empty()},
          {"audio_seconds", c.audio_seconds},
          {"one_plane", c.one_plane},
          {"models", std::move(models)},
          {"difference", {{"only_first", c.only_first}, {"only_second", c.only_second}, {"p", c.difference_p}}}};
}

Plot side_plot(const Comparison& c, std::size_t side) {
  const ComparedModel& model = c.models[side];
  Plot plot;
  plot.title = model_name(model);
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
  nlohmann::ordered_json data;
  data["comparison"] = eval::comparison_json(c);
  return eval::plot_page(plots[0].title + " and " + plots[1].title,
                         "<div class=\"plots\">\n<!--plot 0-->\n<!--plot 1-->\n</div>\n", plots, std::move(data),
                         carried_file("web/report/compare.js"));
}

}  // namespace hearken
