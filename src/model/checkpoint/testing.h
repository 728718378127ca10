// What the tests of the readers share.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/testing/temp_folder.h"

namespace hearken::model {

/// Files of a corpus, each with a part of the reason for which it is refused.
using Refusals = std::vector<std::pair<std::string, std::string>>;

/// A test with a file in a folder of its own.
class SafeTensorsTest : public FolderTest {
 protected:
  const std::filesystem::path path_ = folder_ / "model.safetensors";
};

}  // namespace hearken::model
