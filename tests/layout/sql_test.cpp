// SQL is spoken in src/library/; outside it, only where rows of vectors are scanned or a condition becomes a query.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

namespace {

namespace fs = std::filesystem;

const std::set<std::string> kSpeakers = {
    "src/search/index/select.cpp",      // `--where` becomes a query for just the columns that it names
    "src/search/scan/code_index.cpp",   // reads all vectors of a space, some thousand windows at a time
    "src/search/scan/stored_rows.cpp",  // reads single windows out of a row without the rest of it
};

bool speaks_sql(const std::string& text) {
  static const std::regex statement(R"re("(SELECT|INSERT|UPDATE|DELETE|CREATE|WITH) )re");
  return std::regex_search(text, statement);
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Sql, IsTheLibrarys) {
  const fs::path root = HEARKEN_SOURCE_DIR;
  std::set<std::string> speakers;
  for (const auto& entry : fs::recursive_directory_iterator(root / "src")) {
    const std::string path = fs::relative(entry.path(), root).generic_string();
    const bool source = path.ends_with(".cpp") || path.ends_with(".h");
    if (!source || path.ends_with("_test.cpp") || path.starts_with("src/library/")) continue;
    const std::string text = text_of(entry.path());
    if (text.starts_with("// For tests")) continue;
    if (speaks_sql(text)) speakers.insert(path);
  }
  EXPECT_EQ(speakers, kSpeakers) << "src/library/catalogue is where a new query belongs";
}

TEST(Sql, IsKnownByItsWords) {
  EXPECT_TRUE(speaks_sql("Statement rows(db,\n  \"SELECT id FROM tracks\");"));
  EXPECT_FALSE(speaks_sql("// SELECT is a word of SQL\nthrow Error(\"UPDATED\");"));
}

}  // namespace
