// The tables of tensor names in docs/MODEL.md are the one in src/model/checkpoint/names.txt, row for row.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace {

using Row = std::array<std::string, 3>;  // the towers' name, Hugging Face's, LAION's

std::string text_of_source(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::vector<Row> sorted(std::vector<Row> rows) {
  std::sort(rows.begin(), rows.end());
  return rows;
}

// A line each, the names with ", " between them.
std::vector<Row> rows_of_source(const std::string& source) {
  std::vector<Row> rows;
  std::istringstream lines(source);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(", "), second = line.find(", ", first + 2);
    if (line.starts_with('#') || second == std::string::npos) continue;
    rows.push_back({line.substr(0, first), line.substr(first + 2, second - first - 2), line.substr(second + 2)});
  }
  return rows;
}

// The rows of each table whose heading is "tower | Hugging Face | LAION"; what stands before … in the heading begins
// each name below it.
std::vector<Row> rows_of_document(const std::string& markdown) {
  static const std::regex heading(
      R"re(\| tower(?:: `(.*)…`)? \| Hugging Face(?:: `(.*)…`)? \| LAION(?:: `(.*)…`)? \|)re");
  static const std::regex row(R"re(\| `(.*)` \| `(.*)` \| `(.*)` \|)re");
  std::vector<Row> rows;
  Row prefix;
  bool inside = false;
  std::istringstream lines(markdown);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, heading)) {
      inside = true;
      for (std::size_t c = 0; c < 3; ++c) prefix[c] = match[c + 1];
    } else if (inside && std::regex_match(line, match, row)) {
      rows.push_back({prefix[0] + match.str(1), prefix[1] + match.str(2), prefix[2] + match.str(3)});
    } else if (!line.starts_with("|")) {
      inside = false;
    }
  }
  return rows;
}

TEST(Names, AreDocumented) {
  const std::filesystem::path root = HEARKEN_SOURCE_DIR;
  const auto source = sorted(rows_of_source(text_of_source(root / "src/model/checkpoint/names.txt")));
  const auto document = sorted(rows_of_document(text_of_source(root / "docs/MODEL.md")));
  EXPECT_GT(source.size(), 40U);  // else this looked in the wrong place
  const auto list = [](const std::vector<Row>& rows, const std::vector<Row>& others) {
    std::vector<Row> only;
    std::set_difference(rows.begin(), rows.end(), others.begin(), others.end(), std::back_inserter(only));
    std::string out;
    for (const Row& r : only) out += "  " + r[0] + " | " + r[1] + " | " + r[2] + "\n";
    return out;
  };
  EXPECT_TRUE(source == document) << "only in names.txt:\n"
                                  << list(source, document) << "only in docs/MODEL.md:\n"
                                  << list(document, source);
}

TEST(Names, AreReadFromBoth) {
  const std::vector<Row> both = {{"a.b.#.*", "x.y.#.*", "z.c.#.*[0]"}, {"d", "e", "f"}};
  EXPECT_EQ(rows_of_source("# a table\na.b.#.*, x.y.#.*, z.c.#.*[0]\nd, e, f\n"), both);
  EXPECT_EQ(rows_of_document("| tower: `a.…` | Hugging Face: `x.…` | LAION: `z.…` |\n|---|---|---|\n"
                             "| `b.#.*` | `y.#.*` | `c.#.*[0]` |\n\n| `not` | `in a` | `table` |\n"
                             "| tower | Hugging Face | LAION |\n|---|---|---|\n| `d` | `e` | `f` |\n"),
            both);
}

}  // namespace
