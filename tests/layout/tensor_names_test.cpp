// Published tensor names stay with the checkpoint readers: everything else knows the towers' own.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace {

namespace fs = std::filesystem;

TEST(TensorNames, OfPublishedLayoutsAreKnownToTheReadersOnly) {
  const fs::path source = HEARKEN_SOURCE_DIR "/src", readers = source / "model/checkpoint";
  int read = 0;
  for (const auto& entry : fs::recursive_directory_iterator(source)) {
    const bool reader = entry.path().parent_path() == readers;
    if (!entry.is_regular_file() || reader) continue;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    ++read;
    for (const char* name : {"audio_branch.", "text_branch.", "audio_model.", "text_model.", "audio_projection."})
      EXPECT_EQ(text.str().find(name), std::string::npos) << entry.path() << " knows " << name;
  }
  EXPECT_GT(read, 100);
}

}  // namespace
