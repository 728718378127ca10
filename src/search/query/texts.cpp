// --texts FILE: a text a line; --synonyms FILE: a question a line, NAME: WORDING | WORDING | …
#include "search/query/texts.h"

#include <map>
#include <string>
#include <utility>

#include "core/paths.h"
#include "core/text.h"
#include "text/lines.h"

namespace hearken {
namespace search {
namespace {

constexpr std::string_view kExample = "female vocals: female vocalist | female voice";

Question parse_line(const text::Line& line, const std::filesystem::path& path) {
  const auto bad = [&](const std::string& reason) { return text::bad_line(path, line.number, 0, reason); };
  const std::string_view whole = line.text;
  const std::size_t colon = whole.find(':');
  if (colon == std::string_view::npos)
    throw bad("no ':' behind the question's name, as in '" + std::string(kExample) + "'");
  Question out{std::string(trimmed(whole.substr(0, colon))), {}};
  if (out.text.empty()) throw bad("no name before the ':', as in '" + std::string(kExample) + "'");
  out.wordings = text::wordings_in(whole.substr(colon + 1), out.text, line.number, path);
  return out;
}

}  // namespace

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

std::vector<Question> parse_synonyms(std::string_view bytes, const std::filesystem::path& path) {
  std::vector<Question> out;
  std::map<std::string, std::size_t> lines;  // by name
  std::size_t texts = 0;
  for (const text::Line& line : text::lines_of(bytes, path)) {
    Question question = parse_line(line, path);
    const auto [known, is_new] = lines.emplace(question.text, line.number);
    if (!is_new) {
      throw text::bad_line(path, line.number, 0,
                           "'" + display(question.text) + "' is on line " + std::to_string(known->second) + " already");
    }
    texts += question.wordings.size();
    if (texts > kMostTexts)
      throw text::bad_line(path, line.number, 0, "more than " + std::to_string(kMostTexts) + " wordings");
    out.push_back(std::move(question));
  }
  if (out.empty())
    throw Error(ErrorCode::corrupt,
                display(path) + ": holds no question, one a line as in '" + std::string(kExample) + "'");
  return out;
}

}  // namespace search

std::vector<Question> read_texts(const std::filesystem::path& path) {
  return search::parse_texts(text::read_list(path), path);
}

std::vector<Question> read_synonyms(const std::filesystem::path& path) {
  return search::parse_synonyms(text::read_list(path), path);
}

}  // namespace hearken
