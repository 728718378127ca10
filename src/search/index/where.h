// The language of `--where`: conditions on what the catalogue holds about a track. docs/FIND.md describes it.
//
//   condition  = term {"or" term}         term = factor {"and" factor}
//   factor     = "not" factor | "(" condition ")" | comparison
//   comparison = column ("=" | "!=" | "<" | "<=" | ">" | ">=" | "~") value
//              | column ["not"] "in" "(" value {"," value} ")"
//              | column "is" ["not"] "empty"          of text and of what is measured
//   column     = "path" | "title" | "artist" | "album" | "genre" | "key" | "duration" | "added" | "id"
//              | "loudness" | "tempo" | "brightness" | "tag"
//   value      = number | text in '…' or "…", where \ stands before \, ' and "
//
// Words may be in any case. Text is compared as text::fold_case() makes it, by bytes; `~` finds it anywhere in the
// column. What was not measured of a track is empty: no comparison holds of it. A track may have several tags: a
// comparison holds when it holds of one of them, `!=` when it holds of all. A date is text: "2024", "2024-05" or
// "2024-05-31" is all of that year, month or day in UTC; before it is less, behind it more. A condition is a tree that
// is asked about each track: nothing of it becomes SQL.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/error.h"

namespace hearken::search {

enum class Column { path, title, artist, album, genre, key, duration, added, id, loudness, tempo, brightness, tag };
inline constexpr std::size_t kColumns = 13;
inline constexpr std::size_t kTextColumns = 6;  // the first ones; then numbers, a date, and tags, which are texts

enum class Relation { equal, unequal, less, at_most, greater, at_least, contains };

/// What the column's kind has of it; the rest is empty.
struct Value {
  std::string text;                  // of text and dates, as written
  std::string folded;                // of text
  double number = 0;                 // of numbers
  std::int64_t from = 0, until = 0;  // of dates: Unix seconds, `until` excluded

  bool operator==(const Value&) const = default;
};

struct Where {
  enum class Kind { compare, in, empty, negation, all, any };
  Kind kind = Kind::compare;
  Column column = Column::path;         // of compare, in, empty
  Relation relation = Relation::equal;  // of compare
  std::vector<Value> values;            // one of compare, one or more of in
  std::vector<Where> parts;             // one of negation, two or more of all and any

  bool operator==(const Where&) const = default;
};

inline constexpr std::size_t kLongestWhere = 16384;  // bytes
inline constexpr int kDeepestWhere = 64;             // parentheses and nots within each other

/// "where: at 9: expected a number, found 'and'". `at` counts characters from 1; 0: the text as a whole.
class WhereError : public Error {
 public:
  WhereError(std::size_t at, const std::string& reason);
  std::size_t at() const noexcept { return at_; }
  const std::string& reason() const noexcept { return reason_; }  // "at 9: …"

 private:
  std::size_t at_;
  std::string reason_;
};

/// Any bytes. Throws WhereError (invalid_argument).
Where parse_where(std::string_view text);

/// Parses to an equal tree.
std::string to_string(const Where& where);

bool uses(const Where& where, Column column);

/// Of one track. What the condition does not use may be left empty.
struct TrackFields {
  std::array<std::string, kTextColumns> folded;  // in the columns' order
  double duration_seconds = 0;
  std::int64_t added_at = 0;  // Unix seconds
  std::int64_t id = 0;
  std::optional<double> loudness, tempo, brightness;
  std::vector<std::string> tags;  // folded
};
bool matches(const Where& where, const TrackFields& track);

}  // namespace hearken::search
