// The starter's tokenizer against transformers' BertTokenizerFast, on texts that people and worse write.
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "text/wordpiece.h"

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

}  // namespace
}  // namespace hearken::text
