// The version, from the build.
#include "hearken/version.h"

namespace hearken {
std::string_view version() noexcept { return HEARKEN_VERSION; }
}  // namespace hearken
