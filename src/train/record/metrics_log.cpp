// Lines of JSON, appended.
#include "train/record/metrics_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <limits>
#include <sstream>
#include <utility>

#include "core/files/mapped_file.h"
#include "core/files/write_all.h"
#include "core/paths.h"

namespace hearken::train {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

// JSON has no NaN.
ordered_json number(double value) { return std::isfinite(value) ? ordered_json(value) : ordered_json(); }

double number_in(const json& line, const char* key) {
  const json& value = line.at(key);
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

Recall recall_in(const json& line) {
  return {line.at("r1").get<double>(), line.at("r5").get<double>(), line.at("r10").get<double>(),
          line.at("median_place").get<double>()};
}

StepLine step_in(const json& line) {
  return {line.at("epoch").get<int>(),      line.at("step").get<int>(),       number_in(line, "loss"),
          number_in(line, "learning_rate"), number_in(line, "gradient_norm"), line.at("pairs").get<int>()};
}

TuneEpoch epoch_in(const json& line) {
  TuneEpoch out;
  out.epoch = line.at("epoch").get<int>();
  out.loss = number_in(line, "loss");
  out.learning_rate = number_in(line, "learning_rate");
  out.validation_loss = number_in(line, "validation_loss");
  out.text_to_audio = recall_in(line.at("text_to_audio"));
  out.audio_to_text = recall_in(line.at("audio_to_text"));
  out.logit_scale = number_in(line, "logit_scale");
  out.refused = line.at("refused_steps").get<int>();
  out.seconds = line.at("seconds").get<double>();
  for (const json& found : line.at("found"))
    out.found.push_back({found.at("caption").get<std::string>(), number_in(found, "score"),
                         number_in(found, "own_score"), found.at("right").get<bool>()});
  return out;
}

}  // namespace

ordered_json recall_json(const Recall& recall) {
  return {{"r1", recall.r1}, {"r5", recall.r5}, {"r10", recall.r10}, {"median_place", recall.median_place}};
}

ordered_json step_json(const StepLine& step) {
  return {{"epoch", step.epoch},
          {"step", step.step},
          {"loss", number(step.loss)},
          {"learning_rate", step.learning_rate},
          {"gradient_norm", number(step.gradient_norm)},
          {"pairs", step.pairs}};
}

ordered_json epoch_json(const TuneEpoch& epoch) {
  auto found = ordered_json::array();
  for (const FoundCaption& caption : epoch.found)
    found.push_back({{"caption", display(caption.caption)},
                     {"score", number(caption.score)},
                     {"own_score", number(caption.own_score)},
                     {"right", caption.right}});
  return {{"epoch", epoch.epoch},
          {"loss", number(epoch.loss)},
          {"validation_loss", number(epoch.validation_loss)},
          {"text_to_audio", recall_json(epoch.text_to_audio)},
          {"audio_to_text", recall_json(epoch.audio_to_text)},
          {"learning_rate", epoch.learning_rate},
          {"logit_scale", number(epoch.logit_scale)},
          {"refused_steps", epoch.refused},
          {"seconds", epoch.seconds},
          {"found", std::move(found)}};
}

MetricsLog::MetricsLog(std::filesystem::path path, std::uint64_t bytes) : path_(std::move(path)), bytes_(bytes) {
  if (bytes > 0) {
    const MappedFile file(path_);
    if (file.bytes().size() < bytes)
      throw Error(ErrorCode::corrupt, fmt::format("{}: has {} bytes, and the run's state was saved at {}",
                                                  display(path_), file.bytes().size(), bytes));
    std::istringstream lines(std::string(reinterpret_cast<const char*>(file.bytes().data()), bytes));
    std::string text;
    for (int number = 1; std::getline(lines, text); ++number) try {
        const json line = json::parse(text);
        if (line.contains("step"))
          steps_.push_back(step_in(line));
        else
          epochs_.push_back(epoch_in(line));
      } catch (const json::exception& error) {
        throw Error(ErrorCode::corrupt, fmt::format("{}: line {}: is none of a run's", display(path_), number),
                    error.what());
      }
  }
  descriptor_ = open_file(path_, O_WRONLY | O_CREAT, "write");
  const auto end = static_cast<off_t>(bytes);
  if (::ftruncate(descriptor_.number(), end) != 0 || ::lseek(descriptor_.number(), end, SEEK_SET) != end)
    throw os_error(path_, "write", errno);
}

void MetricsLog::write(const ordered_json& line) {
  const std::string text = line.dump() + "\n";
  if (!write_all(descriptor_.number(), text)) throw os_error(path_, "write", errno);
  bytes_ += text.size();
}

void MetricsLog::add(const StepLine& step) {
  write(step_json(step));
  steps_.push_back(step);
}

void MetricsLog::add(const TuneEpoch& epoch) {
  write(epoch_json(epoch));
  epochs_.push_back(epoch);
}

std::uint64_t MetricsLog::sync() {
  if (::fsync(descriptor_.number()) != 0 && errno != EINVAL) throw os_error(path_, "write", errno);
  return bytes_;
}

}  // namespace hearken::train
