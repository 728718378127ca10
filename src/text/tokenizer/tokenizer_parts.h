// What the files of all tokenizers have in common: how they are looked into, special tokens, and the ends of a text.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json_object.h"
#include "hearken/error.h"

namespace hearken::text {

inline std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A look into a file that knows where it is, for messages such as "tokenizer.json: model.vocab: …". Everything but
/// expect_type throws Error corrupt.
class TokenizerReader {
 public:
  using Json = nlohmann::json;

  explicit TokenizerReader(std::filesystem::path name) : name_(std::move(name)) {}

  [[noreturn]] void fail(std::string_view reason, ErrorCode code = ErrorCode::corrupt) const;
  [[noreturn]] void fail(std::string_view key, std::string_view reason, ErrorCode code = ErrorCode::corrupt) const;

  const Json& member(const Json& object, const std::string& key, const char* name) const;
  bool boolean(const Json& object, const std::string& key, const char* name) const;
  std::string text(const Json& object, const std::string& key, const char* name) const;
  std::int32_t id(const Json& value, const std::string& key) const;

  /// Throws Error unsupported where the section's type is another one.
  void expect_type(const Json& root, const char* section, std::string_view wanted) const;

 private:
  JsonObject section(const Json& object, const std::string& key) const;

  std::filesystem::path name_;
};

/// The tokens before and after every text.
struct TextEnds {
  std::int32_t before = 0, after = 0;

  /// A text's ids between them, at most max_tokens in all: fill(ids, room) appends to `ids` until it holds `room`; what
  /// it appends beyond is cut off. Throws Error(invalid_argument) for max_tokens below 2.
  template <class Fill>
  std::vector<std::int32_t> around(std::size_t max_tokens, Fill fill) const {
    if (max_tokens < 2) throw Error(ErrorCode::invalid_argument, "a text needs room for at least 2 tokens");
    const std::size_t room = max_tokens - 1;  // without the last one
    std::vector<std::int32_t> ids = {before};
    fill(ids, room);
    ids.resize(std::min(ids.size(), room));
    ids.push_back(after);
    return ids;
  }
};

/// Of BertProcessing, RobertaProcessing, or a TemplateProcessing with one token before and one after.
TextEnds read_text_ends(const TokenizerReader& reader, const nlohmann::json& root);

/// The tokens that are found in the text before anything else is. Const after construction.
class AddedTokens {
 public:
  struct Token {
    std::string text;
    std::int32_t id = 0;
    bool normalized = false;  // looked for after the others, in what they leave
    bool lstrip = false;      // takes the white space before it along
    bool rstrip = false;      // and after it
  };

  AddedTokens() = default;
  explicit AddedTokens(std::vector<Token> tokens);
  static AddedTokens read(const TokenizerReader& reader, const nlohmann::json& root);

  /// The token that begins the text: the longest, but none that runs into a token which is looked for before it.
  const Token* at(std::string_view text) const;

  const std::vector<Token>& all() const { return tokens_; }

 private:
  const Token* first_of(std::string_view text, bool normalized) const;

  std::vector<Token> tokens_;       // longest first, so that the first that fits is the longest
  std::array<bool, 256> begins_{};  // bytes that a token begins with
};

}  // namespace hearken::text
