// Names in the order in which people sort: numbers within them by their value.
#pragma once

#include <string_view>

namespace hearken::library {

/// Below zero, zero or above zero, as with strcmp: capital letters of ASCII as small ones, digits as one number
/// ("track 2" before "Track 10"). Zero also for different texts, such as "a1" and "A01".
int compare_naturally(std::string_view a, std::string_view b) noexcept;

/// By compare_naturally(), equals by their bytes.
bool natural_less(std::string_view a, std::string_view b) noexcept;

}  // namespace hearken::library
