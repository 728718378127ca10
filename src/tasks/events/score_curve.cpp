// Windows to scores, and running sums, so that the mean over any stretch is one subtraction.
#include "tasks/events/score_curve.h"

#include <algorithm>
#include <cmath>

#include "core/numerics/vectors.h"
#include "model/embed_stream.h"

namespace hearken::tasks {
namespace {

constexpr double kTimeRounding = 1e-6;  // seconds

}  // namespace

ScoreCurve::ScoreCurve(const Model& model, audio::SampleStream& stream, const std::string& name,
                       const Windowing& windowing, std::span<const float> texts, int threads,
                       const std::function<void(double)>& heard)
    : texts_(texts.size() / model.audio_width(EmbeddingForm::unit)),
      first_(windowing.window_seconds / 2),
      hop_(windowing.hop_seconds),
      sums_(texts_) {
  const std::size_t width = model.audio_width(EmbeddingForm::unit);
  const double unit = model.info().levels.moderate;
  std::vector<float> of_window(texts_);
  const auto take = [&](const model::EmbeddedWindows& some) {
    for (std::size_t w = 0; w < some.starts_seconds.size(); ++w) {
      const auto vector = some.vectors.subspan(w * width, width);
      for (std::size_t t = 0; t < texts_; ++t)
        of_window[t] =
            some.silent[w] ? 0.0F : static_cast<float>(numerics::dot(vector, texts.subspan(t * width, width)) / unit);
      last_middle_ = some.starts_seconds[w] + windowing.window_seconds / 2;
      add(of_window);
    }
    if (heard) heard(last_middle_ + windowing.window_seconds / 2);
  };
  duration_seconds_ = model::embed_each(model, stream, name, windowing, EmbeddingForm::unit, threads, take);
}

ScoreCurve::ScoreCurve(std::span<const float> scores, std::size_t texts, double first_seconds, double hop_seconds,
                       double duration_seconds)
    : texts_(texts),
      first_(first_seconds),
      hop_(hop_seconds),
      last_middle_(first_seconds + hop_seconds * (static_cast<double>(scores.size() / texts) - 1)),
      duration_seconds_(duration_seconds),
      sums_(texts) {
  for (std::size_t w = 0; w < scores.size() / texts; ++w) add(scores.subspan(w * texts, texts));
}

void ScoreCurve::add(std::span<const float> of_texts) {
  scores_.insert(scores_.end(), of_texts.begin(), of_texts.end());
  for (std::size_t t = 0; t < texts_; ++t)
    sums_.push_back(sums_[windows_ * texts_ + t] + static_cast<double>(of_texts[t]));
  ++windows_;
}

// The last window ends at the recording's end and may begin off the grid.
double ScoreCurve::middle_seconds(std::size_t window) const {
  return window + 1 == windows_ ? last_middle_ : first_ + static_cast<double>(window) * hop_;
}

double ScoreCurve::score_at(double seconds, std::size_t text) const {
  const double at = std::clamp((seconds - first_) / hop_, 0.0, static_cast<double>(windows_ - 1));
  const auto window = static_cast<std::size_t>(at);
  const double part = at - static_cast<double>(window);
  const std::size_t next = std::min(window + 1, windows_ - 1);
  return static_cast<double>(score(window, text)) * (1 - part) + static_cast<double>(score(next, text)) * part;
}

ScoreCurve::Range ScoreCurve::between(double start_seconds, double end_seconds) const {
  const auto index = [&](double seconds) {  // of the first window at or after it
    const double at = std::ceil((seconds - first_) / hop_ - kTimeRounding);
    std::size_t window = at <= 0 ? 0 : std::min(windows_, static_cast<std::size_t>(at));
    if (window + 1 >= windows_)
      window = last_middle_ >= seconds - kTimeRounding ? std::min(window, windows_ - 1) : windows_;
    return window;
  };
  const std::size_t first = index(start_seconds), last = index(end_seconds);
  const bool at_end = last < windows_ && middle_seconds(last) <= end_seconds + kTimeRounding;
  return {first, at_end ? last + 1 : last};
}

ScoreCurve::Range ScoreCurve::near(double start_seconds, double end_seconds) const {
  const Range inside = between(start_seconds, end_seconds);
  if (!inside.empty()) return inside;
  const double at = std::round(((start_seconds + end_seconds) / 2 - first_) / hop_);
  const std::size_t window = at <= 0 ? 0 : std::min(windows_ - 1, static_cast<std::size_t>(at));
  return {window, window + 1};
}

double ScoreCurve::mean(Range range, std::size_t text) const {
  return (sums_[range.last * texts_ + text] - sums_[range.first * texts_ + text]) /
         static_cast<double>(range.last - range.first);
}

double ScoreCurve::greatest(Range range, std::size_t text) const {
  float most = score(range.first, text);
  for (std::size_t w = range.first + 1; w < range.last; ++w) most = std::max(most, score(w, text));
  return static_cast<double>(most);
}

}  // namespace hearken::tasks
