// Tags as real files write them.
#include "audio/decode/tags.h"

#include <gtest/gtest.h>

#include "audio/testing.h"

namespace hearken::audio {
namespace {

TEST(Tags, AreOneLineOfUtf8) {
  EXPECT_EQ(clean_tag("  Zwei Töne \n"), "Zwei Töne");
  EXPECT_EQ(clean_tag("Caf\xe9"), "Café");  // Latin-1, as old tags have it
  EXPECT_EQ(clean_tag("a\x01"
                      "b\tc\x7f"),
            "a b c");
  EXPECT_EQ(clean_tag("a\xc2\x85"
                      "b"),
            "a b");
  EXPECT_EQ(clean_tag(" \t\r\n "), "");
  EXPECT_EQ(clean_tag(""), "");
}

TEST(Tags, AreCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "€";  // three bytes each
  const std::string cut = clean_tag(text);
  EXPECT_EQ(cut.size(), 498U);
  EXPECT_EQ(cut, text.substr(0, 498));
}

class TagsOfFiles : public testing::FolderTest {};

// ID3v2.3: the words that taggers keep beside the genre.
TEST_F(TagsOfFiles, Keywords) {
  const auto frame = [](const std::string& name, const std::string& text) {
    const std::string body = '\0' + text;  // Latin-1
    return name + std::string{0, 0, 0, static_cast<char>(body.size()), 0, 0} + body;
  };
  const std::string frames = frame("TIT2", "Blue") + frame("TXXX", std::string("MOOD\0calm", 9)) +
                             frame("TXXX", std::string("style\0slow blues", 16));
  const std::string tag = "ID3" + std::string{3, 0, 0, 0, 0, 0, static_cast<char>(frames.size())} + frames;
  std::string sound = testing::bytes_of(testing::fixture("tones.mp3"));  // which begins with a tag of its own
  const auto size = [&](std::size_t i) { return static_cast<std::size_t>(sound[i]); };
  sound.erase(0, 10 + (size(6) << 21 | size(7) << 14 | size(8) << 7 | size(9)));
  const Tags tags = open_samples(write("a.mp3", tag + sound), 16000)->tags();
  EXPECT_EQ(tags.title, "Blue");
  EXPECT_EQ(tags.keywords, "slow blues, calm");
  EXPECT_EQ(testing::decode_file(testing::fixture("tones.mp3"), 16000).tags.keywords, "");
}

}  // namespace
}  // namespace hearken::audio
