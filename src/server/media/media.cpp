// Ranges, WAV headers, peaks.
#include "server/media/media.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "audio/decode/wave.h"
#include "audio/part.h"
#include "server/http/errors.h"
#include "server/state/track_files.h"

namespace hearken::server {
namespace {

struct Range {
  std::uint64_t first = 0, last = 0;  // both included
};

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Of "bytes=A-B", "bytes=A-" or "bytes=-N". Nothing for a header that is to be ignored (RFC 9110, 14.2).
std::optional<Range> range_of(std::string_view header, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit) || header.find(',') != std::string_view::npos) return std::nullopt;
  header.remove_prefix(kUnit.size());
  const std::size_t dash = header.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = number(header.substr(0, dash)), last = number(header.substr(dash + 1));
  const bool from_the_end = dash == 0;
  if (from_the_end ? !last : !first || (dash + 1 < header.size() && (!last || *last < *first))) return std::nullopt;
  const bool nothing = from_the_end ? *last == 0 || size == 0 : *first >= size;
  if (nothing) {
    throw HttpError(416, "invalid_argument", fmt::format("the file has {} bytes", size));
  }
  if (from_the_end) return Range{size - std::min(size, *last), size - 1};
  return Range{*first, last ? std::min(*last, size - 1) : size - 1};
}

// The part from `start` to `end`, for whoever asks.
Decoding decoding_of(const Request& request, const std::filesystem::path& path, const std::string& name, int rate_hz,
                     double start, double end) {
  Decoding out;
  out.path = path;
  out.name = name;
  out.sample_rate_hz = rate_hz;
  out.start_seconds = start;
  out.duration_seconds = end - start;
  out.gone = request.gone.get();
  return out;
}

// A picture that lies in the track's folder, as people and programs put it there.
std::optional<Picture> picture_beside(const Library& library, const Track& track) {
  constexpr std::uintmax_t kMost = 8 << 20;
  for (const char* name : {"cover", "folder", "front"}) {
    for (const char* ending : {".jpg", ".jpeg", ".png", ".webp"}) {
      const Descriptor file = open_beside(library, track, std::string(name) + ending);
      if (!file) continue;
      const std::filesystem::path again = path_of(file);
      std::error_code error;
      if (const auto size = std::filesystem::file_size(again, error); error || size > kMost) continue;
      std::ifstream bytes(again, std::ios::binary);
      Picture picture{{}, {std::istreambuf_iterator<char>(bytes), {}}};
      picture.type = picture_type(picture.bytes);
      if (!picture.type.empty()) return picture;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Picture> picture_of(const Library& library, const Track& track) {
  const Descriptor file = open_track(library, track);
  std::optional<Picture> picture = picture_within(path_of(file));
  return picture ? picture : picture_beside(library, track);
}

std::string sound_type(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string head(12, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  const std::string_view bytes = head;
  if (bytes.starts_with("RIFF")) return "audio/wav";
  if (bytes.starts_with("fLaC")) return "audio/flac";
  if (bytes.starts_with("OggS")) return "audio/ogg";
  if (bytes.substr(4).starts_with("ftyp")) return "audio/mp4";
  if (bytes.starts_with("\x1A\x45\xDF\xA3")) return "audio/webm";
  if (bytes.starts_with("ID3") || (bytes[0] == '\xFF' && (bytes[1] & '\xE0') == '\xE0')) return "audio/mpeg";
  return "application/octet-stream";
}

Response file_response(const Request& request, Descriptor file, std::string type) {
  struct stat s{};
  if (::fstat(file.number(), &s) != 0 || !S_ISREG(s.st_mode))
    throw HttpError(404, "not_found", "the file is not there at present");
  auto body = std::make_shared<FileBody>(FileBody{std::move(file), 0, 0});
  const auto size = static_cast<std::uint64_t>(s.st_size);
  const std::string tag = fmt::format("\"{:x}-{:x}-{:x}\"", s.st_ino, size,
                                      static_cast<std::int64_t>(s.st_mtim.tv_sec) * 1'000'000'000 + s.st_mtim.tv_nsec);
  Response out;
  out.type = std::move(type);
  out.with("ETag", tag).with("Accept-Ranges", "bytes").with("Cache-Control", "private, no-cache");
  if (request.header("if-none-match") == tag) {
    out.status = 304;
    return out;
  }
  body->length = size;
  const std::string_view condition = request.header("if-range");
  if (condition.empty() || condition == tag) {
    if (const auto range = range_of(request.header("range"), size)) {
      out.status = 206;
      out.with("Content-Range", fmt::format("bytes {}-{}/{}", range->first, range->last, size));
      body->offset = range->first;
      body->length = range->last - range->first + 1;
    }
  }
  out.file = std::move(body);
  return out;
}

Response excerpt_response(const Request& request, const std::filesystem::path& path, const std::string& name,
                          const Limits& limits) {
  constexpr int kRate = 44'100;
  constexpr double kLongest = 1e7;
  const json object = query_object(request, {});
  Reader reader(object);
  if (!reader.has("start")) reader.refuse("start", "is missing");
  if (!reader.has("end")) reader.refuse("end", "is missing");
  const double start = reader.number("start", 0, 0, kLongest), end = reader.number("end", 0, 0, kLongest);
  reader.done();
  if (!(end > start)) reader.refuse("end", "must be behind start");
  if (end - start > limits.excerpt_seconds)
    reader.refuse("end", fmt::format("an excerpt has at most {:g} s", limits.excerpt_seconds));
  Decoding decoding = decoding_of(request, path, name, kRate, start, end);
  decoding.most_seconds = limits.excerpt_seconds + 1;
  const auto stream = decode_within(decoding);
  std::vector<std::int16_t> samples;
  for (const float sample : audio::read_all(*stream))
    samples.push_back(static_cast<std::int16_t>(std::lround(std::clamp(sample, -1.0F, 1.0F) * 32767.0F)));
  Response out;
  out.type = "audio/wav";
  out.body = audio::wave_file(samples, kRate);
  out.with("Cache-Control", "private, max-age=3600");
  return out;
}

Response peaks_response(const Request& request, const std::filesystem::path& path, const std::string& name,
                        double duration_seconds, const Limits& limits) {
  constexpr int kRate = 8000;
  constexpr double kLongest = 1e7, kLongestDecoded = 6 * 3600;
  const json object = query_object(request, {});
  Reader reader(object);
  const auto count = static_cast<std::size_t>(reader.integer("count", 400, 1, 4096));
  const double start = reader.number("start", 0, 0, kLongest);
  const double end = std::min(reader.number("end", kLongest, 0, kLongest), duration_seconds);
  reader.done();
  if (!(end > start)) reader.refuse("start", "must be before end, and within the sound");
  Decoding decoding = decoding_of(request, path, name, kRate, start, end);
  decoding.most_seconds = kLongestDecoded;
  decoding.patience_seconds = limits.answer_seconds;
  const auto stream = decode_within(decoding);
  std::vector<float> peaks(count, 0.0F);
  const double each = std::max(1.0, (end - start) * kRate / static_cast<double>(count));
  std::vector<float> some(16384);
  std::size_t read = 0;
  for (std::size_t n = some.size(); n == some.size();) {
    n = stream->read(some);
    for (std::size_t i = 0; i < n; ++i, ++read) {
      float& peak = peaks[std::min(count - 1, static_cast<std::size_t>(static_cast<double>(read) / each))];
      peak = std::max(peak, std::fabs(some[i]));
    }
  }
  json list = json::array();
  for (const float peak : peaks) list.push_back(static_cast<int>(std::lround(std::min(1.0F, peak) * 255.0F)));
  return json_response({{"duration", duration_seconds}, {"start", start}, {"end", end}, {"peaks", std::move(list)}})
      .with("Cache-Control", "private, max-age=3600");
}

}  // namespace hearken::server
