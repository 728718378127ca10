// Foreign sound decoded in a process of its own, under limits of the operating system: one that breaks the decoder
// costs its own request.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "audio/decode/decode.h"

namespace hearken::server {

struct Decoding {
  std::filesystem::path path;
  std::string name;  // what messages call it
  int sample_rate_hz = 0;
  double start_seconds = 0;
  double duration_seconds = 0;              // 0: to its end
  double most_seconds = 3600;               // more is refused
  int patience_seconds = 60;                // for all of it
  const std::atomic<bool>* gone = nullptr;  // when it turns true, nobody wants it any more
};

/// The file's mono samples, as audio::open_part() gives them. Reading throws what that throws, with `name` for the
/// path; Error(corrupt) when the decoder crashed, HttpError 413 and 504 at the limits, Error(cancelled). The process
/// ends with the object.
std::unique_ptr<audio::SampleStream> decode_elsewhere(const Decoding& decoding);

/// A picture within the file.
struct Picture {
  std::string type;  // image/jpeg, image/png, image/webp, image/gif: by its first bytes
  std::string bytes;
};
/// Nothing when there is none, or it is none of these, or longer than 8 MiB.
std::optional<Picture> picture_elsewhere(const std::filesystem::path& path);

/// By its first bytes; empty: none of those.
std::string picture_type(const std::string& bytes);

/// What runs in that process (`hearken sandbox …`): limits itself, decodes, writes to standard output. Exit status.
int decode_here(const std::string& what, const std::filesystem::path& path, int sample_rate_hz, double start_seconds,
                double duration_seconds);

}  // namespace hearken::server
