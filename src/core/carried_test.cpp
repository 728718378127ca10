#include "core/carried.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace hearken {
namespace {

TEST(Carried, FilesAreThereByName) {
  const auto files = carried_files();
  EXPECT_TRUE(std::ranges::is_sorted(files, {}, &CarriedFile::name));
  EXPECT_TRUE(carried_file("src/library/schema/1.sql").starts_with("CREATE TABLE sources"));
  EXPECT_TRUE(carried_file("labels/esc50.txt").size() > 100);
  EXPECT_THROW(carried_file("labels/none.txt"), std::logic_error);
}

TEST(Carried, RowsAreCut) {
  const auto rows = carried_rows("src/model/checkpoint/names.txt");
  ASSERT_GT(rows.size(), 40U);
  for (const auto& row : rows) EXPECT_EQ(row.size(), 3U) << row.front();
  EXPECT_EQ(rows.front().front(), "audio.bn.*");
  for (const auto& row : carried_rows("src/tasks/labels/caption_words.txt")) EXPECT_EQ(row.size(), 4U) << row.front();
}

}  // namespace
}  // namespace hearken
