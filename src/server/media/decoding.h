// Sound decoded for a client: within what a request may take, and as long as somebody waits for it.
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

/// The file's mono samples, as audio::open_part() gives them. Opening and reading throw what that throws, with `name`
/// for the path; HttpError 413 and 504 at the limits, Error(cancelled).
std::unique_ptr<audio::SampleStream> decode_within(Decoding decoding);

/// A picture within the file.
struct Picture {
  std::string type;  // image/jpeg, image/png, image/webp, image/gif: by its first bytes
  std::string bytes;
};
/// Nothing when there is none, or it is none of these, or longer than 8 MiB, or the file is none that sound is read
/// from.
std::optional<Picture> picture_within(const std::filesystem::path& path);

/// By its first bytes; empty: none of those.
std::string picture_type(const std::string& bytes);

}  // namespace hearken::server
