// Sources are compiled in batches (CMAKE_UNITY_BUILD). A constant of one source must not hide a header's of the same
// name from the sources behind it: the compiler would take it without a word.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Constant {
  fs::path file;
  std::string room;  // the namespace around it: "hearken::audio"
  std::string name;
};

// Those that stand at the start of a line.
std::vector<Constant> constants_of(const fs::path& file) {
  static const std::regex space(R"(^namespace (hearken[\w:]*) \{)");
  static const std::regex constant(
      R"(^(?:inline )?(?:constexpr|const) [^=({]*?\b(k[A-Z]\w*)(?:\[[^\]]*\])?(?: =|\{|;))");
  std::vector<Constant> out;
  std::string line, room;
  std::ifstream in(file);
  for (std::smatch found; std::getline(in, line);) {
    if (std::regex_search(line, found, space)) room = found[1];
    if (std::regex_search(line, found, constant)) out.push_back({file, room, found[1]});
  }
  return out;
}

bool is_around(const std::string& outer, const std::string& room) {
  return room == outer || room.starts_with(outer + "::");
}

TEST(Constants, OfASourceHideNoneOfAHeader) {
  const fs::path root = HEARKEN_SOURCE_DIR;
  std::multimap<std::string, Constant> of_headers;
  std::vector<Constant> of_sources;
  for (const char* folder : {"src", "include", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const fs::path& file = entry.path();
      for (const Constant& one : constants_of(file)) {
        if (file.extension() == ".h")
          of_headers.emplace(one.name, one);
        else if (file.extension() == ".cpp")
          of_sources.push_back(one);
      }
    }
  }
  EXPECT_GT(of_headers.size(), 50U);
  EXPECT_GT(of_sources.size(), 100U);
  for (const Constant& one : of_sources) {
    const auto [first, last] = of_headers.equal_range(one.name);
    for (auto other = first; other != last; ++other)
      EXPECT_FALSE(is_around(other->second.room, one.room))
          << one.name << " of " << one.file << " and of " << other->second.file;
  }
}

}  // namespace
