// Ids, texts and properties.
#include "remote/weaviate/object.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "core/numerics/vectors.h"
#include "core/percent.h"
#include "core/text.h"
#include "hearken/error.h"
#include "text/tokenizer/fold.h"

namespace hearken::remote::weaviate {
namespace {

constexpr char kFirstMark = '\x03', kControlMark = '\x02';

Uuid uuid_of(const Hasher& hasher) {
  Uuid id = hasher.digest();
  id[6] = static_cast<std::uint8_t>((id[6] & 0x0F) | 0x80);  // version 8
  id[8] = static_cast<std::uint8_t>((id[8] & 0x3F) | 0x80);  // variant of RFC 9562
  return id;
}

void add_text(std::vector<Property>& properties, const char* name, std::string_view text) {
  properties.push_back({name, whole(ordered(text))});
}

std::vector<Property> columns_of(const RemoteTrack& track, std::int64_t number) {
  std::vector<Property> out;
  add_text(out, "path", track.path.native());
  add_text(out, "title", track.title);
  add_text(out, "artist", track.artist);
  add_text(out, "album", track.album);
  add_text(out, "genre", track.genre);
  if (track.key) add_text(out, "key", *track.key);
  out.push_back({"duration", track.duration_seconds});
  out.push_back({"added", static_cast<double>(track.added_at)});
  out.push_back({"number", static_cast<double>(number)});
  if (track.loudness) out.push_back({"loudness", plain_zero(*track.loudness)});
  if (track.tempo) out.push_back({"tempo", plain_zero(*track.tempo)});
  if (track.brightness) out.push_back({"brightness", plain_zero(*track.brightness)});
  std::vector<std::string> tags;
  for (const std::string& tag : track.tags) tags.push_back(whole(ordered(tag)));
  if (!tags.empty()) out.push_back({"tags", std::move(tags)});
  out.push_back({"under", escaped(track.path.native()) + kLastMark});
  return out;
}

template <class T>
const T* value_of(const Found& object, std::string_view name) {
  return std::get_if<T>(object.property(name));
}

std::string text_of(const Found& object, std::string_view name) {
  const auto* text = value_of<std::string>(object, name);
  return text != nullptr ? unescaped(*text) : std::string();
}

std::optional<double> number_at(const Found& object, std::string_view name) {
  const auto* number = value_of<double>(object, name);
  return number != nullptr ? std::optional(*number) : std::nullopt;
}

Error bad_object(const Found& object, std::string_view what) {
  return Error(ErrorCode::corrupt, fmt::format("the engine's object {}: {}", to_string(object.id), what));
}

Digest content_of(const Found& object) {
  const auto* text = value_of<std::string>(object, "content");
  const auto bytes = text != nullptr ? from_hex(*text) : std::nullopt;
  Digest out{};
  if (!bytes || bytes->size() != out.size()) throw bad_object(object, "has no content hash");
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return out;
}

}  // namespace

Uuid track_id(const search::Space& space, const Digest& content, const std::filesystem::path& path) {
  Hasher hasher;
  hasher.update(fmt::format("hearken track 1\n{}\n{}\n{}\n", space.fingerprint, space.windowing.window_seconds,
                            space.windowing.hop_seconds));
  hasher.update(std::as_bytes(std::span(content)));
  hasher.update(path.native());
  return uuid_of(hasher);
}

Uuid window_id(const Uuid& track, double start_seconds) {
  Hasher hasher;
  hasher.update("hearken window 1\n");
  hasher.update(std::as_bytes(std::span(track)));
  hasher.update(std::as_bytes(std::span(&start_seconds, 1)));
  return uuid_of(hasher);
}

std::int64_t number_of(const Uuid& track) {
  std::int64_t number = 0;
  for (std::size_t i = 0; i < 6; ++i) number = number * 256 + track[i];
  return number * 16 + (track[6] & 0x0F);
}

std::string state_of(const RemoteTrack& track) {
  Hasher hasher;
  const auto add = [&](std::string_view text) {
    hasher.update(fmt::format("{}:", text.size()));
    hasher.update(text);
  };
  const auto number = [](const std::optional<double>& value) { return value ? fmt::format("{}", *value) : "-"; };
  for (const std::string* text : {&track.path.native(), &track.title, &track.artist, &track.album, &track.genre})
    add(*text);
  add(to_hex(track.content));
  add(fmt::format("{} {} {} {} {}", track.size, track.mtime_ns, track.duration_seconds, track.measured,
                  track.starts_seconds.size()));
  add(number(track.loudness) + " " + number(track.tempo) + " " + number(track.brightness));
  add(track.key ? "key " + *track.key : "-");
  for (const std::string& tag : track.tags) add(tag);
  add("flags");
  hasher.update(std::as_bytes(std::span(track.flags)));
  return to_hex(hasher.digest());
}

Object track_object(const search::Space& space, const RemoteTrack& track) {
  Object out;
  out.id = track_id(space, track.content, track.path);
  out.properties = columns_of(track, number_of(out.id));
  const auto add = [&](const char* name, Value value) { out.properties.push_back({name, std::move(value)}); };
  add("state", state_of(track));
  add("content", to_hex(track.content));
  add("size", static_cast<double>(track.size));
  add("mtime", std::to_string(track.mtime_ns));  // more than 53 bits
  add("measured", track.measured);
  add("windows", static_cast<double>(track.starts_seconds.size()));
  add("shown_title", escaped(track.title));
  add("shown_artist", escaped(track.artist));
  add("shown_album", escaped(track.album));
  add("shown_genre", escaped(track.genre));
  if (track.key) add("shown_key", escaped(*track.key));
  std::vector<std::string> tags;
  for (const std::string& tag : track.tags) tags.push_back(escaped(tag));
  if (!tags.empty()) add("shown_tags", std::move(tags));
  std::vector<float> direction = track.mean;
  numerics::scale_to_unit(direction, space.dimension);
  out.vectors = {{"mean", track.mean}, {"direction", std::move(direction)}};
  return out;
}

std::vector<Object> window_objects(const search::Space& space, const RemoteTrack& track) {
  const Uuid id = track_id(space, track.content, track.path);
  const std::vector<Property> columns = columns_of(track, number_of(id));
  std::vector<Object> out(track.starts_seconds.size());
  for (std::size_t w = 0; w < out.size(); ++w) {
    out[w].id = window_id(id, track.starts_seconds[w]);
    out[w].properties = columns;
    out[w].properties.push_back({"start", track.starts_seconds[w]});
    out[w].properties.push_back({"flags", static_cast<double>(track.flags.empty() ? 0 : track.flags[w])});
    const auto row = std::span(track.vectors).subspan(w * space.dimension, space.dimension);
    out[w].vectors = {{"", {row.begin(), row.end()}}};
  }
  return out;
}

RemoteTrack track_of(const Found& object) {
  RemoteTrack out;
  const auto* under = value_of<std::string>(object, "under");
  if (under == nullptr || under->empty() || under->back() != kLastMark) throw bad_object(object, "has no path");
  out.path = unescaped(std::string_view(*under).substr(0, under->size() - 1));
  out.content = content_of(object);
  const auto whole_number = [&](std::string_view name) {
    const std::optional<double> number = number_at(object, name);
    if (!number || !(*number >= 0) || *number > 9e15) throw bad_object(object, fmt::format("has no {}", name));
    return static_cast<std::int64_t>(*number);
  };
  out.size = whole_number("size");
  out.added_at = whole_number("added");
  const auto* mtime = value_of<std::string>(object, "mtime");
  out.mtime_ns = mtime != nullptr ? std::strtoll(mtime->c_str(), nullptr, 10) : 0;
  out.duration_seconds = number_at(object, "duration").value_or(0);
  out.title = text_of(object, "shown_title");
  out.artist = text_of(object, "shown_artist");
  out.album = text_of(object, "shown_album");
  out.genre = text_of(object, "shown_genre");
  const auto* measured = value_of<bool>(object, "measured");
  out.measured = measured != nullptr && *measured;
  out.loudness = number_at(object, "loudness");
  out.tempo = number_at(object, "tempo");
  out.brightness = number_at(object, "brightness");
  if (value_of<std::string>(object, "shown_key") != nullptr) out.key = text_of(object, "shown_key");
  if (const auto* tags = value_of<std::vector<std::string>>(object, "shown_tags"); tags != nullptr)
    for (const std::string& tag : *tags) out.tags.push_back(unescaped(tag));
  return out;
}

const std::vector<std::string>& track_properties() {
  static const std::vector<std::string> names = {
      "under",       "content",      "size",        "mtime",       "added",     "duration",
      "measured",    "loudness",     "tempo",       "brightness",  "windows",   "number",
      "shown_title", "shown_artist", "shown_album", "shown_genre", "shown_key", "shown_tags"};
  return names;
}

std::string escaped(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const CodePoint next = first_code_point(bytes);
    const auto byte = static_cast<unsigned char>(bytes.front());
    if (!next.well_formed || byte < 0x20 || byte == '%' || byte == '*' || byte == '?')
      out += percent_encoded(bytes.substr(0, 1), "");
    else
      out += bytes.substr(0, next.length);
    bytes.remove_prefix(next.length);
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::optional<char> byte = percent_decoded_first(text);
    out += byte.value_or(text.front());
    text.remove_prefix(byte ? 3 : 1);
  }
  return out;
}

// The wildcards are written as their neighbours with a mark behind, and so are these, which keeps the order:
// ) < * < + < , becomes ) < +1 < +2 < ,
// Control characters are a mark and two digits that are none of the text's characters nor a line's end, which the
// engine's wildcards stop at. Bytes of no character are the last code points, and who writes those is taken by bytes.
std::string ordered(std::string_view text) {
  constexpr unsigned char kFirstDigit = 0x0E;
  constexpr std::uint32_t kFirstByte = 0x10FF00;  // 0x80 is U+10FF80
  const std::string folded = text::fold_case(text);
  std::string out;
  for (std::string_view rest = folded; !rest.empty();) {
    const CodePoint next = first_code_point(rest);
    const bool character = next.well_formed && next.value < kFirstByte + 0x80;
    const auto byte = static_cast<unsigned char>(rest.front());
    if (byte == '*' || byte == '+')
      out += byte == '*' ? "+\x01" : "+\x02";
    else if (byte == '?' || byte == '@')
      out += byte == '?' ? "@\x01" : "@\x02";
    else if (byte < 0x20)
      out += {kControlMark, static_cast<char>(kFirstDigit + byte / 8), static_cast<char>(kFirstDigit + byte % 8)};
    else if (character)
      out += rest.substr(0, next.length);
    else
      out += {'\xF4', '\x8F', static_cast<char>(0xBC + byte / 64), static_cast<char>(0x80 + byte % 64)};
    rest.remove_prefix(character ? next.length : 1);
  }
  return out;
}

double plain_zero(double number) { return number + 0.0; }

std::string whole(std::string_view ordered_text) { return kFirstMark + std::string(ordered_text) + kLastMark; }

}  // namespace hearken::remote::weaviate
