// Links that lead out of a folder, and files that are exchanged for such links while they are opened.
#include "core/files/beneath.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "core/testing/temp_folder.h"
#include "hearken/error.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;
using Open = Descriptor (*)(const fs::path&, const fs::path&);

// A folder `in` with "own" and "sub/own" in it, and beside it "secret".
class Beneath : public testing::TestWithParam<Open> {
 protected:
  void SetUp() override {
    fs::create_directories(in() / "sub");
    std::ofstream(in() / "own") << "own";
    std::ofstream(in() / "sub/own") << "own";
    std::ofstream(top_ / "secret") << "secret";
  }

  fs::path in() const { return top_ / "in"; }
  std::string read(const fs::path& relative) const {
    const Descriptor file = GetParam()(in(), relative);
    std::string text(16, '\0');
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, ::read(file.number(), text.data(), text.size()))));
    return text;
  }
  ErrorCode refusal(const fs::path& relative) const {
    try {
      return read(relative) == "secret" ? ErrorCode::internal : ErrorCode::cancelled;
    } catch (const Error& error) {
      return error.code();
    }
  }

  const TempFolder temp_;
  const fs::path top_ = temp_.path();
};

TEST_P(Beneath, OpensWhatLiesThere) {
  EXPECT_EQ(read("own"), "own");
  EXPECT_EQ(read("sub/own"), "own");
  EXPECT_EQ(refusal("none"), ErrorCode::not_found);
  EXPECT_EQ(refusal("own/none"), ErrorCode::not_found);
  ASSERT_EQ(::mkfifo((in() / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(read("pipe"), "");  // does not wait for a writer
}

TEST_P(Beneath, NothingLeadsOut) {
  fs::create_symlink(top_ / "secret", in() / "absolute");
  fs::create_symlink("../secret", in() / "relative");
  fs::create_symlink("../../secret", in() / "sub/relative");
  fs::create_directory_symlink("..", in() / "up");
  fs::create_symlink("/proc/self/root", in() / "root");
  fs::create_symlink("/proc/self/cwd", in() / "cwd");
  fs::create_symlink("loop", in() / "loop");
  const fs::path whole = top_ / "secret";
  for (const std::string& wrong :
       {std::string("absolute"), std::string("relative"), std::string("sub/relative"), std::string("loop"),
        std::string("../secret"), std::string("sub/../../secret"), whole.native(), "root" + whole.native()})
    EXPECT_NE(refusal(wrong), ErrorCode::internal) << wrong;
  for (const char* wrong : {"absolute", "relative", "../secret"})
    EXPECT_EQ(refusal(wrong), ErrorCode::permission_denied) << wrong;
  // A link among folders is "no folder" where links are refused altogether.
  for (const char* wrong : {"up/secret", "cwd/x"})
    EXPECT_TRUE(refusal(wrong) == ErrorCode::permission_denied || refusal(wrong) == ErrorCode::not_found) << wrong;
}

// The file, and the folder it lies in, are exchanged for links to the secret and back while they are opened.
TEST_P(Beneath, NorDoesOneThatComesMeanwhile) {
  fs::create_symlink("../secret", top_ / "to_file");
  fs::create_directories(top_ / "other");
  std::ofstream(top_ / "other/own") << "secret";
  fs::create_directory_symlink(top_ / "other", top_ / "to_folder");
  std::atomic<bool> over = false;
  const auto swap = [&](const fs::path& a, const fs::path& b) {
    return ::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0;
  };
  std::thread swapping([&] {
    while (!over) ASSERT_TRUE(swap(top_ / "to_file", in() / "own") && swap(top_ / "to_folder", in() / "sub"));
  });
  int opened = 0, refused = 0;
  for (int i = 0; i < 20'000 || ((opened == 0 || refused == 0) && i < 2'000'000); ++i) {
    for (const char* name : {"own", "sub/own"}) {
      const ErrorCode what = refusal(name);
      EXPECT_NE(what, ErrorCode::internal) << name;
      ++(what == ErrorCode::cancelled ? opened : refused);
    }
  }
  over = true;
  swapping.join();
  EXPECT_GT(opened, 0);
  EXPECT_GT(refused, 0);
}

INSTANTIATE_TEST_SUITE_P(Ways, Beneath, testing::Values(open_beneath, open_without_links),
                         [](const auto& info) { return info.param == open_beneath ? "Openat2" : "ByComponents"; });

}  // namespace
}  // namespace hearken
