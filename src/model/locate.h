// Where a model's name leads.
#pragma once

#include <filesystem>
#include <string_view>

namespace hearken::model {

/// A path to a directory is taken as it is. `starter` is looked for in $HEARKEN_MODELS, then beside the running program
/// (../share/hearken/models, ../models), then where Hearken was installed.
/// Throws Error(not_found) that says where it looked.
std::filesystem::path locate(std::string_view name);

}  // namespace hearken::model
