// A description taken apart, as every text is.
#include <utility>

#include "hearken/playlist.h"
#include "text/wishes.h"

namespace hearken {

ListWords split_words(std::string_view text) {
  text::Wishes wishes = text::wishes_of(text);
  return {std::move(wishes.wanted), std::move(wishes.without)};
}

}  // namespace hearken
