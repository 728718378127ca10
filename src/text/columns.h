// How wide a text is on a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hearken::text {

/// Columns that a terminal gives `utf8`, one line without control characters: two for a wide character (East Asian,
/// most emoji), none for a combining one. Ill-formed bytes count as one each.
std::size_t columns(std::string_view utf8) noexcept;

/// `utf8` when it fits into `width` columns, else its beginning and "…", together at most `width` columns wide. Never
/// cuts a combining character off its base; white space before the "…" goes.
std::string cut_to(std::string_view utf8, std::size_t width);

}  // namespace hearken::text
