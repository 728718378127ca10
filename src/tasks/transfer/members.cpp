// Members, on nlohmann's parser.
#include "tasks/transfer/members.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

namespace hearken::tasks {

using nlohmann::json;

namespace {

constexpr int kDeepestJson = 16;

}  // namespace

Members::Members(std::string_view text, std::string place) : place_(std::move(place)) {
  try {
    value_ = std::make_shared<const json>(json::parse(text, [&](int depth, json::parse_event_t, json&) {
      if (depth > kDeepestJson) throw wrong("is nested too deeply");
      return true;
    }));
  } catch (const json::parse_error&) {
    throw wrong("is not JSON");
  } catch (const json::out_of_range&) {
    throw wrong("has a number in it that is too large");
  }
  if (!value_->is_object()) throw wrong("is not a JSON object");
}

Members::Members(std::shared_ptr<const json> value, std::string place)
    : value_(std::move(value)), place_(std::move(place)) {}

Error Members::wrong(const char* name, const char* expected) const {
  return wrong(fmt::format("{}: {} was expected", name, expected));
}

Error Members::wrong(std::string_view reason) const {
  return Error(ErrorCode::corrupt, fmt::format("{}: {}", place_, reason));
}

bool Members::has_text(const char* name) const {
  const auto at = value_->find(name);
  return at != value_->end() && at->is_string();
}

const std::string& Members::text(const char* name, std::size_t longest) const {
  const auto at = value_->find(name);
  if (at == value_->end() || !at->is_string()) throw wrong(name, "a text");
  const auto& found = at->get_ref<const std::string&>();
  if (found.size() > longest) throw wrong(name, "a shorter text");
  return found;
}

double Members::number(const char* name, double least, double most) const {
  const auto at = value_->find(name);
  if (at == value_->end() || !at->is_number()) throw wrong(name, "a number");
  const auto found = at->get<double>();
  if (!(found >= least && found <= most)) throw wrong(name, "a number that makes sense");
  return found;
}

std::vector<double> Members::numbers(const char* name, double least, double most) const {
  const auto at = value_->find(name);
  if (at == value_->end() || !at->is_array()) throw wrong(name, "a list of numbers");
  std::vector<double> out;
  out.reserve(at->size());
  for (const json& value : *at) {
    if (!value.is_number()) throw wrong(name, "a list of numbers");
    out.push_back(value.get<double>());
    if (!(out.back() >= least && out.back() <= most)) throw wrong(name, "numbers that make sense");
  }
  return out;
}

std::int64_t Members::whole(const char* name, std::int64_t least) const {
  const auto at = value_->find(name);
  const bool fits = at != value_->end() && at->is_number_integer() &&
                    !(at->is_number_unsigned() &&
                      at->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
  if (!fits || at->get<std::int64_t>() < least) throw wrong(name, "a whole number");
  return at->get<std::int64_t>();
}

Members Members::object(const char* name) const {
  const auto at = value_->find(name);
  if (at == value_->end() || !at->is_object()) throw wrong(name, "a JSON object");
  return {std::shared_ptr<const json>(value_, &*at), place_ + ": " + name};
}

}  // namespace hearken::tasks
