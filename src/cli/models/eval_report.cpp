// A table of figures, in three ways.
#include "cli/models/eval_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/common.h"

namespace hearken::cli {
namespace {

std::string number(double value) { return fmt::format("{:.4f}", value); }

std::string interval(const NamedFigure& figure) {
  return figure.interval.empty() ? "" : fmt::format("{:.4f} to {:.4f}", figure.figure.low, figure.figure.high);
}

std::string chance(const NamedFigure& figure) { return figure.chance ? number(figure.figure.chance) : ""; }

std::string published(const EvalReport& report, std::size_t row) {
  std::string out;
  if (row > 0) return out;
  for (const PublishedFigure& figure : report.published) out += (out.empty() ? "" : ", ") + number(figure.accuracy);
  return out;
}

// A cell of a Markdown table.
std::string cell(std::string text) {
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) text.insert(at, "\\");
  return text;
}

}  // namespace

void print_text(const EvalReport& report) {
  fmt::print("{}: {} on {}\n", report.protocol, report.model, report.dataset);
  for (const auto& [name, term] : report.terms) fmt::print("  {:<10}{}\n", name, term);
  std::size_t width = 24;
  for (const NamedFigure& figure : report.figures) width = std::max(width, figure.name.size() + 2);
  const bool compared = !report.published.empty();
  fmt::print("\n  {:<{}}measured  95 % interval       chance{}\n", "", width, compared ? "  published" : "");
  for (std::size_t i = 0; i < report.figures.size(); ++i) {
    const NamedFigure& figure = report.figures[i];
    std::string line = fmt::format("  {:<{}}{:>8}  {:<18}{:>8}  {}", figure.name, width, number(figure.figure.value),
                                   interval(figure), chance(figure), published(report, i));
    line.erase(line.find_last_not_of(' ') + 1);
    fmt::print("{}\n", line);
  }
  for (const PublishedFigure& figure : report.published)
    fmt::print("  published: {} on {}, {}\n", number(figure.accuracy), figure.dataset, figure.source);
  if (!report.details.empty()) fmt::print("\n{}", report.details);
}

void print_markdown(const EvalReport& report) {
  fmt::print("**{}** of `{}` on {}\n\n", report.protocol, report.model, cell(report.dataset));
  for (const auto& [name, term] : report.terms) fmt::print("- {}: {}\n", name, term);
  fmt::print(
      "\n| figure | measured | 95 % interval | n | chance | published | source |\n|---|---|---|---|---|---|---|\n");
  for (std::size_t i = 0; i < report.figures.size(); ++i) {
    const NamedFigure& figure = report.figures[i];
    std::string source;
    if (i == 0)
      for (const PublishedFigure& p : report.published) source = p.source;
    fmt::print("| {} | {} | {} | {} | {} | {} | {} |\n", cell(figure.name), number(figure.figure.value),
               interval(figure), figure.of, chance(figure), published(report, i), cell(source));
  }
}

void print_report_json(EvalReport report) {
  auto figures = nlohmann::json::array(), known = nlohmann::json::array();
  for (const NamedFigure& figure : report.figures) {
    nlohmann::json entry = {{"name", figure.name}, {"value", figure.figure.value}, {"n", figure.of}};
    if (!figure.interval.empty())
      entry.update({{"low", figure.figure.low}, {"high", figure.figure.high}, {"interval", figure.interval}});
    if (figure.chance) entry["chance"] = figure.figure.chance;
    figures.push_back(std::move(entry));
  }
  for (const PublishedFigure& figure : report.published)
    known.push_back(
        {{"figure", "accuracy"}, {"dataset", figure.dataset}, {"value", figure.accuracy}, {"source", figure.source}});
  auto terms = nlohmann::json::object();
  for (const auto& [name, term] : report.terms) terms[name] = term;
  report.document.update({{"protocol", report.protocol},
                          {"terms", std::move(terms)},
                          {"figures", std::move(figures)},
                          {"published", std::move(known)}});
  print_json(report.document);
}

}  // namespace hearken::cli
