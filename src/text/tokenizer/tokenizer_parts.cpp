// The parts of tokenizer.json, read with suspicion.
#include "text/tokenizer/tokenizer_parts.h"

#include <limits>
#include <memory>

#include "core/paths.h"

namespace hearken::text {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxAddedTokens = 1000;  // each is compared wherever its first byte stands
constexpr std::size_t kMaxMessage = 300;       // a file's own words may be as long as the file

std::string shown(std::string_view text) {
  return text.size() <= kMaxMessage ? display(text) : display(text.substr(0, kMaxMessage)) + "…";
}

}  // namespace

void TokenizerReader::fail(std::string_view reason, ErrorCode code) const {
  throw Error(code, display(name_) + ": " + shown(reason));
}

void TokenizerReader::fail(std::string_view key, std::string_view reason, ErrorCode code) const {
  throw Error(code, display(name_) + ": " + shown(key) + ": " + shown(reason));
}

JsonObject TokenizerReader::section(const Json& object, const std::string& key) const {
  if (!object.is_object()) fail(key, "an object was expected");
  return {std::shared_ptr<const Json>(std::shared_ptr<void>(), &object), display(name_) + ": " + key + ".",
          ErrorCode::corrupt};
}

const Json& TokenizerReader::member(const Json& object, const std::string& key, const char* name) const {
  return section(object, key).member(name);
}

bool TokenizerReader::boolean(const Json& object, const std::string& key, const char* name) const {
  return section(object, key).boolean(name);
}

std::string TokenizerReader::text(const Json& object, const std::string& key, const char* name) const {
  return section(object, key).text(name);
}

std::int32_t TokenizerReader::id(const Json& value, const std::string& key) const {
  if (!value.is_number_integer() || value < 0 || value >= std::numeric_limits<std::int32_t>::max()) {
    fail(key, "a token id was expected");
  }
  return value.get<std::int32_t>();
}

void TokenizerReader::expect_type(const Json& root, const char* section, std::string_view wanted) const {
  const std::string type = text(member(root, "file", section), section, "type");
  if (type != wanted) {
    fail(std::string(section) + ".type", "'" + type + "' is not supported (only " + std::string(wanted) + " is)",
         ErrorCode::unsupported);
  }
}

TextEnds read_text_ends(const TokenizerReader& reader, const Json& root) {
  const std::string key = "post_processor";
  const Json& section = reader.member(root, "file", "post_processor");
  const std::string type = reader.text(section, key, "type");
  if (type == "BertProcessing" || type == "RobertaProcessing") {
    auto end = [&](const char* name) {
      const Json& pair = reader.member(section, key, name);
      if (!pair.is_array() || pair.size() != 2) reader.fail(key + "." + name, "a token and its id were expected");
      return reader.id(pair[1], key + "." + name);
    };
    return {end("cls"), end("sep")};
  }
  if (type != "TemplateProcessing") {
    reader.fail(key + ".type", "'" + type + "' is not supported", ErrorCode::unsupported);
  }
  const Json& single = reader.member(section, key, "single");
  const bool usual = single.is_array() && single.size() == 3 && single[0].contains("SpecialToken") &&
                     single[1].contains("Sequence") && single[2].contains("SpecialToken");
  if (!usual) {
    reader.fail(key + ".single", "only one token before the text and one after it are supported",
                ErrorCode::unsupported);
  }
  const Json& tokens = reader.member(section, key, "special_tokens");
  auto end = [&](const Json& item) {
    const std::string name = reader.text(item["SpecialToken"], key + ".single", "id");
    const std::string token_key = key + ".special_tokens";
    const Json& ids = reader.member(reader.member(tokens, token_key, name.c_str()), token_key + "." + name, "ids");
    if (!ids.is_array() || ids.size() != 1) reader.fail(token_key + "." + name + ".ids", "one id was expected");
    return reader.id(ids[0], token_key + "." + name + ".ids");
  };
  return {end(single[0]), end(single[2])};
}

AddedTokens::AddedTokens(std::vector<Token> tokens) : tokens_(std::move(tokens)) {
  std::stable_sort(tokens_.begin(), tokens_.end(),
                   [](const Token& a, const Token& b) { return a.text.size() > b.text.size(); });
  for (const Token& token : tokens_) begins_[static_cast<unsigned char>(token.text.front())] = true;
}

AddedTokens AddedTokens::read(const TokenizerReader& reader, const Json& root) {
  const std::string key = "added_tokens";
  const auto list = root.find(key);
  if (list == root.end()) return {};
  if (!list->is_array() || list->size() > kMaxAddedTokens) {
    reader.fail(key, "a list of at most 1000 tokens was expected");
  }
  std::vector<Token> tokens;
  for (const Json& item : *list) {
    Token token;
    token.text = reader.text(item, key, "content");
    token.id = reader.id(reader.member(item, key, "id"), key + ".id");
    token.normalized = reader.boolean(item, key, "normalized");
    token.lstrip = reader.boolean(item, key, "lstrip");
    token.rstrip = reader.boolean(item, key, "rstrip");
    if (token.text.empty()) reader.fail(key, "a token without content");
    if (reader.boolean(item, key, "single_word")) {
      reader.fail(key, "'" + token.text + "': single_word is not supported", ErrorCode::unsupported);
    }
    tokens.push_back(std::move(token));
  }
  return AddedTokens(std::move(tokens));
}

const AddedTokens::Token* AddedTokens::first_of(std::string_view text, bool normalized) const {
  if (text.empty() || !begins_[static_cast<unsigned char>(text.front())]) return nullptr;
  const auto found = std::find_if(tokens_.begin(), tokens_.end(), [&](const Token& token) {
    if (token.normalized != normalized || !text.starts_with(token.text)) return false;
    for (std::size_t i = 1; normalized && i < token.text.size(); ++i) {
      if (first_of(text.substr(i), false) != nullptr) return false;
    }
    return true;
  });
  return found == tokens_.end() ? nullptr : &*found;
}

const AddedTokens::Token* AddedTokens::at(std::string_view text) const {
  const Token* token = first_of(text, false);
  return token != nullptr ? token : first_of(text, true);
}

}  // namespace hearken::text
