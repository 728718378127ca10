// Lists of texts and groups of wordings. The first byte says which of the two.
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "hearken/error.h"
#include "search/query/texts.h"
#include "target.h"
#include "text/columns.h"

// A line of two bytes becomes a string, a line's number and a question; a name's line is kept in a map, too.
const HeapBound kHeapBound{256, 64 << 10};

namespace {

using namespace hearken;

void check(const std::string& text) {
  if (text.empty() || text.size() > 4096 || text.front() == ' ' || text.back() == ' ') std::abort();
  if (text.find('\n') != std::string::npos || text.find('\0') != std::string::npos) std::abort();
  for (std::size_t width = 0; width < 4; ++width)
    if (text::columns(text::cut_to(text, width)) > width) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool grouped = data[0] % 2 == 1;
  try {
    const auto questions = grouped ? search::parse_synonyms(bytes, "list.txt") : search::parse_texts(bytes, "list.txt");
    if (questions.empty() || questions.size() > search::kMostTexts) std::abort();
    std::set<std::string_view> names;
    for (const Question& question : questions) {
      check(question.text);
      for (const std::string& wording : question.wordings) check(wording);
      if (question.wordings.empty() == grouped) std::abort();
      if (grouped && !names.insert(question.text).second) std::abort();
    }
  } catch (const Error& error) {
    if (std::string_view(error.what()).find("list.txt: ") != 0) std::abort();
  }
  return 0;
}
