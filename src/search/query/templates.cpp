// The description put into each template.
#include "search/query/templates.h"

#include <cstddef>

namespace hearken::search {

std::vector<std::string> in_templates(std::string_view description) {
  std::vector<std::string> out;
  for (const std::string_view sentence : kTemplates) {
    const std::size_t gap = sentence.find("{}");
    out.push_back(std::string(sentence.substr(0, gap)) + std::string(description) +
                  std::string(sentence.substr(gap + 2)));
  }
  return out;
}

}  // namespace hearken::search
