// Which clips are for training and which for validation.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "hearken/error.h"
#include "train/data/pairs.h"
#include "train/random.h"

namespace hearken::train {
namespace {

using Places = std::vector<std::size_t>;

// The first `limit`, and of these the drawn ones.
Places chosen(std::size_t all, const SplitOptions& options) {
  const std::size_t first = options.limit == 0 ? all : std::min(all, options.limit);
  Places out = shuffled(first, Draws(options.seed, Purpose::limit));
  if (options.drawn > 0 && options.drawn < first) out.resize(options.drawn);
  std::sort(out.begin(), out.end());
  return out;
}

// Draws groups for validation as long as they fit; the rest is for training. Sets no side when one would be empty.
bool split_groups(const std::vector<TrainingClip>& clips, const Places& places, std::size_t for_validation, Draws draws,
                  ClipSplit& out) {
  std::map<std::pair<std::string, std::string>, std::size_t> numbers;
  std::vector<Places> groups;
  for (const std::size_t place : places) {
    const TrainingClip& clip = clips[place];
    const auto key = clip.group.empty() ? std::pair("", clip.path.native()) : std::pair(clip.group, std::string());
    const auto [at, is_new] = numbers.emplace(key, groups.size());
    if (is_new) groups.emplace_back();
    groups[at->second].push_back(place);
  }
  Places training, validation;
  for (const std::size_t g : shuffled(groups.size(), draws)) {
    Places& side = validation.size() + groups[g].size() <= for_validation ? validation : training;
    side.insert(side.end(), groups[g].begin(), groups[g].end());
  }
  if (validation.empty() || training.size() < 2) return false;
  out.training = std::move(training), out.validation = std::move(validation);
  return true;
}

}  // namespace

ClipSplit split_clips(const std::vector<TrainingClip>& clips, const SplitOptions& options) {
  if (!(options.training > 0 && options.training < 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("a share of {} for training: expected more than 0 and less than 1", options.training));
  ClipSplit out;
  Places places = chosen(clips.size(), options);
  const auto is = [&](const char* split) { return [&clips, split](std::size_t i) { return clips[i].split == split; }; };
  const std::size_t taken = places.size();
  if (options.own_split) std::erase_if(places, is("test"));
  if (places.size() < taken)
    out.remarks.push_back(fmt::format("{} clips of the test split are left alone", taken - places.size()));
  if (options.own_split && std::any_of(places.begin(), places.end(), is("validation"))) {
    std::partition_copy(places.begin(), places.end(), std::back_inserter(out.validation),
                        std::back_inserter(out.training), is("validation"));
  } else if (places.size() >= 3) {
    const auto n = static_cast<double>(places.size());
    const auto training =
        std::clamp<std::size_t>(static_cast<std::size_t>(std::lround(n * options.training)), 2, places.size() - 1);
    const Draws draws(options.seed, Purpose::split);
    if (!options.by_group || !split_groups(clips, places, places.size() - training, draws, out)) {
      if (options.by_group)
        out.remarks.emplace_back("too few recordings or artists to keep each on one side: clips are split one by one");
      for (const std::size_t at : shuffled(places.size(), draws))
        (out.training.size() < training ? out.training : out.validation).push_back(places[at]);
    }
  } else {
    out.training = places;
  }
  if (out.training.size() < 2 || out.validation.empty())
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{} clips to train on and {} to validate with; there must be at least two and one",
                            out.training.size(), out.validation.size()));
  std::sort(out.training.begin(), out.training.end());
  std::sort(out.validation.begin(), out.validation.end());
  return out;
}

}  // namespace hearken::train
