// One JSON object whose members are asked for by name and kind: how everything in JSON is read that others wrote.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/error.h"

namespace hearken {

/// A document. Throws Error(code) that begins with `place`, also for one nested deeper than `deepest` and for a number
/// that no double holds.
nlohmann::json parse_json(std::string_view text, std::string_view place, ErrorCode code, int deepest);

/// null for nothing.
inline nlohmann::json optional_json(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json();
}

/// A view that shares what it is a part of. Every error is Error(code) and names place, member and reason: "rows.jsonl:
/// line 3: embedding.starts: a list of numbers was expected". Members nobody asks for are passed over.
class JsonObject {
 public:
  /// Reads a document. Throws what parse_json() throws, and for one that is no object.
  static JsonObject parse(std::string_view text, const std::string& place, ErrorCode code, int deepest);

  /// `value` is an object; `place` is what errors begin with, up to a member's name: "config.json: audio_config.".
  JsonObject(std::shared_ptr<const nlohmann::json> value, std::string place, ErrorCode code)
      : value_(std::move(value)), place_(std::move(place)), code_(code) {}

  const nlohmann::json& value() const noexcept { return *value_; }

  /// Whether it is there and not null.
  bool has(std::string_view name) const;

  // Each throws when there is no such member, or another kind of it.
  const nlohmann::json& member(std::string_view name) const;
  const std::string& text(std::string_view name) const;
  const std::string& text(std::string_view name, std::size_t most_bytes) const;
  double number(std::string_view name) const;
  double number(std::string_view name, double least, double most) const;
  std::int64_t whole(std::string_view name, std::int64_t least,
                     std::int64_t most = std::numeric_limits<std::int64_t>::max()) const;
  bool boolean(std::string_view name) const;
  JsonObject object(std::string_view name) const;
  const nlohmann::json& list(std::string_view name, std::size_t most_entries) const;
  std::vector<double> numbers(std::string_view name, double least, double most) const;

  /// Throws "PLACE NAME: REASON".
  [[noreturn]] void fail(std::string_view name, std::string_view reason) const { fail(name, reason, code_); }
  [[noreturn]] void fail(std::string_view name, std::string_view reason, ErrorCode code) const;
  /// Throws "PLACE: REASON", of the object as a whole.
  [[noreturn]] void fail(std::string_view reason) const;

 private:
  std::string at(std::string_view name) const { return place_ + std::string(name); }

  std::shared_ptr<const nlohmann::json> value_;
  std::string place_;
  ErrorCode code_;
};

}  // namespace hearken
