// What an evaluation found, for people, for programs and for a page.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "hearken/eval.h"

namespace hearken::cli {

struct NamedFigure {
  std::string name;  // "accuracy", "text to audio R@1"
  Figure figure;
  std::size_t of = 0;    // queries or clips
  std::string interval;  // "Wilson" or "bootstrap"; empty: it has none
  bool chance = true;    // whether there is one
};

/// One run of a protocol.
struct EvalReport {
  std::string protocol;                                    // "zero-shot"
  std::string dataset;                                     // "esc50", or the name of a folder or file
  std::string model;                                       // or the vectors' file
  std::vector<std::pair<std::string, std::string>> terms;  // the protocol's own words: prompt, crop, folds …
  std::vector<NamedFigure> figures;
  std::vector<PublishedFigure> published;  // of the first figure
  std::string details;                     // further lines for people
  nlohmann::json document;                 // the whole, without figures and published
};

void print_text(const EvalReport& report);
void print_markdown(const EvalReport& report);
void print_report_json(EvalReport report);

}  // namespace hearken::cli
