// Rows of vectors to bytes, and bytes to rows.
#include "tasks/transfer/stream_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <istream>
#include <utility>
#include <vector>

#include "core/paths.h"
#include "core/text.h"

namespace hearken::tasks {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

static_assert(std::endian::native == std::endian::little, "records hold little-endian numbers");
constexpr std::string_view kMark = "HKNV";

struct RecordSizes {
  std::uint32_t object = 0;
  std::uint64_t vectors = 0;
};

std::string dumped(const ordered_json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

std::string_view bytes_of(std::span<const float> vectors) {
  return {reinterpret_cast<const char*>(vectors.data()), vectors.size_bytes()};
}

std::string record(std::string_view object, std::string_view vectors) {
  const auto object_bytes = static_cast<std::uint32_t>(object.size());
  const std::uint64_t vector_bytes = vectors.size();
  std::string out(kMark);
  out.append(reinterpret_cast<const char*>(&object_bytes), sizeof object_bytes);
  out.append(reinterpret_cast<const char*>(&vector_bytes), sizeof vector_bytes);
  return out.append(object).append(vectors);
}

// The name of the code, as rows of errors have it.
ErrorCode code_named(std::string_view name) {
  for (int code = 0; code < static_cast<int>(ErrorCode::internal); ++code)
    if (to_string(static_cast<ErrorCode>(code)) == name) return static_cast<ErrorCode>(code);
  return ErrorCode::internal;
}

// What a row without the vectors of a file is about.
std::string subject(const JsonObject& row, const std::string& place) {
  for (const char* name : {"path", "url", "text"})
    if (row.has(name) && row.member(name).is_string()) return row.text(name, kLongestStreamRow);
  return place;
}

FileNote note_of(const JsonObject& row, const std::string& place) {
  if (row.has("error")) {
    const JsonObject error = row.object("error");
    return {subject(row, place), code_named(error.text("code", kLongestText)),
            display(error.text("message", kLongestStreamRow))};
  }
  const bool sound = row.object("embedding").has("content_hash");
  return {subject(row, place), ErrorCode::unsupported,
          sound ? "came by http; a library holds files" : "is a text; a library holds sounds"};
}

std::vector<float> floats(std::string_view bytes, std::size_t count, const JsonObject& embedding) {
  if (count == 0) embedding.fail("starts", "at least one window was expected");
  if (bytes.size() % sizeof(float) != 0 || bytes.size() / sizeof(float) / count == 0 ||
      bytes.size() != count * (bytes.size() / count))
    embedding.fail("vectors", "one for each window was expected");
  std::vector<float> out(bytes.size() / sizeof(float));
  std::memcpy(out.data(), bytes.data(), bytes.size());
  return out;
}

void check_windows(const StreamRow& row, const JsonObject& embedding) {
  const std::vector<double>& starts = row.track.starts_seconds;
  const Windowing& windowing = row.origin.windowing;
  if (row.track.vectors.size() != starts.size() * row.origin.dimension)
    embedding.fail("vectors", "a number of each dimension for each window was expected");
  std::optional<double> before;
  for (std::size_t w = 0; w < starts.size(); before = starts[w++]) {
    if (const auto reason = wrong_start(before, starts[w], windowing)) embedding.fail(*reason);
    const auto vector = std::span(row.track.vectors).subspan(w * row.origin.dimension, row.origin.dimension);
    if (const auto reason = wrong_length(vector)) embedding.fail(fmt::format("window {} {}", w, *reason));
  }
  if (const auto reason = wrong_end(row.track.track, starts.back(), windowing)) embedding.fail(*reason);
}

}  // namespace

std::string vectors_row(std::string_view carried, const ordered_json& embedding, std::span<const float> vectors,
                        bool records) {
  std::string object = std::string(carried) + "\"embedding\":" + dumped(embedding);
  if (records) return record(object + '}', bytes_of(vectors));
  object.pop_back();
  return object + ",\"vectors\":\"" + to_base64(bytes_of(vectors)) + "\"}}\n";
}

std::string error_row(std::string_view carried, ErrorCode code, std::string_view message, bool records) {
  const ordered_json error{{"code", to_string(code)}, {"message", message}};
  const std::string object = std::string(carried) + "\"error\":" + dumped(error) + '}';
  return records ? record(object, {}) : object + '\n';
}

StreamRows::StreamRows(std::istream& in, std::filesystem::path shown) : in_(in), shown_(std::move(shown)) {}

std::string StreamRows::place() const {
  return fmt::format("{}: {} {}", display(shown_), record_ ? "record" : "line", number_);
}

// Goes to the first byte of a row; false at the end.
bool StreamRows::find_row() {
  for (;;) {
    const int c = in_.peek();
    if (c == std::istream::traits_type::eof()) {
      if (in_.bad()) throw os_error(shown_, "read", EIO);
      return false;
    }
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
      record_ = c == kMark[0];
      ++number_;
      return true;
    }
    if (in_.get() == '\n') ++number_;  // a line with nothing in it
  }
}

std::string StreamRows::read_line() {
  std::string line;
  char block[1 << 16];
  for (;;) {
    in_.getline(block, sizeof block);
    const auto count = static_cast<std::size_t>(in_.gcount());
    if (in_.bad()) throw os_error(shown_, "read", EIO);
    const bool cut = in_.fail() && !in_.eof() && count + 1 == sizeof block;  // the line goes on
    line.append(block, cut || in_.eof() ? count : count - 1);
    if (line.size() > kLongestStreamRow) throw Error(ErrorCode::corrupt, place() + ": is too long");
    if (!cut) return line;
    in_.clear();
  }
}

// In blocks: a record may claim more than there is.
std::string StreamRows::read_bytes(std::size_t count) {
  constexpr std::size_t kBlock = 1 << 20;
  std::string out;
  while (out.size() < count) {
    const std::size_t done = out.size();
    out.resize(std::min(count, done + kBlock));
    in_.read(out.data() + done, static_cast<std::streamsize>(out.size() - done));
    if (in_.bad()) throw os_error(shown_, "read", EIO);
    if (static_cast<std::size_t>(in_.gcount()) != out.size() - done)
      throw Error(ErrorCode::corrupt, place() + ": ends early");
  }
  return out;
}

std::optional<std::variant<StreamRow, FileNote>> StreamRows::next() {
  if (!find_row()) return std::nullopt;
  std::string text, bytes;
  if (record_) {
    if (read_bytes(kMark.size()) != kMark) throw Error(ErrorCode::corrupt, place() + ": is neither JSON nor a record");
    RecordSizes sizes;
    std::memcpy(&sizes.object, read_bytes(sizeof sizes.object).data(), sizeof sizes.object);
    std::memcpy(&sizes.vectors, read_bytes(sizeof sizes.vectors).data(), sizeof sizes.vectors);
    if (sizes.object > kLongestStreamRow || sizes.vectors > kLongestStreamRow)
      throw Error(ErrorCode::corrupt, place() + ": is too long");
    text = read_bytes(sizes.object);
    bytes = read_bytes(sizes.vectors);
  } else {
    text = read_line();
  }
  const JsonObject row = row_object(text, place());
  text = {};
  if (row.has("error") || !row.object("embedding").has("path")) return note_of(row, place());
  const JsonObject embedding = row.object("embedding");
  if (!record_) {
    auto decoded = from_base64(embedding.text("vectors", kLongestStreamRow));
    if (!decoded) embedding.fail("vectors", "base64 was expected");
    bytes = std::move(*decoded);
  }
  StreamRow out{parse_origin(embedding), {parse_track(embedding), embedding.numbers("starts", 0, kLongestSeconds), {}}};
  out.track.vectors = floats(bytes, out.track.starts_seconds.size(), embedding);
  check_windows(out, embedding);
  return out;
}

}  // namespace hearken::tasks
