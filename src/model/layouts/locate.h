// Where a model's name leads.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace hearken::model {

struct Located {
  std::filesystem::path path;  // absolute: a directory or a checkpoint file
  std::string name;            // by which it is found again: "starter", the hub's name, the path
};

/// A path to a directory or a file is taken as it is; a name of the hub leads into the Hugging Face cache. `starter` is
/// looked for in $HEARKEN_MODELS, then beside the running program (../share/hearken/models, ../models), beside the
/// shared library that this is part of (models), then where Hearken was installed. Throws Error(not_found) that says
/// where it looked.
Located locate(std::string_view name);

}  // namespace hearken::model
