// Files of labels.
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "data/label_file.h"
#include "hearken/error.h"
#include "target.h"

// A line of two bytes becomes a string, a line's number, a label with its wording, and a name in a map.
const HeapBound kHeapBound{512, 64 << 10};

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearken;
  try {
    const LabelSet set = hearken::data::parse_labels({reinterpret_cast<const char*>(data), size}, "list.txt");
    if (set.templates.empty()) std::abort();
    std::set<std::string_view> names;
    std::size_t wordings = 0;
    for (std::size_t i = 0; i < set.labels.size(); ++i) {
      const Label& label = set.labels[i];
      if (label.name.empty() || !names.insert(label.name).second) std::abort();
      wordings += label.wordings.size();
      std::size_t depth = 0;
      for (auto at = label.parent; at; at = set.labels.at(*at).parent)
        if (*at == i || ++depth > hearken::data::kDeepest) std::abort();
      for (const std::string& wording : label.wordings)
        for (const std::string& sentence : set.templates)
          if (wording.empty() || in_template(sentence, wording).find(wording) == std::string::npos) std::abort();
    }
    if (wordings == 0 || wordings > hearken::data::kMostWordings) std::abort();
  } catch (const Error& error) {
    if (std::string_view(error.what()).find("list.txt: ") != 0) std::abort();
  }
  return 0;
}
