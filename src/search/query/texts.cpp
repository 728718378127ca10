// --texts FILE: a text a line.
#include "search/query/texts.h"

#include <string>

#include "core/paths.h"
#include "text/lines.h"

namespace hearken {
namespace search {

std::vector<Question> parse_texts(std::string_view bytes, const std::filesystem::path& path) {
  std::vector<Question> out;
  for (text::Line& line : text::lines_of(bytes, path)) {
    if (out.size() == kMostTexts)
      throw text::bad_line(path, line.number, 0, "more than " + std::to_string(kMostTexts) + " texts");
    out.push_back({std::move(line.text), {}});
  }
  if (out.empty()) throw Error(ErrorCode::corrupt, display(path) + ": holds no text, one a line");
  return out;
}

}  // namespace search

std::vector<Question> read_texts(const std::filesystem::path& path) {
  return search::parse_texts(text::read_list(path), path);
}

}  // namespace hearken
