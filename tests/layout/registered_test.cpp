// Every test file lies where tests/CMakeLists.txt looks for it, so that none is written and never run.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace {

namespace fs = std::filesystem;

// Whether a file of that path, relative to the clone, is a test that nothing registers.
bool forgotten(const std::string& path) {
  const std::string name = fs::path(path).filename().string();
  if (name.ends_with("_test.cpp")) return !path.starts_with("src/") && !path.starts_with("tests/");
  if (name.starts_with("test_") && name.ends_with(".py")) {
    const fs::path folder = fs::path(path).parent_path();
    return folder != "tests/cli" && folder != "python/tests";
  }
  if (name.starts_with("test_") && name.ends_with(".mjs")) return fs::path(path).parent_path() != "tests/web";
  return false;
}

TEST(Registered, EveryTestFile) {
  const fs::path root = HEARKEN_SOURCE_DIR;
  int tests = 0;
  for (const auto& top : fs::directory_iterator(root)) {
    const std::string name = top.path().filename().string();
    if (!top.is_directory() || name.starts_with("build") || name.starts_with(".")) continue;
    for (auto entry = fs::recursive_directory_iterator(top.path()); entry != fs::recursive_directory_iterator();
         ++entry) {
      if (entry->path().filename() == "node_modules") entry.disable_recursion_pending();  // the page's packages
      const std::string path = fs::relative(entry->path(), root).generic_string();
      if (forgotten(path)) ADD_FAILURE() << path << ": no test runs this file; see tests/CMakeLists.txt";
      tests += path.ends_with("_test.cpp") || path.starts_with("tests/cli/test_");
    }
  }
  EXPECT_GT(tests, 10);  // else this looked in the wrong place
}

TEST(Registered, StrayTestFilesAreFound) {
  EXPECT_TRUE(forgotten("tools/mel_test.cpp"));
  EXPECT_TRUE(forgotten("tests/golden/test_mel.py"));
  EXPECT_FALSE(forgotten("src/audio/mel/mel_test.cpp"));
  EXPECT_TRUE(forgotten("web/src/test_page.mjs"));
  EXPECT_FALSE(forgotten("tests/cli/test_find.py"));
  EXPECT_FALSE(forgotten("tests/web/test_search.mjs"));
}

}  // namespace
