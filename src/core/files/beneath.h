// Files of a folder that others may write to, opened so that no link leads out of it.
#pragma once

#include <filesystem>

#include "core/files/descriptor.h"

namespace hearken {

/// Opens `relative`, a path below `folder`, for reading. Links on the way are followed as long as they stay in the
/// folder; links of /proc are not. It never waits, whatever kind of file it is. Throws Error naming the file:
/// permission_denied where a link, "..", or a path from the root on leads out of the folder, else as the operating
/// system says. Any thread. Where the kernel has no openat2 (before Linux 5.6, and where a sandbox forbids it), it is
/// open_without_links().
Descriptor open_beneath(const std::filesystem::path& folder, const std::filesystem::path& relative);

/// The same, one component after the other; any link is refused.
Descriptor open_without_links(const std::filesystem::path& folder, const std::filesystem::path& relative);

}  // namespace hearken
