// What a linear classifier makes of frozen vectors, fold by fold.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "core/numerics/multinomial.h"
#include "core/numerics/vectors.h"
#include "core/text.h"
#include "core/threads/team.h"
#include "core/threads/threads.h"
#include "eval/metrics.h"
#include "eval/rows.h"
#include "hearken/eval.h"

namespace hearken {
namespace {

bool is_test(std::string_view fold) {
  const std::string name = lower_ascii(fold);
  return name == "test" || name == "testing" || name == "evaluation" || name == "eval";
}

bool is_validation(std::string_view fold) {
  const std::string name = lower_ascii(fold);
  return name == "val" || name == "valid" || name == "validation";
}

struct Split {
  FoldFigure figure;
  std::vector<std::size_t> train, test;
};

std::vector<Split> splits_of(std::span<const std::string> folds) {
  const std::set<std::string> names(folds.begin(), folds.end());
  const bool fixed = std::any_of(names.begin(), names.end(), is_test);
  std::vector<Split> out;
  for (const std::string& name : names) {
    if (fixed && !is_test(name)) continue;
    Split split;
    split.figure.name = name;
    for (std::size_t i = 0; i < folds.size(); ++i) {
      if (folds[i] == name)
        split.test.push_back(i);
      else if (!fixed || (!is_test(folds[i]) && !is_validation(folds[i])))
        split.train.push_back(i);
    }
    split.figure.train = split.train.size(), split.figure.test = split.test.size();
    out.push_back(std::move(split));
  }
  return out;
}

std::vector<double> unit_rows(std::span<const float> rows, std::size_t dimension) {
  std::vector<double> out(rows.begin(), rows.end());
  for (std::size_t first = 0; first < out.size(); first += dimension) {
    const auto row = rows.subspan(first, dimension);
    const double length = std::sqrt(numerics::dot(row, row));
    for (std::size_t i = 0; i < dimension && length > 0; ++i) out[first + i] /= length;
  }
  return out;
}

}  // namespace

ProbeResult linear_probe(std::span<const float> audio, std::size_t dimension, std::span<const std::size_t> truth,
                         std::size_t classes, std::span<const std::string> folds, int threads) {
  const std::size_t clips = eval::row_count(audio, dimension, "clips");
  eval::check_places(truth, clips, classes, "clip", "class");
  if (folds.size() != clips) throw Error(ErrorCode::invalid_argument, "probe: not every clip has a fold");
  std::vector<Split> splits = splits_of(folds);
  for (const Split& split : splits) {
    std::set<std::size_t> seen;
    for (const std::size_t i : split.train) seen.insert(truth[i]);
    if (seen.size() < 2)
      throw Error(ErrorCode::invalid_argument,
                  "probe: fold '" + split.figure.name + "' leaves fewer than two classes to train on");
  }

  const std::vector<double> rows = unit_rows(audio, dimension);
  ProbeResult out;
  out.predicted.assign(clips, classes);
  const int workers = std::min(thread_count(threads), static_cast<int>(splits.size()));
  Team(workers).run(splits.size(), [&](std::size_t at, int) {
    Split& split = splits[at];
    std::vector<double> train;
    std::vector<std::size_t> labels;
    for (const std::size_t i : split.train) {
      train.insert(train.end(), &rows[i * dimension], &rows[i * dimension] + dimension);
      labels.push_back(truth[i]);
    }
    const numerics::Multinomial fitted = numerics::fit_multinomial(train, dimension, labels, classes, kProbeStrength);
    for (const std::size_t i : split.test) {
      out.predicted[i] = fitted.predict(std::span(&rows[i * dimension], dimension));
      split.figure.hits += out.predicted[i] == truth[i] ? 1U : 0U;
    }
  });

  std::size_t hits = 0, tested = 0;
  std::vector<double> accuracies;
  for (const Split& split : splits) {
    hits += split.figure.hits;
    tested += split.figure.test;
    accuracies.push_back(static_cast<double>(split.figure.hits) / static_cast<double>(split.figure.test));
    out.folds.push_back(split.figure);
  }
  const eval::Interval interval = eval::wilson(hits, tested);
  out.accuracy = {static_cast<double>(hits) / static_cast<double>(tested), interval.low, interval.high,
                  1 / static_cast<double>(classes)};
  out.deviation = eval::deviation(accuracies);
  return out;
}

std::vector<std::string> stratified_folds(std::span<const std::size_t> truth, std::size_t classes) {
  constexpr std::size_t kFolds = 5;
  std::mt19937 random(1);
  std::vector<std::string> out(truth.size());
  std::size_t next = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < truth.size(); ++i)
      if (truth[i] == c) members.push_back(i);
    for (std::size_t i = members.size(); i > 1; --i)
      std::swap(members[i - 1], members[static_cast<std::size_t>((std::uint64_t{random()} * i) >> 32)]);
    for (const std::size_t i : members) out[i] = std::to_string(next++ % kFolds + 1);
  }
  return out;
}

}  // namespace hearken
