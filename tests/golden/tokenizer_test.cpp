// The tokenizers against transformers' BertTokenizerFast and RobertaTokenizerFast, on texts that people and worse
// write.
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/text.h"
#include "text/tokenizer/byte_bpe.h"
#include "text/tokenizer/wordpiece.h"

namespace hearken::text {
namespace {

TEST(TokenizerGolden, EqualsTransformers) {
  const std::string source = HEARKEN_SOURCE_DIR;
  const auto golden = nlohmann::json::parse(std::ifstream(source + "/tests/golden/tokenizer.json"));
  const WordPiece tokenizer = WordPiece::load(source + "/models/starter/tokenizer.json");
  ASSERT_FALSE(golden["cases"].empty());
  for (const auto& item : golden["cases"]) {
    EXPECT_EQ(tokenizer.encode(item["text"].get<std::string>(), golden["max_tokens"]),
              item["ids"].get<std::vector<std::int32_t>>())
        << item["text"];
  }
}

// tools/roberta_golden.py wrote the reference: texts cut at several lengths, and a hash for each block of code points.
TEST(TokenizerGolden, ByteBpeEqualsTransformers) {
  const std::string directory = std::string(HEARKEN_SOURCE_DIR) + "/tests/golden/roberta";
  const auto golden = nlohmann::json::parse(std::ifstream(directory + "/tokenizer_reference.json"));
  const ByteBpe tokenizer = ByteBpe::load(directory + "/tokenizer.json");
  ASSERT_GT(golden["cases"].size(), 300u);
  for (const auto& item : golden["cases"]) {
    EXPECT_EQ(tokenizer.encode(item["text"].get<std::string>(), item["max_tokens"]),
              item["ids"].get<std::vector<std::int32_t>>())
        << item["text"];
  }
  ASSERT_EQ(golden["blocks"].size(), 0x110u);
  for (std::uint32_t block = 0; block < 0x110; ++block) {
    std::uint64_t hash = 0xCBF29CE484222325;
    for (std::uint32_t c = block << 12; c < (block + 1) << 12; ++c) {
      if (c >= 0xD800 && c < 0xE000) continue;
      const std::string character = to_utf8(c);
      std::string text = "a";
      text.append(character).append("b 1").append(character).append(" ").append(character);
      for (const std::int32_t id : tokenizer.encode(text, 256)) {
        hash = (hash ^ static_cast<std::uint64_t>(id)) * 0x100000001B3;
      }
    }
    EXPECT_EQ(hash, std::stoull(golden["blocks"][block].get<std::string>(), nullptr, 16))
        << "code points from " << std::hex << (block << 12);
  }
}

}  // namespace
}  // namespace hearken::text
