// Candidates of events and what is known of each, for tools/events/fit.py: lines of "PATH<tab>TEXT|TEXT|…" on standard
// input; on standard output a line a candidate: path, "together" or "alone", text, start, end, and the values of
// Evidence, as they are when all the texts are asked and when the text is asked alone.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "audio/decode/decode.h"
#include "hearken/labels.h"
#include "tasks/events/event_detector.h"

namespace {

hearken::LabelSet texts(std::string_view list) {
  hearken::LabelSet out;
  out.templates = {"{}"};
  while (!list.empty()) {
    const auto at = list.find('|');
    const std::string text(list.substr(0, at));
    out.labels.push_back({text, {text}, {}, {}});
    list.remove_prefix(at == std::string_view::npos ? list.size() : at + 1);
  }
  return out;
}

void print(const std::string& path, std::string_view how, const hearken::LabelSet& labels,
           const hearken::tasks::HeardCandidates& heard) {
  for (const hearken::tasks::WeighedCandidate& found : heard.candidates) {
    fmt::print("{}\t{}\t{}\t{:.3f}\t{:.3f}", path, how, labels.labels[found.label].name, found.sound.start_seconds,
               found.sound.end_seconds);
    for (const double value : found.evidence) fmt::print("\t{:.5g}", value);
    fmt::print("\n");
  }
}

}  // namespace

int main(int count, char** arguments) {
  using namespace hearken;
  const Model model = Model::load(count > 1 ? arguments[1] : "starter");
  for (std::string line; std::getline(std::cin, line);) {
    const auto tab = line.find('\t');
    const std::string path = line.substr(0, tab);
    const LabelSet labels = texts(std::string_view(line).substr(tab + 1));
    const EventsOptions options;
    const tasks::EventDetector detector(model, labels, options);
    const auto source = [&] { return audio::open_samples(path, model.info().sample_rate_hz); };
    const tasks::HeardRecording heard = detector.hear(source, path);
    std::vector<std::vector<std::size_t>> alone;  // only common sounds are rivals
    for (const auto& rivals : detector.rivals()) {
      auto& of_label = alone.emplace_back();
      std::ranges::copy_if(rivals, std::back_inserter(of_label),
                           [&](std::size_t text) { return text >= labels.labels.size(); });
    }
    print(path, "together", labels, detector.candidates(heard, detector.rivals()));
    print(path, "alone", labels, detector.candidates(heard, alone));
  }
}
