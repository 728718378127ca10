// A stream that looks at the clock and at its client.
#include "server/media/decoding.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "audio/part.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "hearken/error.h"
#include "server/http/errors.h"

namespace hearken::server {
namespace {

class WatchedStream final : public audio::SampleStream {
 public:
  explicit WatchedStream(Decoding decoding)
      : decoding_(std::move(decoding)),
        deadline_(monotonic_seconds() + decoding_.patience_seconds),
        left_(static_cast<std::uint64_t>(decoding_.most_seconds * decoding_.sample_rate_hz)) {
    audio::SoundFile file = audio::SoundFile::open(decoding_.path);
    file.path = decoding_.name;
    part_ = audio::open_part(std::move(file), decoding_.sample_rate_hz, decoding_.start_seconds,
                             decoding_.duration_seconds, [this] { check(); });
  }

  std::size_t read(std::span<float> out) override {
    check();
    const std::size_t got = part_->read(out);
    if (got > left_) {
      throw HttpError(413, "too_large",
                      display(decoding_.name) + ": is longer than " +
                          std::to_string(static_cast<int>(decoding_.most_seconds)) + " s");
    }
    left_ -= got;
    return got;
  }
  int sample_rate_hz() const override { return part_->sample_rate_hz(); }
  const audio::Tags& tags() const override { return part_->tags(); }
  const std::string& warning() const override { return part_->warning(); }

 private:
  void check() const {
    if (decoding_.gone != nullptr && *decoding_.gone) throw Error(ErrorCode::cancelled, "nobody waits for it any more");
    if (monotonic_seconds() > deadline_) throw HttpError(504, "timeout", "decoding took too long");
  }

  const Decoding decoding_;
  const double deadline_;
  std::uint64_t left_;  // samples
  std::unique_ptr<audio::SampleStream> part_;
};

}  // namespace

std::unique_ptr<audio::SampleStream> decode_within(Decoding decoding) {
  return std::make_unique<WatchedStream>(std::move(decoding));
}

std::string picture_type(const std::string& bytes) {
  const std::string_view head = bytes;
  if (head.starts_with("\xFF\xD8\xFF")) return "image/jpeg";
  if (head.starts_with("\x89PNG\r\n\x1A\n")) return "image/png";
  if (head.starts_with("GIF8")) return "image/gif";
  if (head.starts_with("RIFF") && head.substr(0, 12).ends_with("WEBP")) return "image/webp";
  return {};
}

std::optional<Picture> picture_within(const std::filesystem::path& path) {
  try {
    std::string bytes = audio::read_cover(audio::SoundFile::open(path));
    std::string type = picture_type(bytes);
    if (type.empty()) return std::nullopt;
    return Picture{std::move(type), std::move(bytes)};
  } catch (const Error&) {  // one that lies beside it may do
    return std::nullopt;
  }
}

}  // namespace hearken::server
