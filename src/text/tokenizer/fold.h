// Text as it is compared without regard to case.
#pragma once

#include <string>
#include <string_view>

namespace hearken::text {

/// Texts that differ only in case, or in how their accents are encoded, become equal: Unicode's full case folding
/// ("Straße" and "STRASSE" are one) of canonically composed text. Accents stay. Bytes that are not UTF-8 stay as they
/// are. May be called from many threads.
std::string fold_case(std::string_view utf8);

}  // namespace hearken::text
