// Folders listed, how much of them is read, and in which order.
#include "server/state/folders.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "library/natural.h"
#include "library/test_support.h"

namespace hearken::server {
namespace {

namespace fs = std::filesystem;

void make_files(const fs::path& folder, int count, const char* extension = ".wav") {
  fs::create_directories(folder);
  for (int i = 0; i < count; ++i) std::ofstream(folder / (std::to_string(i) + extension));
}

const Subfolder& named(const FolderListing& listing, const std::string& name) {
  const auto at =
      std::ranges::find(listing.folders, name, [](const Subfolder& f) { return f.path.filename().native(); });
  if (at == listing.folders.end()) throw std::runtime_error("no folder " + name);
  return *at;
}

TEST(NaturalOrder, NumbersByValueLettersWhateverTheirCase) {
  const std::vector<std::string> sorted{"",        "-",        "01",     "1",      "2",
                                        "10",      "Disc 1",   "disc 1", "Disc 2", "disc 02b",
                                        "Disc 10", "disc 10a", "Music",  "Zebra",  "Ä"};
  std::vector<std::string> mixed = sorted;
  std::mt19937 draw(1);
  for (int turn = 0; turn < 20; ++turn) {
    std::ranges::shuffle(mixed, draw);
    std::ranges::sort(mixed, library::natural_less);
    EXPECT_EQ(mixed, sorted);
  }
  EXPECT_TRUE(library::natural_less("99999999999999999999", "100000000000000000000"));
  EXPECT_FALSE(library::natural_less("a", "a"));
}

TEST(ListFolder, CountsWhatLiesDirectlyInIt) {
  const TempFolder folder;
  make_files(folder.path(), 3, ".MP3");
  make_files(folder / "sub", 2);
  make_files(folder / "sub" / "deeper", 5);
  make_files(folder / "texts", 4, ".txt");
  make_files(folder / ".hidden", 4);
  fs::create_directory(folder / "folder.wav");
  const FolderListing listing = list_folder(folder.path());
  EXPECT_EQ(listing.sounds.files, 3U);
  EXPECT_TRUE(listing.sounds.complete);
  ASSERT_EQ(listing.folders.size(), 3U);
  EXPECT_EQ(named(listing, "sub").sounds.files, 2U);
  EXPECT_EQ(named(listing, "texts").sounds.files, 0U);
  EXPECT_EQ(named(listing, "folder.wav").sounds.files, 0U);
  for (const Subfolder& sub : listing.folders) EXPECT_TRUE(sub.sounds.complete);
}

TEST(ListFolder, LinksAreShownAndNotLookedInto) {
  const TempFolder folder;
  make_files(folder / "real", 2);
  fs::create_directory_symlink(folder / "real", folder / "link");
  fs::create_directory_symlink(folder / "nowhere", folder / "broken");
  fs::create_symlink(folder / "real" / "0.wav", folder / "real" / "again.wav");
  const FolderListing listing = list_folder(folder.path());
  ASSERT_EQ(listing.folders.size(), 2U);
  EXPECT_TRUE(named(listing, "link").link);
  EXPECT_FALSE(named(listing, "link").sounds.complete);
  EXPECT_EQ(named(listing, "link").sounds.files, 0U);
  EXPECT_FALSE(named(listing, "real").link);
  EXPECT_EQ(named(listing, "real").sounds.files, 2U);
  EXPECT_EQ(list_folder(folder / "link").sounds.files, 2U);
}

TEST(ListFolder, ReadsNoMoreThanItMay) {
  const TempFolder folder;
  for (const char* name : {"a", "b", "c"}) make_files(folder / name, name[0] == 'a' ? 50 : 4);
  make_files(folder.path(), 7);
  // 10 entries of its own; the other 20 are 7 for a, of which it uses all, then 4 of 7 for b, then 4 of 9 for c.
  const FolderListing some = list_folder(folder.path(), {30, 60});
  EXPECT_EQ(some.sounds.files, 7U);
  EXPECT_EQ(named(some, "a").sounds.files, 7U);
  EXPECT_FALSE(named(some, "a").sounds.complete);
  for (const char* name : {"b", "c"}) {
    EXPECT_EQ(named(some, name).sounds.files, 4U);
    EXPECT_TRUE(named(some, name).sounds.complete);
  }
  const FolderListing exactly = list_folder(folder.path(), {10, 60});
  EXPECT_TRUE(exactly.sounds.complete);
  for (const Subfolder& sub : exactly.folders) EXPECT_FALSE(sub.sounds.complete);
  const FolderListing few = list_folder(folder.path(), {9, 60});
  EXPECT_FALSE(few.sounds.complete);
  EXPECT_EQ(few.sounds.files + few.folders.size(), 9U);
  const FolderListing no_time = list_folder(folder.path(), {10'000, -1});
  EXPECT_TRUE(no_time.sounds.complete);
  for (const Subfolder& sub : no_time.folders) EXPECT_FALSE(sub.sounds.complete);
}

ErrorCode code_of_listing(const fs::path& path) {
  try {
    list_folder(path);
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

TEST(ListFolder, SaysWhatIsWrong) {
  const TempFolder folder;
  make_files(folder.path(), 1);
  EXPECT_EQ(code_of_listing(folder / "none"), ErrorCode::not_found);
  EXPECT_EQ(code_of_listing(folder / "0.wav"), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of_listing(folder / std::string(300, 'x')), ErrorCode::invalid_argument);
  fs::create_directory(folder / "locked");
  fs::permissions(folder / "locked", fs::perms::none);
  fs::permissions(folder.path(), fs::perms::others_exec, fs::perm_options::add);
  const library::WithoutRights ordinary;
  EXPECT_EQ(code_of_listing(folder / "locked"), ErrorCode::permission_denied);
}

TEST(AbsoluteFolder, WithoutDotsAndSlashesTooMany) {
  for (const char* text : {"/a/b", "/a/b/", "/a//b", "/a/./b", "/a/c/../b", "/../a/b/."})
    EXPECT_EQ(absolute_folder(text), "/a/b") << text;
  for (const char* text : {"/", "//", "/.", "/a/.."}) EXPECT_EQ(absolute_folder(text), "/") << text;
  for (const std::string& text : {std::string(), std::string("a"), std::string("~/a"), std::string("/a\0b", 4)})
    EXPECT_THROW(absolute_folder(text), Error) << text;
}

TEST(FolderToIndex, IsWhereItsLinksLead) {
  const TempFolder folder;
  make_files(folder / "real", 1);
  fs::create_directory_symlink(folder / "real", folder / "link");
  EXPECT_EQ(folder_to_index((folder / "link").native()), folder / "real");
  fs::create_directory_symlink("/", folder / "everything");
  for (const fs::path& wrong : {fs::path("/"), folder / "everything", folder / "none", folder / "real/0.wav"})
    EXPECT_THROW(folder_to_index(wrong.native()), Error) << wrong;
}

}  // namespace
}  // namespace hearken::server
