// A file that is cut short while it is mapped, and what is no file.
#include "core/files/mapped_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "hearken/error.h"

namespace hearken {
namespace {

class MappedFileDeathTest : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  const std::filesystem::path path_ =
      std::filesystem::temp_directory_path() / ("hearken-mapped-" + std::to_string(::getpid()));
};

// Reads all of a mapped file that lost its second half; 7: zeros came, and an error.
int read_cut_short(const std::filesystem::path& path) {
  const MappedFile file(path);
  check_mapped_files();
  std::filesystem::resize_file(path, 8192);
  std::size_t ones = 0;
  for (const std::byte byte : file.bytes()) ones += byte == std::byte{1} ? 1 : 0;
  if (ones != 8192) return 1;
  try {
    check_mapped_files();
  } catch (const Error& e) {
    return e.code() == ErrorCode::io ? 7 : 2;
  }
  return 3;
}

TEST_F(MappedFileDeathTest, ThatShrinksIsAnErrorAndNotTheEnd) {
  std::ofstream(path_, std::ios::binary) << std::string(100'000, '\1');
  EXPECT_EXIT(std::exit(read_cut_short(path_)), testing::ExitedWithCode(7), "");
}

TEST_F(MappedFileDeathTest, OtherBusErrorsEndTheProcessAsBefore) {
  std::ofstream(path_, std::ios::binary) << "x";
  EXPECT_EXIT(
      {
        const MappedFile file(path_);
        ::raise(SIGBUS);
      },
      testing::KilledBySignal(SIGBUS), "");
}

TEST_F(MappedFileDeathTest, AFifoIsRefusedAndNotWaitedFor) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_THROW(MappedFile{path_}, Error);
}

}  // namespace
}  // namespace hearken
