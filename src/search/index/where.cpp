// Parsing by recursive descent, and what a condition says of a track.
#include "search/index/where.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <system_error>
#include <tuple>
#include <utility>

#include "core/ascii.h"
#include "core/paths.h"
#include "core/text.h"
#include "text/tokenizer/fold.h"

namespace hearken::search {
namespace {

enum class ColumnKind { text, number, date };

constexpr std::array<std::string_view, kColumns> kNames = {"path",  "title",      "artist", "album", "genre",
                                                           "key",   "duration",   "added",  "id",    "loudness",
                                                           "tempo", "brightness", "tag"};
constexpr std::array<std::string_view, 7> kRelations = {"=", "!=", "<", "<=", ">", ">=", "~"};

std::string_view name(Column column) { return kNames[static_cast<std::size_t>(column)]; }

ColumnKind kind(Column column) {
  if (static_cast<std::size_t>(column) < kTextColumns || column == Column::tag) return ColumnKind::text;
  return column == Column::added ? ColumnKind::date : ColumnKind::number;
}

bool is_measured(Column column) {
  return column == Column::key || (column >= Column::loudness && column <= Column::brightness);
}
bool can_be_empty(Column column) { return kind(column) == ColumnKind::text || is_measured(column); }

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(first_code_point(text).length);
  return count;
}

// At most 40 characters of it, in quotes.
std::string quoted(std::string_view text) {
  std::size_t bytes = 0;
  for (int i = 0; i < 40 && bytes < text.size(); ++i) bytes += first_code_point(text.substr(bytes)).length;
  return "'" + display(text.substr(0, bytes)) + (bytes < text.size() ? "…'" : "'");
}

// "2024", "2024-05", "2024-05-31": all of it.
std::optional<std::pair<std::int64_t, std::int64_t>> dates(std::string_view text) {
  using std::chrono::day, std::chrono::month, std::chrono::months, std::chrono::year, std::chrono::years;
  const auto digits = [&](std::size_t begin, std::size_t count) {
    unsigned value = 0;
    const char* end = text.data() + begin + count;
    const auto [stop, error] = std::from_chars(text.data() + begin, end, value);
    return error == std::errc() && stop == end ? value : 0U;  // no part of a date is 0
  };
  const bool has_month = text.size() >= 7, has_day = text.size() == 10;
  if ((text.size() != 4 && text.size() != 7 && text.size() != 10) || (has_month && text[4] != '-') ||
      (has_day && text[7] != '-') || digits(0, 4) == 0)
    return std::nullopt;
  const std::chrono::year_month_day first(year(static_cast<int>(digits(0, 4))), month(has_month ? digits(5, 2) : 1),
                                          day(has_day ? digits(8, 2) : 1));
  if (!first.ok()) return std::nullopt;
  const std::chrono::sys_days begin(first);
  const std::chrono::sys_days end = has_day     ? begin + std::chrono::days(1)
                                    : has_month ? std::chrono::sys_days(first + months(1))
                                                : std::chrono::sys_days(first + years(1));
  const auto seconds = [](std::chrono::sys_days days) -> std::int64_t {
    return std::chrono::duration_cast<std::chrono::seconds>(days.time_since_epoch()).count();
  };
  return std::pair(seconds(begin), seconds(end));
}

struct Token {
  enum class Kind { word, text, number, symbol, other, end };
  Kind kind = Kind::end;
  std::size_t at = 0;       // bytes
  std::string_view source;  // as written
  std::string text;         // of words: in small letters; of text: without its quotes
  double number = 0;
};

bool in_word(char c) { return is_alphanumeric(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {
    if (text.size() > kLongestWhere)
      throw WhereError(0, fmt::format("{} bytes, {} are the most", text.size(), kLongestWhere));
    advance();
  }

  Where parse() {
    Where where = condition();
    if (token_.kind != Token::Kind::end) expected("'and', 'or' or the end");
    return where;
  }

 private:
  [[noreturn]] void fail(std::size_t byte, const std::string& reason) const {
    const std::size_t at = characters(text_.substr(0, byte)) + 1;
    throw WhereError(at, fmt::format("at {}: {}", at, reason));
  }
  [[noreturn]] void expected(const std::string& what) const {
    const bool end = token_.kind == Token::Kind::end;
    fail(token_.at, "expected " + what + ", found " +
                        (end ? "the end" : quoted(token_.kind == Token::Kind::text ? token_.text : token_.source)));
  }

  // ── tokens ──

  void advance() {
    while (at_ < text_.size() && (text_[at_] == ' ' || (text_[at_] >= '\t' && text_[at_] <= '\r'))) ++at_;
    token_ = Token{Token::Kind::end, at_, {}, {}, 0};
    if (at_ == text_.size()) return;
    const char c = text_[at_];
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (c == '\'' || c == '"') return read_text(c);
    if (is_digit(c) || (c == '.' && is_digit(next)) || (c == '-' && (is_digit(next) || next == '.')))
      return read_number();
    if (in_word(c)) {
      const std::size_t end = std::find_if_not(text_.begin() + offset(at_), text_.end(), in_word) - text_.begin();
      take(Token::Kind::word, end - at_);
      token_.text = text::fold_case(token_.source);
      return;
    }
    for (const std::string_view symbol : {"!=", "<=", ">=", "=", "<", ">", "~", "(", ")", ","}) {
      if (text_.substr(at_).starts_with(symbol)) return take(Token::Kind::symbol, symbol.size());
    }
    take(Token::Kind::other, 1);
  }

  static std::ptrdiff_t offset(std::size_t at) { return static_cast<std::ptrdiff_t>(at); }

  void take(Token::Kind kind, std::size_t bytes) {
    token_.kind = kind;
    token_.source = text_.substr(at_, bytes);
    at_ += bytes;
  }

  void read_text(char quote) {
    std::size_t at = at_ + 1;
    for (; at < text_.size() && text_[at] != quote; ++at) {
      if (text_[at] == '\\') {
        ++at;
        if (at < text_.size() && text_[at] != '\\' && text_[at] != '\'' && text_[at] != '"')
          fail(at - 1, "expected \\\\, \\' or \\\", found \\ before something else");
        if (at == text_.size()) break;
      }
      token_.text += text_[at];
    }
    if (at >= text_.size()) fail(at_, "the quote that opens here is not closed");
    take(Token::Kind::text, at + 1 - at_);
  }

  void read_number() {
    const char* begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), token_.number);
    std::size_t bytes = static_cast<std::size_t>(end - begin);
    const auto goes_on = [&] {
      const char c = at_ + bytes < text_.size() ? text_[at_ + bytes] : ' ';
      return in_word(c) || c == '-' || c == '.' || c == ':';
    };
    if (error != std::errc::invalid_argument && !goes_on()) {
      if (error != std::errc()) fail(at_, quoted({begin, bytes}) + " is out of range");
      return take(Token::Kind::number, bytes);
    }
    while (goes_on()) ++bytes;  // "2024-05-31", "4:30": none, and is shown whole
    take(Token::Kind::other, bytes);
  }

  bool is_word(std::string_view word) const { return token_.kind == Token::Kind::word && token_.text == word; }
  bool is_symbol(std::string_view symbol) const {
    return token_.kind == Token::Kind::symbol && token_.source == symbol;
  }
  bool skip_word(std::string_view word) {
    if (!is_word(word)) return false;
    advance();
    return true;
  }
  void skip_symbol(std::string_view symbol, const std::string& what) {
    if (!is_symbol(symbol)) expected(what);
    advance();
  }

  // ── the grammar ──

  Where condition() {
    return chain(Where::Kind::any, "or", [this] { return term(); });
  }
  Where term() {
    return chain(Where::Kind::all, "and", [this] { return factor(); });
  }

  template <class Part>
  Where chain(Where::Kind kind, std::string_view word, const Part& part) {
    Where first = part();
    if (!is_word(word)) return first;
    Where out;
    out.kind = kind;
    out.parts.push_back(std::move(first));
    while (skip_word(word)) out.parts.push_back(part());
    return out;
  }

  Where factor() {
    const std::size_t at = token_.at;
    const bool negated = is_word("not"), opened = is_symbol("(");
    if (!negated && !opened) return comparison();
    if (++depth_ > kDeepestWhere) fail(at, fmt::format("more than {} levels of 'not' and '('", kDeepestWhere));
    advance();
    Where out = negated ? negation(factor()) : condition();
    if (opened) skip_symbol(")", "'and', 'or' or ')'");
    --depth_;
    return out;
  }

  static Where negation(Where part) {
    Where out;
    out.kind = Where::Kind::negation;
    out.parts.push_back(std::move(part));
    return out;
  }

  Where comparison() {
    const auto column = std::find(kNames.begin(), kNames.end(), token_.text);
    if (token_.kind != Token::Kind::word || column == kNames.end())
      expected(fmt::format("a column ({}), 'not' or '('", fmt::join(kNames, ", ")));
    Where out;
    out.column = static_cast<Column>(column - kNames.begin());
    advance();
    const bool is_text = kind(out.column) == ColumnKind::text;
    if (can_be_empty(out.column) && skip_word("is")) {
      out.kind = Where::Kind::empty;
      const bool negated = skip_word("not");
      if (!skip_word("empty")) expected(negated ? "'empty'" : "'empty' or 'not empty'");
      return negated ? negation(std::move(out)) : out;
    }
    if (is_word("in") || is_word("not")) {
      out.kind = Where::Kind::in;
      const bool negated = skip_word("not");
      if (!skip_word("in")) expected("'in'");
      skip_symbol("(", "'('");
      out.values.push_back(value(out.column));
      while (is_symbol(",")) {
        advance();
        out.values.push_back(value(out.column));
      }
      skip_symbol(")", "',' or ')'");
      return negated ? negation(std::move(out)) : out;
    }
    const auto relation = std::find(kRelations.begin(), kRelations.end(), token_.source);
    if (token_.kind != Token::Kind::symbol || relation == kRelations.end() || (!is_text && *relation == "~"))
      expected(fmt::format("=, !=, <, <=, >, >={}{} or 'in' after {}", is_text ? ", ~" : "",
                           can_be_empty(out.column) ? ", 'is'" : "", name(out.column)));
    out.relation = static_cast<Relation>(relation - kRelations.begin());
    advance();
    out.values.push_back(value(out.column));
    return out;
  }

  Value value(Column column) {
    Value out;
    if (kind(column) == ColumnKind::number) {
      if (token_.kind != Token::Kind::number) expected("a number");
      out.number = token_.number;
    } else if (kind(column) == ColumnKind::text) {
      if (token_.kind != Token::Kind::text) expected("a value in quotes");
      out.text = token_.text;
      out.folded = text::fold_case(out.text);
    } else {
      const auto span = token_.kind == Token::Kind::text ? dates(token_.text) : std::nullopt;
      if (!span) expected("a date in quotes such as '2024', '2024-05' or '2024-05-31'");
      out.text = token_.text;
      std::tie(out.from, out.until) = *span;
    }
    advance();
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;  // behind token_
  Token token_;
  int depth_ = 0;
};

std::string printed(const Value& value, ColumnKind kind) {
  if (kind == ColumnKind::number) return fmt::format("{}", value.number);
  // The quotes that need fewer escapes.
  const char quote = std::ranges::count(value.text, '\'') > std::ranges::count(value.text, '"') ? '"' : '\'';
  std::string out(1, quote);
  for (const char c : value.text) {
    if (c == quote || c == '\\') out += '\\';
    out += c;
  }
  return out + quote;
}

template <class T>
bool holds(Relation relation, const T& have, const T& wanted) {
  switch (relation) {
    case Relation::equal: return have == wanted;
    case Relation::unequal: return have != wanted;
    case Relation::less: return have < wanted;
    case Relation::at_most: return have <= wanted;
    case Relation::greater: return have > wanted;
    case Relation::at_least: return have >= wanted;
    case Relation::contains: break;
  }
  return false;
}

bool holds_of_date(Relation relation, std::int64_t have, const Value& wanted) {
  // Where it lies: before the span, in it, behind it.
  return holds(relation, have < wanted.from ? -1 : have < wanted.until ? 0 : 1, 0);
}

bool is_empty(Column column, const TrackFields& track) {
  switch (column) {
    case Column::loudness: return !track.loudness;
    case Column::tempo: return !track.tempo;
    case Column::brightness: return !track.brightness;
    case Column::tag: return track.tags.empty();
    default: return track.folded[static_cast<std::size_t>(column)].empty();
  }
}

bool holds_of_text(Relation relation, const std::string& text, const Value& wanted) {
  if (relation == Relation::contains) return text.find(wanted.folded) != std::string::npos;
  return holds(relation, text, wanted.folded);
}

bool holds_of(Column column, Relation relation, const TrackFields& track, const Value& wanted) {
  if (is_measured(column) && is_empty(column, track)) return false;
  switch (column) {
    case Column::duration: return holds(relation, track.duration_seconds, wanted.number);
    case Column::id: return holds(relation, static_cast<double>(track.id), wanted.number);
    case Column::added: return holds_of_date(relation, track.added_at, wanted);
    case Column::loudness: return holds(relation, *track.loudness, wanted.number);
    case Column::tempo: return holds(relation, *track.tempo, wanted.number);
    case Column::brightness: return holds(relation, *track.brightness, wanted.number);
    default: break;
  }
  const auto text_holds = [&](const std::string& text) { return holds_of_text(relation, text, wanted); };
  if (column == Column::tag)
    return relation == Relation::unequal ? std::ranges::all_of(track.tags, text_holds)
                                         : std::ranges::any_of(track.tags, text_holds);
  return text_holds(track.folded[static_cast<std::size_t>(column)]);
}

}  // namespace

WhereError::WhereError(std::size_t at, const std::string& reason)
    : Error(ErrorCode::invalid_argument, "where: " + reason), at_(at), reason_(reason) {}

Where parse_where(std::string_view text) { return Parser(text).parse(); }

std::string to_string(const Where& where) {
  const auto part = [](const Where& inner, bool in_parentheses) {
    return in_parentheses ? "(" + to_string(inner) + ")" : to_string(inner);
  };
  const auto chain = [&](std::string_view word, auto in_parentheses) {
    std::string out;
    for (const Where& inner : where.parts)
      out += (out.empty() ? "" : std::string(word)) + part(inner, in_parentheses(inner));
    return out;
  };
  const std::string column(name(where.column));
  switch (where.kind) {
    case Where::Kind::compare:
      return column + " " + std::string(kRelations[static_cast<std::size_t>(where.relation)]) + " " +
             printed(where.values.at(0), kind(where.column));
    case Where::Kind::in: {
      std::string values;
      for (const Value& value : where.values)
        values += (values.empty() ? "" : ", ") + printed(value, kind(where.column));
      return column + " in (" + values + ")";
    }
    case Where::Kind::empty: return column + " is empty";
    case Where::Kind::negation:
      return "not " + part(where.parts.at(0),
                           where.parts[0].kind == Where::Kind::all || where.parts[0].kind == Where::Kind::any);
    case Where::Kind::all:
      return chain(" and ", [](const Where& w) { return w.kind == Where::Kind::all || w.kind == Where::Kind::any; });
    case Where::Kind::any: return chain(" or ", [](const Where& w) { return w.kind == Where::Kind::any; });
  }
  return {};
}

bool uses(const Where& where, Column column) {
  if (where.parts.empty()) return where.column == column;
  return std::ranges::any_of(where.parts, [&](const Where& part) { return uses(part, column); });
}

bool matches(const Where& where, const TrackFields& track) {
  const auto value_holds = [&](const Value& v) { return holds_of(where.column, where.relation, track, v); };
  const auto part_matches = [&](const Where& part) { return matches(part, track); };
  switch (where.kind) {
    case Where::Kind::compare:
    case Where::Kind::in: return std::ranges::any_of(where.values, value_holds);  // `in` is equal to any
    case Where::Kind::empty: return is_empty(where.column, track);
    case Where::Kind::negation: return !matches(where.parts.at(0), track);
    case Where::Kind::all: return std::ranges::all_of(where.parts, part_matches);
    case Where::Kind::any: return std::ranges::any_of(where.parts, part_matches);
  }
  return false;
}

}  // namespace hearken::search
