// The tokenizer against the `tokenizers` crate, and against tokenizer files that are not what they should be.
#include "text/tokenizer/wordpiece.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/testing/temp_folder.h"
#include "core/text.h"
#include "hearken/error.h"
#include "text/tokenizer/testing.h"

namespace hearken::text {
namespace {

using Json = nlohmann::json;
using Ids = std::vector<std::int32_t>;

const std::filesystem::path kSource = HEARKEN_SOURCE_DIR;
const std::filesystem::path kWordpieceTokenizer = kSource / "models/starter/tokenizer.json";

Json read(const std::filesystem::path& path) { return Json::parse(std::ifstream(path, std::ios::binary)); }

class WordPieceTest : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& bytes) const {
    const auto path = directory_ / "tokenizer.json";
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  /// The starter's tokenizer with one thing changed.
  WordPiece changed(const std::function<void(Json&)>& change) const {
    Json json = starter_;
    change(json);
    return WordPiece::load(write(json.dump()));
  }

  void expect_failure(const std::filesystem::path& path, ErrorCode code, const std::string& part) const {
    try {
      WordPiece::load(path);
      ADD_FAILURE() << "loaded, though " << part;
    } catch (const Error& error) {
      EXPECT_EQ(to_string(error.code()), to_string(code)) << error.what();
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find("tokenizer.json"), std::string::npos) << error.what();
    }
  }

  const TempFolder directory_;
  const Json starter_ = read(kWordpieceTokenizer);
};

// tools/tokenizer_golden.py wrote the reference: three normalizers, every code point, and mixes of what is special.
TEST_F(WordPieceTest, EqualsTheReference) {
  for (const Json& variant : read(kSource / "tests/golden/tokenizer_reference.json")) {
    SCOPED_TRACE(variant["normalizer"].dump());
    const WordPiece tokenizer = changed([&](Json& json) { json["normalizer"].update(variant["normalizer"]); });
    for (const Json& mix : variant["mixes"]) {
      EXPECT_EQ(tokenizer.encode(mix["text"].get<std::string>(), mix["max_tokens"]), mix["ids"].get<Ids>()) << mix;
    }
    for (std::uint32_t block = 0; block < 0x110; ++block) {
      std::uint64_t hash = 0xCBF29CE484222325;
      for (std::uint32_t c = block << 12; c < (block + 1) << 12; ++c) {
        if (c >= 0xD800 && c < 0xE000) continue;
        const std::string character = to_utf8(c);
        std::string text = "a";
        text.append(character).append("b ").append(character);
        for (const std::int32_t id : tokenizer.encode(text, 256)) {
          hash = (hash ^ static_cast<std::uint64_t>(id)) * 0x100000001B3;
        }
      }
      EXPECT_EQ(hash, std::stoull(variant["blocks"][block].get<std::string>(), nullptr, 16))
          << "code points from " << std::hex << (block << 12);
    }
  }
}

TEST_F(WordPieceTest, KeepsTimeAndLengthWithinBounds) {
  const WordPiece tokenizer = WordPiece::load(kWordpieceTokenizer);
  const Ids unknown = {101, 100, 102};
  const std::size_t much = 10'000'000;
  EXPECT_EQ(tokenizer.encode(std::string(much, 'a'), 256), unknown);
  EXPECT_EQ(tokenizer.encode(std::string(much, ' '), 256), (Ids{101, 102}));
  EXPECT_EQ(tokenizer.encode(std::string(much, '['), 256).size(), 256u);
  std::string marks = "e";
  for (int i = 0; i < 2'000'000; ++i) marks += i % 2 ? "\u0323" : "\u302e";  // one stripped, one kept
  EXPECT_EQ(tokenizer.encode(marks, 256), unknown);
  std::string song;
  while (song.size() < much) song += "unaffable ";
  const Ids ids = tokenizer.encode(song, 77);
  ASSERT_EQ(ids.size(), 77u);
  EXPECT_EQ(ids, tokenizer.encode(song.substr(0, 1000), 77));
  EXPECT_EQ(ids.back(), 102);
  EXPECT_THROW(tokenizer.encode("a", 1), Error);
}

TEST_F(WordPieceTest, ReadsIllFormedBytesAsNothing) {
  const WordPiece tokenizer = WordPiece::load(kWordpieceTokenizer);
  const Ids violin = tokenizer.encode("violin", 256);
  for (const char* text : {"vio\xfflin", "vio\xed\xa0\x80lin", "violin\xc3", "\xf0\x9f\x8eviolin", "vio\xc0\x80lin"}) {
    EXPECT_EQ(tokenizer.encode(text, 256), violin) << text;
  }
  EXPECT_EQ(tokenizer.encode(std::string_view("vio\0lin", 7), 256), violin);
}

TEST_F(WordPieceTest, SaysHighestId) {
  EXPECT_EQ(WordPiece::load(kWordpieceTokenizer).id_limit(), 30522u);
  EXPECT_EQ(changed([](Json& j) { j["model"]["vocab"]["violin"] = 40000; }).id_limit(), 40001u);
}

TEST_F(WordPieceTest, ReadsTheOlderPostProcessor) {
  const auto older = changed([](Json& j) {
    j["post_processor"] = {{"type", "BertProcessing"}, {"sep", {"[SEP]", 102}}, {"cls", {"[CLS]", 101}}};
  });
  EXPECT_EQ(older.encode("violin", 256), WordPiece::load(kWordpieceTokenizer).encode("violin", 256));
}

TEST_F(WordPieceTest, NamesWhatIsWrongWithTheFile) {
  expect_failure(directory_ / "none" / "tokenizer.json", ErrorCode::not_found, "No such file");
  expect_failure(write(""), ErrorCode::corrupt, "not valid JSON");
  expect_failure(write(starter_.dump().substr(0, 5000)), ErrorCode::corrupt, "not valid JSON");
  expect_failure(write(std::string(1'000'000, '[')), ErrorCode::corrupt, "nested too deep");
  expect_failure(write("[]"), ErrorCode::corrupt, "object");
  expect_failure(write("{}"), ErrorCode::corrupt, "normalizer");

  expect_each_refused(
      starter_,
      {
          {"/normalizer/type", "NFC", ErrorCode::unsupported, "NFC"},
          {"/normalizer", nullptr, ErrorCode::corrupt, "normalizer"},
          {"/normalizer/lowercase", 1, ErrorCode::corrupt, "normalizer.lowercase"},
          {"/normalizer/strip_accents", "yes", ErrorCode::corrupt, "normalizer.strip_accents"},
          {"/pre_tokenizer/type", "ByteLevel", ErrorCode::unsupported, "ByteLevel"},
          {"/model/type", "BPE", ErrorCode::unsupported, "BPE"},
          {"/model/vocab", Json::array(), ErrorCode::corrupt, "model.vocab"},
          {"/model/vocab/violin", -1, ErrorCode::corrupt, "model.vocab.violin"},
          {"/model/vocab/violin", 1e300, ErrorCode::corrupt, "model.vocab.violin"},
          {"/model/vocab/violin", 0xFFFFFFFFFFFFFFFF, ErrorCode::corrupt, "model.vocab.violin"},
          {"/model/unk_token", "<none>", ErrorCode::corrupt, "model.unk_token"},
          {"/model/max_input_chars_per_word", 0, ErrorCode::corrupt, "max_input_chars_per_word"},
          {"/model/max_input_chars_per_word", 1000000000, ErrorCode::corrupt, "max_input_chars_per_word"},
          {"/added_tokens", 3, ErrorCode::corrupt, "added_tokens"},
          {"/added_tokens/0/content", "", ErrorCode::corrupt, "added_tokens"},
          {"/added_tokens/0/id", "zero", ErrorCode::corrupt, "added_tokens.id"},
          {"/added_tokens/0/normalized", true, ErrorCode::unsupported, "[PAD]"},
          {"/post_processor", nullptr, ErrorCode::corrupt, "post_processor"},
          {"/post_processor/type", "ByteLevel", ErrorCode::unsupported, "ByteLevel"},
          {"/post_processor/single", Json::array(), ErrorCode::unsupported, "post_processor.single"},
          {"/post_processor/single/0/SpecialToken", 7, ErrorCode::corrupt, "post_processor.single"},
          {"/post_processor/special_tokens/[SEP]/ids", {1, 2}, ErrorCode::corrupt, "[SEP].ids"},
      },
      [&](const Json& json, ErrorCode code, const char* part) { expect_failure(write(json.dump()), code, part); });
}

}  // namespace
}  // namespace hearken::text
