// Decoding everything once before training begins.
#include <fmt/format.h>

#include <cmath>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "core/hash.h"
#include "core/paths.h"
#include "core/text.h"
#include "core/threads/team.h"
#include "core/threads/threads.h"
#include "train/data/loader.h"

namespace hearken::train {
namespace {

// The part of the sound that is meant, in samples; says why when there is none.
std::string take_part(const TrainingClip& clip, int rate_hz, PreparedClip& out) {
  const auto samples = [&](double seconds) {
    return seconds < 1e12 / rate_hz ? std::llround(seconds * rate_hz) : std::int64_t{1} << 40;
  };
  if (!(clip.start_s >= 0) || !(clip.duration_s >= 0))
    return fmt::format("{}: {} s from {} s on is no part of it", display(clip.path), clip.duration_s, clip.start_s);
  const double length_s = static_cast<double>(out.sound.samples) / rate_hz;
  out.first = samples(clip.start_s);
  if (out.first >= out.sound.samples)
    return fmt::format("{}: ends after {:.3f} s, before the clip at {:.3f} s", display(clip.path), length_s,
                       clip.start_s);
  out.samples = out.sound.samples - out.first;
  if (clip.duration_s > 0) out.samples = std::min(out.samples, std::max<std::int64_t>(1, samples(clip.duration_s)));
  return {};
}

}  // namespace

PreparedClips prepare_clips(std::vector<TrainingClip> clips, SamplesCache& cache, int threads,
                            const std::function<void(std::size_t, std::size_t)>& progress) {
  struct File {
    CachedSound sound;
    std::string failure;
  };
  std::map<std::filesystem::path, File> files;
  for (const TrainingClip& clip : clips) files[clip.path];
  std::vector<std::pair<const std::filesystem::path, File>*> list;
  for (auto& file : files) list.push_back(&file);
  std::mutex mutex;
  std::size_t done = 0;
  Team(thread_count(threads)).run(list.size(), [&](std::size_t i, int) {
    auto& [path, file] = *list[i];
    try {
      file.sound = cache.add(path);
      if (file.sound.samples == 0) file.failure = display(path) + ": holds no sound";
    } catch (const Error& error) {
      file.failure = error.what();
    }
    const std::lock_guard lock(mutex);
    ++done;
    if (progress) progress(done, list.size());
  });
  PreparedClips out;
  std::set<std::filesystem::path> said;
  for (TrainingClip& clip : clips) {
    const File& file = files[clip.path];
    const bool first = said.insert(clip.path).second;
    if (!file.failure.empty()) {
      if (first) out.remarks.push_back(file.failure);
      continue;
    }
    if (first && !file.sound.warning.empty()) out.remarks.push_back(display(clip.path) + ": " + file.sound.warning);
    PreparedClip prepared{{}, file.sound, 0, 0};
    if (std::string why = take_part(clip, cache.sample_rate_hz(), prepared); !why.empty()) {
      out.remarks.push_back(std::move(why));
      continue;
    }
    prepared.clip = std::move(clip);
    out.clips.push_back(std::move(prepared));
  }
  return out;
}

std::string fingerprint(std::span<const PreparedClip> clips) {
  Hasher hasher;
  const auto add = [&](std::string_view text) {
    const std::uint64_t size = text.size();  // so that no two lists of texts are fed alike
    hasher.update(std::as_bytes(std::span(&size, 1)));
    hasher.update(text);
  };
  for (const PreparedClip& clip : clips) {
    const std::int64_t part[] = {clip.first, clip.samples, static_cast<std::int64_t>(clip.clip.captions.size())};
    add(clip.sound.key);
    hasher.update(std::as_bytes(std::span(part)));
    for (const std::string& caption : clip.clip.captions) add(caption);
  }
  return to_hex(hasher.digest());
}

}  // namespace hearken::train
