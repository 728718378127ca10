// The crawl over real folders.
#include "library/indexing/crawl.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "library/test_support.h"

namespace hearken::library {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> names(const Crawl& crawl, const fs::path& base) {
  std::vector<std::string> out;
  for (const CrawledFile& f : crawl.files) out.push_back(fs::path(f.path).lexically_relative(base).native());
  return out;
}

Crawl crawl_of(std::initializer_list<fs::path> roots) {
  const std::vector<fs::path> list(roots);
  return crawl(list);
}

using Names = std::vector<std::string>;

TEST(Crawl, ReadsToTheBottomInByteOrderAndPassesHiddenThingsOver) {
  TempFolder dir;
  for (const char* name : {"b.wav", "a/z.mp3", "a/deep/er/x.FLAC", "B.wav", "a.txt", ".hidden/h.wav", ".h.wav",
                           "a/.h.wav", "\xff\xfe.wav", "a b\n.ogg"}) {
    write_text(dir / name, "x");
  }
  const Crawl c = crawl_of({dir.path()});
  EXPECT_EQ(names(c, dir.path()),
            (Names{"B.wav", "a b\n.ogg", "a.txt", "a/deep/er/x.FLAC", "a/z.mp3", "b.wav", "\xff\xfe.wav"}));
  for (const CrawledFile& f : c.files) EXPECT_EQ(f.candidate, !f.path.ends_with(".txt")) << f.path;
  EXPECT_EQ(c.files[0].state.size, 1);
  EXPECT_TRUE(c.skipped.empty());
  EXPECT_EQ(c.folders, (Names{dir.path().native()}));
}

TEST(Crawl, LeavesOutWhatAFolderSays) {
  TempFolder dir;
  for (const char* name : {"a.wav", "a.tmp.wav", "deep/a.wav", "sub/deep/a.wav", "sub/b.tmp.wav", "sub/c.wav", "x/deep",
                           "sub/[1].wav", "odd/a.wav"}) {
    write_text(dir / name, "x");
  }
  write_text(dir / ".hearkenignore", "# drafts\r\n*.tmp.wav\n\n/deep/\nsub/c.*\nx\n");
  write_text(dir / "sub/.hearkenignore", "!b.tmp.wav\n\\[1].wav");
  EXPECT_EQ(names(crawl_of({dir.path()}), dir.path()),
            (Names{"a.wav", "odd/a.wav", "sub/b.tmp.wav", "sub/deep/a.wav"}));
  EXPECT_EQ(names(crawl_of({dir / "deep", dir / "a.tmp.wav"}), dir.path()), (Names{"a.tmp.wav", "deep/a.wav"}));

  write_text(dir / ".hearkenignore", std::string(kMostIgnoreBytes, '\n') + "a.wav");
  fs::create_directory(dir / "odd/.hearkenignore");
  ASSERT_EQ(::mkfifo((dir / "deep/.hearkenignore").c_str(), 0600), 0);
  const Crawl c = crawl_of({dir.path()});
  EXPECT_EQ(c.skipped.size(), 2U);
  EXPECT_EQ(c.files.size(), 8U);  // as if they were not there
}

TEST(Crawl, WhatIsNamedIsTakenEvenWhenHidden) {
  TempFolder dir;
  write_text(dir / ".hidden/x", "x");
  write_text(dir / ".hidden/y.wav", "x");
  const Crawl c = crawl_of({dir / ".hidden", dir / ".hidden/x"});
  EXPECT_EQ(names(c, dir.path()), (Names{".hidden/x", ".hidden/y.wav"}));
  EXPECT_TRUE(c.files[0].candidate);  // named, so reported when it does not decode
  EXPECT_EQ(c.files_named, (Names{(dir / ".hidden/x").native()}));
}

TEST(Crawl, OneFileIsOneFileHoweverItIsReached) {
  TempFolder dir;
  write_text(dir / "real/x.wav", "x");
  fs::create_directory_symlink(dir / "real", dir / "alias");
  fs::create_symlink(dir / "real/x.wav", dir / "a.wav");
  fs::create_directory_symlink(dir.path(), dir / "real/up");  // a loop
  fs::create_directory_symlink("self", dir / "self");
  const Names one{"real/x.wav"};
  EXPECT_EQ(names(crawl_of({dir.path()}), dir.path()), one);
  EXPECT_EQ(names(crawl_of({dir / "alias", dir / "alias/../real/", dir.path(), dir / "real/x.wav"}), dir.path()), one);
}

TEST(Crawl, LinksAreFollowedOutOfTheRoot) {
  TempFolder dir;
  write_text(dir / "elsewhere/x.wav", "x");
  write_text(dir / "elsewhere/y.wav", "x");
  fs::create_directory(dir / "root");
  fs::create_directory_symlink(dir / "elsewhere", dir / "root/link");
  fs::create_symlink(dir / "elsewhere/x.wav", dir / "root/first.wav");
  EXPECT_EQ(names(crawl_of({dir / "root"}), dir.path()), (Names{"root/first.wav", "root/link/y.wav"}));
}

TEST(Crawl, LinksArePassedOverWhereNothingOutsideMayBeRead) {
  TempFolder dir;
  write_text(dir / "elsewhere/x.wav", "x");
  write_text(dir / "root/own/z.wav", "x");
  fs::create_directory_symlink(dir / "elsewhere", dir / "root/link");
  fs::create_symlink(dir / "elsewhere/x.wav", dir / "root/first.wav");
  fs::create_symlink(dir / "root/own/z.wav", dir / "root/own.wav");
  const std::vector<fs::path> roots{dir / "root"};
  const Crawl c = crawl(roots, {}, Links::pass_over);
  EXPECT_EQ(names(c, dir.path()), (Names{"root/own/z.wav"}));
  EXPECT_EQ(c.folders, (Names{(dir / "root").native()}));
  EXPECT_TRUE(c.skipped.empty());
}

// While the folders are read, one of them is exchanged for a link and back, again and again.
TEST(Crawl, AFolderThatBecomesALinkIsNotLeft) {
  TempFolder dir;
  write_text(dir / "elsewhere/secret.wav", "x");
  write_text(dir / "root/own/z.wav", "x");
  fs::create_directory_symlink(dir / "elsewhere", dir / "link");
  std::atomic<bool> over = false;
  std::thread swapping([&] {
    while (!over)
      ASSERT_EQ(::renameat2(AT_FDCWD, (dir / "link").c_str(), AT_FDCWD, (dir / "root/own").c_str(), RENAME_EXCHANGE),
                0);
  });
  const std::vector<fs::path> roots{dir / "root"};
  for (int i = 0; i < 2000; ++i)
    for (const CrawledFile& file : crawl(roots, {}, Links::pass_over).files)
      EXPECT_EQ(file.path, (dir / "root/own/z.wav").native());
  over = true;
  swapping.join();
}

TEST(Crawl, HardLinksAreTwoFiles) {
  TempFolder dir;
  write_text(dir / "x.wav", "x");
  fs::create_hard_link(dir / "x.wav", dir / "y.wav");
  EXPECT_EQ(crawl_of({dir.path()}).files.size(), 2U);
}

TEST(Crawl, OnlyRegularFiles) {
  TempFolder dir;
  ASSERT_EQ(::mkfifo((dir / "pipe.wav").c_str(), 0600), 0);
  EXPECT_TRUE(crawl_of({dir.path()}).files.empty());
  const Crawl named = crawl_of({dir / "pipe.wav"});
  ASSERT_EQ(named.skipped.size(), 1U);
  EXPECT_EQ(named.skipped[0].code, ErrorCode::unsupported);
}

TEST(Crawl, WhatCannotBeReadIsNamed) {
  TempFolder dir;
  write_text(dir / "x.wav", "x");
  fs::create_symlink(dir / "nothing", dir / "broken.wav");
  fs::create_symlink(dir / "nothing", dir / "broken.txt");
  const Crawl c = crawl_of({dir.path(), dir / "gone/../gone"});
  EXPECT_EQ(c.files.size(), 1U);
  ASSERT_EQ(c.skipped.size(), 2U);
  EXPECT_EQ(c.skipped[0].path, dir / "gone");
  EXPECT_EQ(c.skipped[0].code, ErrorCode::not_found);
  EXPECT_EQ(c.skipped[1].path, dir / "broken.wav");
  EXPECT_EQ(c.gone, (Names{(dir / "gone").native()}));
}

TEST(Crawl, AFolderWithoutPermissionIsNamedAndTheRestGoesOn) {
  TempFolder dir;
  fs::permissions(dir.path(), fs::perms(0755));
  write_text(dir / "closed/x.wav", "x");
  write_text(dir / "open/y.wav", "x");
  fs::permissions(dir / "closed", fs::perms(0));
  Crawl c;
  {
    const WithoutRights nobody;
    c = crawl_of({dir.path()});
  }
  fs::permissions(dir / "closed", fs::perms(0755));
  EXPECT_EQ(names(c, dir.path()), (Names{"open/y.wav"}));
  ASSERT_EQ(c.skipped.size(), 1U);
  EXPECT_EQ(c.skipped[0].path, dir / "closed");
  EXPECT_EQ(c.skipped[0].code, ErrorCode::permission_denied);
}

TEST(Crawl, EmptyFoldersAreListedAndATickCanStopIt) {
  TempFolder dir;
  fs::create_directories(dir / "a/empty");
  write_text(dir / "b/.hidden", "x");
  const Crawl c = crawl_of({dir.path()});
  ASSERT_EQ(c.empty.size(), 1U);
  EXPECT_EQ(c.empty[0].path, (dir / "a/empty").native());
  const std::vector<fs::path> roots{dir.path()};
  EXPECT_TRUE(crawl(roots, [](const std::string&) { return false; }).cancelled);
}

TEST(Crawl, BelowIsByWholeNames) {
  EXPECT_TRUE(at_or_below("/a/b", "/a"));
  EXPECT_TRUE(at_or_below("/a", "/a"));
  EXPECT_TRUE(at_or_below("/a", "/"));
  EXPECT_FALSE(at_or_below("/ab", "/a"));
  EXPECT_FALSE(at_or_below("/", "/a"));
}

}  // namespace
}  // namespace hearken::library
