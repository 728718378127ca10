// Looking files up, and cutting tables.
#include "core/carried.h"

#include <stdexcept>
#include <string>

namespace hearken {
namespace {

// What stands before the next `mark`, or all of it; taken away from `text` with the mark.
std::string_view taken_to(std::string_view& text, std::string_view mark) {
  const std::size_t end = text.find(mark);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + mark.size());
  return part;
}

}  // namespace

std::string_view carried_file(std::string_view name) {
  for (const CarriedFile& file : carried_files())
    if (file.name == name) return file.bytes;
  throw std::logic_error("not carried: " + std::string(name));
}

std::vector<std::vector<std::string_view>> carried_rows(std::string_view name) {
  std::vector<std::vector<std::string_view>> out;
  for (std::string_view text = carried_file(name); !text.empty();) {
    std::string_view line = taken_to(text, "\n");
    if (line.empty() || line.front() == '#') continue;
    out.emplace_back();
    while (!line.empty()) out.back().push_back(taken_to(line, ", "));
  }
  return out;
}

}  // namespace hearken
