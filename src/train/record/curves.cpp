// What web/report/curves.js draws from.
#include "train/record/curves.h"

#include <fmt/format.h>

#include <utility>

#include "core/carried.h"
#include "core/paths.h"
#include "eval/drawing/plot.h"

namespace hearken::train {
namespace {

using nlohmann::ordered_json;

ordered_json run_json(const TuneRun& run) {
  auto watched = ordered_json::array();
  for (const WatchedClip& clip : run.watched)
    watched.push_back({{"name", display(clip.path.filename())}, {"caption", display(clip.caption)}});
  return {{"steps_per_epoch", run.steps_per_epoch},
          {"random_text_to_audio", recall_json(run.random_text_to_audio)},
          {"random_audio_to_text", recall_json(run.random_audio_to_text)},
          {"watched", std::move(watched)}};
}

}  // namespace

std::string curves_page(const TuneRun& run, std::span<const StepLine> steps, std::span<const TuneEpoch> epochs,
                        int best) {
  ordered_json data{
      {"run", run_json(run)}, {"steps", ordered_json::array()}, {"epochs", ordered_json::array()}, {"best", best}};
  for (const StepLine& step : steps) data["steps"].push_back(step_json(step));
  for (const TuneEpoch& epoch : epochs) data["epochs"].push_back(epoch_json(epoch));
  const std::string body = fmt::format(
      "<p>{} clips to train on, {} to validate on; {:.3g} of {:.3g} million parameters trained. The upright line and "
      "the ★ mark epoch {}, whose weights are kept: the greatest mean of R@1, R@5 and R@10 both ways.</p>\n"
      "<p>Where the validation's loss rises while the training's falls, the model learns the training clips by heart "
      "instead of what they have in common with others.</p>\n",
      run.training_clips, run.validation_clips, static_cast<double>(run.trained_parameters) / 1e6,
      static_cast<double>(run.parameters) / 1e6, best);
  return eval::scripted_page("Tuning " + run.model, body, data, carried_file("web/report/curves.js"));
}

}  // namespace hearken::train
