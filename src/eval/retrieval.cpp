// Captions ask for clips, clips for captions: the places of the right answers, and figures of them.
#include <cstddef>
#include <functional>
#include <vector>

#include "core/numerics/vectors.h"
#include "core/threads/team.h"
#include "core/threads/threads.h"
#include "eval/metrics.h"
#include "eval/rows.h"
#include "hearken/eval.h"

namespace hearken {
namespace {

// What came of one query.
struct Ranked {
  double first_place = 0;
  double precision = 0;      // average, at 10
  std::size_t relevant = 0;  // right answers there are
};

Ranked ranked(std::span<const double> scores, std::span<const std::size_t> relevant) {
  const std::vector<std::size_t> places = eval::places(scores, relevant);
  return {static_cast<double>(places.front()), eval::average_precision(places, 10), relevant.size()};
}

// `of_clip[c]` are the queries that come and go with a clip.
RetrievalFigures figures(std::span<const Ranked> answers, const std::vector<std::vector<std::size_t>>& of_clip,
                         std::size_t items) {
  RetrievalFigures out;
  out.queries = answers.size();
  out.items = items;
  std::vector<std::size_t> relevant;
  for (const Ranked& a : answers) relevant.push_back(a.relevant);
  const auto figure = [&](const std::function<double(const Ranked&)>& value,
                          const std::function<double(std::size_t)>& random,
                          double (*summary)(std::span<const double>)) {
    std::vector<double> all;
    double chance = 0;
    for (const Ranked& a : answers) all.push_back(value(a)), chance += random(a.relevant);
    std::vector<double> drawn;
    const eval::Interval interval = eval::bootstrap(of_clip.size(), [&](std::span<const std::size_t> clips) {
      drawn.clear();
      for (const std::size_t clip : clips)
        for (const std::size_t query : of_clip[clip]) drawn.push_back(all[query]);
      return summary(drawn);
    });
    return Figure{summary(all), interval.low, interval.high, chance / static_cast<double>(answers.size())};
  };
  const auto recall = [&](std::size_t k) {
    return figure([&](const Ranked& a) { return a.first_place <= static_cast<double>(k) ? 1.0 : 0.0; },
                  [&](std::size_t r) { return eval::random_recall(items, r, k); }, eval::mean);
  };
  out.r1 = recall(1), out.r5 = recall(5), out.r10 = recall(10);
  out.map10 = figure([](const Ranked& a) { return a.precision; },
                     [&](std::size_t r) { return eval::random_average_precision(items, r, 10); }, eval::mean);
  out.median_rank =
      figure([](const Ranked& a) { return a.first_place; }, [](std::size_t) { return 0.0; }, eval::median);
  out.median_rank.chance = eval::random_median_place(items, relevant);
  return out;
}

}  // namespace

RetrievalResult retrieval(std::span<const float> audio, std::span<const float> captions, std::size_t dimension,
                          std::span<const std::size_t> clip_of, int threads) {
  const std::size_t clips = eval::row_count(audio, dimension, "clips");
  const std::size_t texts = eval::row_count(captions, dimension, "captions");
  eval::check_places(clip_of, texts, clips, "caption", "clip");

  std::vector<std::vector<std::size_t>> captions_of(clips);
  for (std::size_t i = 0; i < texts; ++i) captions_of[clip_of[i]].push_back(i);

  std::vector<Ranked> of_texts(texts), of_clips(clips);
  Team team(thread_count(threads));
  team.run(texts, [&](std::size_t i, int) {
    std::vector<double> scores(clips);
    for (std::size_t c = 0; c < clips; ++c)
      scores[c] = numerics::dot(captions.subspan(i * dimension, dimension), audio.subspan(c * dimension, dimension));
    of_texts[i] = ranked(scores, std::span(&clip_of[i], 1));
  });
  team.run(clips, [&](std::size_t c, int) {
    if (captions_of[c].empty()) return;
    std::vector<double> scores(texts);
    for (std::size_t i = 0; i < texts; ++i)
      scores[i] = numerics::dot(captions.subspan(i * dimension, dimension), audio.subspan(c * dimension, dimension));
    of_clips[c] = ranked(scores, captions_of[c]);
  });

  // A clip without captions is an item for the captions of others and asks for nothing itself.
  std::vector<Ranked> asking;
  std::vector<std::vector<std::size_t>> texts_of_asking, self;
  for (std::size_t c = 0; c < clips; ++c) {
    if (captions_of[c].empty()) continue;
    self.push_back({asking.size()});
    asking.push_back(of_clips[c]);
    texts_of_asking.push_back(captions_of[c]);
  }
  return {figures(of_texts, texts_of_asking, clips), figures(asking, self, texts)};
}

}  // namespace hearken
