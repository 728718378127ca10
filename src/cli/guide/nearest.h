// The known word that a mistyped one is likely to be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hearken::cli {

/// Letters to put in, leave out, change, or swap with the next one until `a` is `b` (optimal string alignment).
std::size_t edits(std::string_view a, std::string_view b);

/// The nearest of `known`, at most a third of the word's letters away; empty for none. Of equally near ones the first.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace hearken::cli
