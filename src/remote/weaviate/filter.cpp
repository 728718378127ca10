// Conditions translated one by one. A comparison holds only of what is there, so that negations are plain complements.
#include "remote/weaviate/filter.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "library/window_flags.h"
#include "remote/weaviate/object.h"

namespace hearken::remote::weaviate {
namespace {

using search::Column;
using search::Relation;
using search::Where;
using Operator = Filter::Operator;

// Of search::Column, in its order.
constexpr const char* kProperties[] = {"path",  "title",  "artist",   "album", "genre",      "key", "duration",
                                       "added", "number", "loudness", "tempo", "brightness", "tags"};
static_assert(std::size(kProperties) == search::kColumns);
const char* property_of(Column column) { return kProperties[static_cast<std::size_t>(column)]; }

bool is_integer(Column column) { return column == Column::added || column == Column::id; }
bool is_text(Column column) { return static_cast<std::size_t>(column) < search::kTextColumns || column == Column::tag; }

Filter leaf(const char* property, Operator op, Value value, bool integer = false) {
  Filter out;
  out.op = op;
  out.property = property;
  out.kind = integer ? Filter::Kind::integer : Filter::Kind::other;
  out.value = std::move(value);
  return out;
}

Filter joined(Operator op, std::vector<Filter> parts) {
  if (parts.size() == 1 && op != Operator::negation) return std::move(parts.front());
  Filter out;
  out.op = op;
  out.parts = std::move(parts);
  return out;
}

Filter negated(Filter filter) {
  std::vector<Filter> parts;
  parts.push_back(std::move(filter));
  return joined(Operator::negation, std::move(parts));
}

Filter both(Operator op, Filter a, Filter b) {
  std::vector<Filter> parts;
  parts.push_back(std::move(a));
  parts.push_back(std::move(b));
  return joined(op, std::move(parts));
}

Operator operator_of(Relation relation) {
  switch (relation) {
    case Relation::equal: return Operator::equal;
    case Relation::unequal: return Operator::not_equal;
    case Relation::less: return Operator::less;
    case Relation::at_most: return Operator::at_most;
    case Relation::greater: return Operator::greater;
    case Relation::at_least: return Operator::at_least;
    case Relation::contains: return Operator::like;
  }
  return Operator::equal;
}

Filter is_there(Column column) {
  const char* property = property_of(column);
  if (is_text(column)) return leaf(property, Operator::like, std::string("*"));
  return both(Operator::any, leaf(property, Operator::less, 0.0), leaf(property, Operator::at_least, 0.0));
}

Filter is_empty(Column column) {
  const bool in_every_object = is_text(column) && column != Column::key && column != Column::tag;
  return in_every_object ? leaf(property_of(column), Operator::equal, whole("")) : negated(is_there(column));
}

Filter text_holds(Column column, Relation relation, const search::Value& wanted) {
  const char* property = property_of(column);
  const std::string text = ordered(wanted.text);
  if (relation == Relation::contains)
    return leaf(property, Operator::like, text.empty() ? std::string("*") : "*" + text + "*");
  if (relation != Relation::unequal) return leaf(property, operator_of(relation), whole(text));
  Filter other = negated(leaf(property, Operator::equal, whole(text)));
  // Of the key, which may be unknown, nothing holds then; of no tags it holds that none is this.
  return column == Column::key ? both(Operator::all, is_there(column), std::move(other)) : other;
}

Filter number_holds(Column column, Relation relation, double wanted) {
  const char* property = property_of(column);
  const bool integer = is_integer(column);
  constexpr double kLargest = 9007199254740992;                                    // 2⁵³: no number is above it
  if (integer && (wanted != std::floor(wanted) || std::abs(wanted) > kLargest)) {  // between two integers
    if (relation == Relation::equal) return negated(is_there(Column::path));
    if (relation == Relation::unequal) return is_there(Column::path);
    const double below = std::clamp(std::floor(wanted), -kLargest, kLargest);
    const bool upwards = relation == Relation::greater || relation == Relation::at_least;
    return leaf(property, upwards ? Operator::greater : Operator::at_most, below, true);
  }
  if (relation == Relation::unequal)
    return both(Operator::any, leaf(property, Operator::less, wanted, integer),
                leaf(property, Operator::greater, wanted, integer));
  return leaf(property, operator_of(relation), wanted, integer);
}

Filter date_holds(Relation relation, const search::Value& wanted) {
  const auto bound = [](Operator op, std::int64_t at) { return leaf("added", op, static_cast<double>(at), true); };
  switch (relation) {
    case Relation::less: return bound(Operator::less, wanted.from);
    case Relation::at_most: return bound(Operator::less, wanted.until);
    case Relation::greater: return bound(Operator::at_least, wanted.until);
    case Relation::at_least: return bound(Operator::at_least, wanted.from);
    case Relation::unequal:
      return both(Operator::any, bound(Operator::less, wanted.from), bound(Operator::at_least, wanted.until));
    default: return both(Operator::all, bound(Operator::at_least, wanted.from), bound(Operator::less, wanted.until));
  }
}

Filter holds(Column column, Relation relation, const search::Value& wanted) {
  if (is_text(column)) return text_holds(column, relation, wanted);
  if (column == Column::added) return date_holds(relation, wanted);
  return number_holds(column, relation, plain_zero(wanted.number));
}

Filter filter_of(const Where& where) {
  std::vector<Filter> parts;
  switch (where.kind) {
    case Where::Kind::compare:
    case Where::Kind::in:
      for (const search::Value& value : where.values) parts.push_back(holds(where.column, where.relation, value));
      return joined(Operator::any, std::move(parts));
    case Where::Kind::empty: return is_empty(where.column);
    case Where::Kind::negation: return negated(filter_of(where.parts.at(0)));
    case Where::Kind::all:
    case Where::Kind::any: break;
  }
  for (const Where& part : where.parts) parts.push_back(filter_of(part));
  return joined(where.kind == Where::Kind::all ? Operator::all : Operator::any, std::move(parts));
}

Filter below(const std::string& folder) {
  const std::string path = escaped(folder);
  if (path == "/") return leaf("under", Operator::like, std::string("/*"));
  return both(Operator::any, leaf("under", Operator::equal, path + kLastMark),
              leaf("under", Operator::like, path + "/*"));
}

}  // namespace

std::optional<Filter> filter_of(const search::Scope& scope) {
  std::vector<Filter> parts;
  if (!scope.selection.under.empty()) parts.push_back(below(scope.selection.under.native()));
  if (scope.selection.where) parts.push_back(filter_of(*scope.selection.where));
  if (!scope.left_out.empty())
    parts.push_back(negated(leaf("number", Operator::contains_any,
                                 std::vector<double>(scope.left_out.begin(), scope.left_out.end()), true)));
  if (scope.only)
    parts.push_back(
        leaf("number", Operator::contains_any, std::vector<double>(scope.only->begin(), scope.only->end()), true));
  if (scope.unflagged) parts.push_back(leaf("flags", Operator::equal, 0.0, true));
  if (parts.empty()) return std::nullopt;
  return joined(Operator::all, std::move(parts));
}

// The flag of silence is the highest there is.
Filter heard(std::optional<Filter> condition) {
  Filter out = leaf("flags", Operator::less, static_cast<double>(library::kSilentFlag), true);
  return condition ? both(Operator::all, std::move(*condition), std::move(out)) : out;
}

Filter of_tracks(std::span<const std::int64_t> numbers) {
  Filter filter;
  filter.op = numbers.size() == 1 ? Filter::Operator::equal : Filter::Operator::contains_any;
  filter.property = "number";
  filter.kind = Filter::Kind::integer;
  if (numbers.size() == 1)
    filter.value = static_cast<double>(numbers.front());
  else
    filter.value = std::vector<double>(numbers.begin(), numbers.end());
  return filter;
}

}  // namespace hearken::remote::weaviate
