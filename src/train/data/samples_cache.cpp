// One file for a sound: "HKSOUND1", the rate as int64, then blocks of a float32 scale and up to 4096 int16.
#include "train/data/samples_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <functional>
#include <optional>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include "audio/decode/decode.h"
#include "core/environment.h"
#include "core/files/mapped_file.h"
#include "core/files/new_file.h"
#include "core/hash.h"
#include "core/paths.h"
#include "core/text.h"

namespace hearken::train {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "HKSOUND1", kEnding = ".sound";
constexpr std::size_t kBlock = 4096, kHeader = 16;
constexpr std::size_t kBlockBytes = sizeof(float) + kBlock * sizeof(std::int16_t);

struct Block {
  float scale = 0;
  std::size_t count = 0;
  std::int16_t values[kBlock];

  std::span<const std::byte> bytes_of_values() const { return std::as_bytes(std::span(values, count)); }
};

// A scale of 1/32768, the step of 16-bit files, or what a louder peak needs.
Block rounded(std::span<const float> samples) {
  Block out;
  out.count = samples.size();
  const auto [low, high] = std::minmax_element(samples.begin(), samples.end());
  const double peak = std::max(-static_cast<double>(*low), static_cast<double>(*high) * 32768 / 32767);
  out.scale = static_cast<float>(std::max(peak, 1.0) / 32768);
  for (std::size_t i = 0; i < samples.size(); ++i)
    out.values[i] = static_cast<std::int16_t>(std::clamp(std::lround(samples[i] / out.scale), -32768L, 32767L));
  return out;
}

// Decodes a file block by block; returns its length and warning.
std::pair<std::int64_t, std::string> decode(const fs::path& path, int rate_hz,
                                            const std::function<void(const Block&)>& take) {
  const auto stream = audio::open_samples(path, rate_hz);
  std::vector<float> samples(kBlock);
  std::int64_t all = 0;
  for (;;) {
    const std::size_t count = stream->read(samples);
    all += static_cast<std::int64_t>(count);
    if (count > 0) take(rounded(std::span(samples).first(count)));
    if (count < samples.size()) return {all, stream->warning()};
  }
}

// Samples in a sound's file of so many bytes; nothing when no such file is that long.
std::optional<std::int64_t> samples_in(std::uintmax_t bytes) {
  if (bytes < kHeader) return std::nullopt;
  const std::uintmax_t whole = (bytes - kHeader) / kBlockBytes, rest = (bytes - kHeader) % kBlockBytes;
  if (rest != 0 && (rest <= sizeof(float) || rest % 2 != 0)) return std::nullopt;
  return static_cast<std::int64_t>(whole * kBlock + (rest == 0 ? 0 : (rest - sizeof(float)) / 2));
}

std::string key_of(const fs::path& path, int rate_hz) {
  struct stat about{};
  if (::stat(path.c_str(), &about) != 0) throw os_error(path, "open", errno);
  Hasher hasher;
  hasher.update(fs::absolute(path).native());
  const std::int64_t numbers[] = {static_cast<std::int64_t>(about.st_size), about.st_mtim.tv_sec, about.st_mtim.tv_nsec,
                                  rate_hz};
  hasher.update(std::as_bytes(std::span(numbers)));
  return to_hex(hasher.digest());
}

}  // namespace

fs::path default_samples_folder() {
  const fs::path cache = environment("XDG_CACHE_HOME");
  return (cache.empty() ? user_home() / ".cache" : cache) / "hearken" / "audio";
}

SamplesCache::SamplesCache(fs::path folder, int sample_rate_hz, std::int64_t most_bytes)
    : folder_(std::move(folder)), sample_rate_hz_(sample_rate_hz), most_bytes_(most_bytes) {
  make_folders(folder_);
  std::error_code error;
  for (fs::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone;
    const std::string name = at->path().filename().native();
    if (const auto of = left_over_of(name); of && of->ends_with(kEnding)) fs::remove(at->path(), gone);
    if (!name.ends_with(kEnding)) continue;
    if (const std::uintmax_t size = at->file_size(gone); !gone) bytes_ += static_cast<std::int64_t>(size);
  }
  if (error) throw os_error(folder_, "read", error.value());
}

fs::path SamplesCache::place(const std::string& key) const { return folder_ / (key + std::string(kEnding)); }

CachedSound SamplesCache::add(const fs::path& path) {
  CachedSound sound{path, key_of(path, sample_rate_hz_), 0, {}};
  {
    // A sound that another thread is decoding is waited for.
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return !decoding_.contains(sound.key); });
    decoding_.insert(sound.key);
    known_.insert(sound.key);
  }
  struct Done {
    SamplesCache& cache;
    const std::string& key;
    ~Done() {
      std::lock_guard lock(cache.mutex_);
      cache.decoding_.erase(key);
      cache.done_.notify_all();
    }
  } const done{*this, sound.key};

  std::error_code absent;
  const std::uintmax_t bytes = fs::file_size(place(sound.key), absent);
  if (const auto samples = absent ? std::nullopt : samples_in(bytes)) {
    ::utimensat(AT_FDCWD, place(sound.key).c_str(), nullptr, 0);  // used now; where that fails it goes earlier
    sound.samples = *samples;
    return sound;
  }
  keep(sound);
  return sound;
}

// Decodes into a new file, which appears when there is room for it.
void SamplesCache::keep(CachedSound& sound) {
  std::optional<NewFile> file;
  std::int64_t written = 0;
  const auto write = [&](std::span<const std::byte> bytes) {
    if (!file) return;
    written += static_cast<std::int64_t>(bytes.size());
    if (written > most_bytes_) return file.reset(), say_no_room();
    try {
      file->write(bytes);
    } catch (const Error& error) {  // a full disk does not end the training
      file.reset();
      say(error.what());
    }
  };
  try {
    file.emplace(place(sound.key));
  } catch (const Error& error) {
    say(error.what());
  }
  const std::int64_t rate = sample_rate_hz_;
  write(std::as_bytes(std::span(kMagic)));
  write(std::as_bytes(std::span(&rate, 1)));
  std::tie(sound.samples, sound.warning) = decode(sound.path, sample_rate_hz_, [&](const Block& block) {
    write(std::as_bytes(std::span(&block.scale, 1)));
    write(block.bytes_of_values());
  });
  ++decoded_;
  if (!file || !make_room(written)) return;
  try {
    file->finish();
    file->appear();
  } catch (const Error& error) {
    std::lock_guard lock(mutex_);
    bytes_ -= written;
    note_ = error.what();
  }
}

// Whether so many bytes fit; they are counted then. The sounds used least recently go for them.
bool SamplesCache::make_room(std::int64_t bytes) {
  std::lock_guard lock(mutex_);
  if (bytes_ + bytes > most_bytes_) {
    std::vector<std::pair<fs::file_time_type, fs::path>> others;
    std::error_code error;
    for (fs::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
      const fs::path& path = at->path();
      std::error_code gone;
      if (path.extension() == kEnding && !known_.contains(path.stem().native()))
        if (const auto used = fs::last_write_time(path, gone); !gone) others.emplace_back(used, path);
    }
    std::sort(others.begin(), others.end());
    for (const auto& [used, path] : others) {
      if (bytes_ + bytes <= most_bytes_) break;
      std::error_code gone;
      const std::uintmax_t size = fs::file_size(path, gone);
      if (!gone && fs::remove(path, gone)) bytes_ -= static_cast<std::int64_t>(size);
    }
  }
  if (bytes_ + bytes > most_bytes_) {
    note_ = no_room();
    return false;
  }
  bytes_ += bytes;
  return true;
}

std::string SamplesCache::no_room() const {
  return fmt::format("{}: the sounds do not all fit into {:.1f} GB", display(folder_),
                     static_cast<double>(most_bytes_) / 1e9);
}

void SamplesCache::say(std::string why) {
  std::lock_guard lock(mutex_);
  note_ = std::move(why);
}
void SamplesCache::say_no_room() { say(no_room()); }

void SamplesCache::read(const CachedSound& sound, std::int64_t first, std::span<float> out) const {
  if (first < 0 || first + static_cast<std::int64_t>(out.size()) > sound.samples)
    throw Error(ErrorCode::invalid_argument, fmt::format("{}: has {} samples, not {} from {} on", display(sound.path),
                                                         sound.samples, out.size(), first));
  const std::int64_t end = first + static_cast<std::int64_t>(out.size());
  // Writes what of a block, which begins at sample `begin`, is asked for.
  const auto take = [&](std::int64_t begin, std::size_t count, float scale, const std::byte* values) {
    const std::int64_t from = std::max(first, begin), to = std::min(end, begin + static_cast<std::int64_t>(count));
    for (std::int64_t at = from; at < to; ++at) {
      std::int16_t value = 0;
      std::memcpy(&value, values + (at - begin) * 2, sizeof value);
      out[static_cast<std::size_t>(at - first)] = scale * static_cast<float>(value);
    }
  };
  std::optional<MappedFile> file;
  try {
    file.emplace(place(sound.key));
  } catch (const Error&) {  // it was not kept, or is gone
  }
  if (file && samples_in(file->bytes().size()) == sound.samples) {
    const std::span<const std::byte> blocks = file->bytes().subspan(kHeader);
    for (std::int64_t block = first / static_cast<std::int64_t>(kBlock);
         block * static_cast<std::int64_t>(kBlock) < end; ++block) {
      const std::size_t at = static_cast<std::size_t>(block) * kBlockBytes;
      const std::size_t count = std::min(kBlock, (blocks.size() - at - sizeof(float)) / 2);
      float scale = 0;
      std::memcpy(&scale, &blocks[at], sizeof scale);
      take(block * static_cast<std::int64_t>(kBlock), count, scale, &blocks[at + sizeof scale]);
    }
    return;
  }
  if (key_of(sound.path, sample_rate_hz_) != sound.key)
    throw Error(ErrorCode::mismatch, display(sound.path) + ": was changed while it was in use");
  std::int64_t begin = 0;
  decode(sound.path, sample_rate_hz_, [&](const Block& block) {
    take(begin, block.count, block.scale, block.bytes_of_values().data());
    begin += static_cast<std::int64_t>(block.count);
  });
  ++decoded_;
}

std::int64_t SamplesCache::bytes() const {
  std::lock_guard lock(mutex_);
  return bytes_;
}

std::string SamplesCache::note() const {
  std::lock_guard lock(mutex_);
  return note_;
}

}  // namespace hearken::train
