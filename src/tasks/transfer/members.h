// One JSON object whose members are asked for by name and kind: how import reads what others wrote.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/error.h"

namespace hearken::tasks {

inline constexpr std::size_t kLongestText = 8192;  // bytes of a text, unless it may be longer

/// Memory: some times the text's size. Members nobody asks for are passed over.
class Members {
 public:
  /// `place` is where the text stands, as errors begin: "rows.jsonl: line 3". Throws Error(corrupt).
  Members(std::string_view text, std::string place);

  /// "PLACE: NAME: EXPECTED was expected", to be thrown.
  Error wrong(const char* name, const char* expected) const;
  /// "PLACE: REASON", to be thrown.
  Error wrong(std::string_view reason) const;

  bool has(const char* name) const { return value_->contains(name); }
  bool has_text(const char* name) const;
  // The rest throw Error(corrupt) when the member is not there or is no such thing.
  const std::string& text(const char* name, std::size_t longest = kLongestText) const;
  double number(const char* name, double least, double most) const;
  std::vector<double> numbers(const char* name, double least, double most) const;
  std::int64_t whole(const char* name, std::int64_t least) const;
  Members object(const char* name) const;

 private:
  Members(std::shared_ptr<const nlohmann::json> value, std::string place);

  std::shared_ptr<const nlohmann::json> value_;  // what object() gave is a part of the whole
  std::string place_;
};

}  // namespace hearken::tasks
