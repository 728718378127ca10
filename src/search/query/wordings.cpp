// The groups, and how they are found in a text.
#include "search/query/wordings.h"

#include <algorithm>
#include <cstddef>

#include "core/ascii.h"
#include "core/carried.h"
#include "core/text.h"

namespace hearken::search {
namespace {

using Group = std::vector<std::string_view>;

struct Found {
  std::size_t begin = 0;
  std::string_view wording;
  const Group* group = nullptr;
};

bool letter(char c) { return is_alphanumeric(c) || static_cast<unsigned char>(c) >= 0x80; }

}  // namespace

std::span<const Group> wording_groups() {
  static const std::vector<Group> groups = carried_rows("src/search/query/wordings.txt");
  return groups;
}

std::vector<std::string> other_wordings(std::string_view text) {
  const std::string small = lower_ascii(text);  // the same length, so that places in it are places in the text
  std::vector<Found> all;
  for (const Group& group : wording_groups()) {
    for (const std::string_view wording : group) {
      for (std::size_t at = small.find(wording); at != std::string::npos; at = small.find(wording, at + 1)) {
        const std::size_t end = at + wording.size();
        if ((at == 0 || !letter(small[at - 1])) && (end == small.size() || !letter(small[end])))
          all.push_back({at, wording, &group});
      }
    }
  }
  std::ranges::stable_sort(all, [](const Found& a, const Found& b) { return a.wording.size() > b.wording.size(); });
  std::vector<Found> kept;
  for (const Found& found : all) {
    const bool covered = std::ranges::any_of(kept, [&](const Found& k) {
      return found.begin < k.begin + k.wording.size() && k.begin < found.begin + found.wording.size();
    });
    if (!covered) kept.push_back(found);
  }
  std::ranges::stable_sort(kept, {}, &Found::begin);
  std::vector<std::string> out;
  for (const Found& found : kept) {
    for (const std::string_view other : *found.group) {
      if (other == found.wording) continue;
      out.push_back(std::string(text.substr(0, found.begin)) + std::string(other) +
                    std::string(text.substr(found.begin + found.wording.size())));
    }
  }
  return out;
}

}  // namespace hearken::search
