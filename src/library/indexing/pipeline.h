// From files to vectors and to what is heard in them, on all cores: threads that decode, threads that embed, and the
// caller, who keeps the results.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "audio/decode/decode.h"
#include "core/hash.h"
#include "hearken/error.h"
#include "hearken/index.h"
#include "library/indexing/analysis.h"
#include "library/indexing/crawl.h"

namespace hearken::library {

/// What the pipeline needs of a model. The two functions are called from many threads at once.
struct WindowModel {
  int sample_rate_hz = 0;
  std::size_t window_samples = 0;
  std::size_t hop_samples = 0;
  std::size_t feature_count = 0;
  std::size_t dimension = 0;
  std::function<void(std::span<const float> samples, std::span<float> features)> features;
  /// Of any number of windows: features [windows, feature_count] -> unit vectors [windows, dimension], row-major. A
  /// window's vector must not depend on the others.
  std::function<void(std::span<const float> features, std::span<float> vectors)> embed;
};

/// A file's windows in order. The vectors are as they are stored, float16 [windows, dimension], row-major; or, with
/// Pipeline::exact, as the model gave them.
struct Embedded {
  Digest content{};
  FileState state;
  audio::Tags tags;
  double duration_seconds = 0;
  bool quick = false;                  // these are a few windows of many
  std::vector<double> starts_seconds;  // [windows]
  std::vector<std::uint16_t> vectors;
  std::vector<float> exact;            // instead of `vectors`
  std::string warning;                 // not empty when only a part could be decoded
  std::optional<SoundAnalysis> heard;  // when it was wanted
  /// Of each window, whether it is silent (kSilentFlag of window_flags.h, else 0). Nothing where nobody has listened:
  /// vectors from elsewhere.
  std::optional<std::vector<std::uint8_t>> silence;
};

/// The file's bytes are ones whose vectors somebody has, or is working on.
struct AlreadyStored {
  Digest content{};
  FileState state;
  std::optional<SoundAnalysis> heard;  // when it was wanted
  double duration_seconds = 0;         // of what was heard
};

struct Failed {
  ErrorCode code = ErrorCode::internal;
  std::string reason;    // without the path
  bool changed = false;  // the file was written to while it was read
};

/// A file to work on. Its number comes back with its result.
struct NextFile {
  std::size_t number = 0;
  std::string path;
};
/// The next file, if need be waited for; nothing at the end, and soon after `stopping` became true. Asked from many
/// threads at once.
using FileSource = std::function<std::optional<NextFile>(const std::function<bool()>& stopping)>;

struct Finished {
  std::size_t file = 0;  // its number; an index into the files
  std::variant<Embedded, AlreadyStored, Failed> result;
};

/// What is to be made of a file. Without vectors it becomes AlreadyStored.
struct Wanted {
  bool vectors = true;
  bool heard = false;
};

struct PipelineState {
  double audio_seconds = 0;     // embedded, or heard only, so far; unfinished files included
  std::int64_t files_open = 0;  // begun and not handed on
  std::string current;          // the path opened last
};

struct Pipeline {
  int threads = 1;     // this many embed; as many at most decode
  bool exact = false;  // vectors as float32
  bool quick = false;  // of files with many windows only a few (audio/excerpts.h)
  const std::atomic<bool>* cancel = nullptr;
  /// Asked from many threads, once per file, with its bytes' digest. Without it vectors are wanted of every file.
  std::function<Wanted(const Digest&)> wanted;
  /// Called on the calling thread with the files that are done, in the order they became so; what it throws stops the
  /// run and comes out of run_pipeline.
  std::function<void(std::span<Finished>)> finished;
  /// Called on the calling thread some ten times a second.
  std::function<void(const PipelineState&)> tick;
};

/// A tick that tells `told`, if there is one, how far a run is that began at `began` seconds; the files of `progress`
/// are counted by others. Both must outlive it.
std::function<void(const PipelineState&)> progress_tick(const std::function<void(const IndexProgress&)>& told,
                                                        IndexProgress& progress, double began);

struct PipelineSeconds {
  double decode = 0, analysis = 0, features = 0, tower = 0;  // CPU, summed over the threads
};

/// Works through `files` (paths). Returns when every file was handed to `finished`, or, cancelled, when those were that
/// had been finished. No thread outlives the call. Memory: some windows of samples for each thread that decodes, the
/// features of 2 · model::kWindowsAtOnce windows for each that embeds, and the vectors of open files.
PipelineSeconds run_pipeline(std::span<const std::string> files, const WindowModel& model, const Pipeline& options);
/// The same with files that become known as it goes on. What `files` throws ends the run and comes out.
PipelineSeconds run_pipeline(const FileSource& files, const WindowModel& model, const Pipeline& options);

}  // namespace hearken::library
