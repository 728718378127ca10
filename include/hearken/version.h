// The version of the library and of the program.
#pragma once

#include <string_view>

namespace hearken {

/// As in "0.1.0".
std::string_view version() noexcept;

}  // namespace hearken
