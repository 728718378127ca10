// tokenizer.json read with suspicion; then special tokens, words, and for each word the longest pieces from the left.
#include "text/wordpiece.h"

#include <utf8proc.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "core/paths.h"
#include "hearken/error.h"
#include "text/bert_words.h"
#include "text/tokenizer_json.h"

namespace hearken::text {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kMaxWordCharacters = 10000;  // a word costs its length times the longest piece
constexpr std::size_t kMaxAddedTokens = 1000;       // each is compared wherever its first byte stands

struct StringHash : std::hash<std::string_view> {
  using is_transparent = void;
};
using Pieces = std::unordered_map<std::string, std::int32_t, StringHash, std::equal_to<>>;

// A look into the file that knows where it is, for messages such as "tokenizer.json: model.vocab: …".
class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : path_(path) {}

  [[noreturn]] void fail(std::string_view key, std::string_view reason, ErrorCode code = ErrorCode::corrupt) const {
    throw Error(code, display(path_) + ": " + display(key) + ": " + display(reason));
  }

  const Json& member(const Json& object, const std::string& key, const char* name) const {
    if (!object.is_object()) fail(key, "an object was expected");
    const auto found = object.find(name);
    if (found == object.end()) fail(key + "." + name, "missing");
    return *found;
  }
  bool boolean(const Json& object, const std::string& key, const char* name) const {
    const Json& value = member(object, key, name);
    if (!value.is_boolean()) fail(key + "." + name, "true or false was expected");
    return value.get<bool>();
  }
  std::string text(const Json& object, const std::string& key, const char* name) const {
    const Json& value = member(object, key, name);
    if (!value.is_string()) fail(key + "." + name, "a string was expected");
    return value.get<std::string>();
  }
  std::int32_t id(const Json& value, const std::string& key) const {
    if (!value.is_number_integer() || value < 0 || value >= std::numeric_limits<std::int32_t>::max()) {
      fail(key, "a token id was expected");
    }
    return value.get<std::int32_t>();
  }
  void expect_type(const Json& root, const char* section, std::string_view wanted) const {
    const std::string type = text(member(root, "file", section), section, "type");
    if (type != wanted) {
      fail(std::string(section) + ".type", "'" + type + "' is not supported (only " + std::string(wanted) + " is)",
           ErrorCode::unsupported);
    }
  }

 private:
  std::filesystem::path path_;
};

BertNormalizer read_normalizer(const Reader& reader, const Json& root) {
  const std::string key = "normalizer";
  reader.expect_type(root, "normalizer", "BertNormalizer");
  const Json& section = root["normalizer"];
  BertNormalizer normalizer;
  normalizer.clean_text = reader.boolean(section, key, "clean_text");
  normalizer.handle_chinese_chars = reader.boolean(section, key, "handle_chinese_chars");
  normalizer.lowercase = reader.boolean(section, key, "lowercase");
  const bool given = section.contains("strip_accents") && !section["strip_accents"].is_null();
  normalizer.strip_accents = given ? reader.boolean(section, key, "strip_accents") : normalizer.lowercase;
  return normalizer;
}

// The tokens before and after the text.
std::pair<std::int32_t, std::int32_t> read_template(const Reader& reader, const Json& root) {
  const std::string key = "post_processor";
  const Json& section = reader.member(root, "file", "post_processor");
  const std::string type = reader.text(section, key, "type");
  if (type == "BertProcessing") {
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

}  // namespace

struct WordPiece::Impl {
  struct AddedToken {
    std::string text;
    std::int32_t id;
  };

  BertNormalizer normalizer;
  Pieces first;  // pieces a word may begin with
  Pieces later;  // pieces it may go on with, without their prefix "##"
  std::size_t longest_piece = 0;
  std::size_t max_word_characters = 0;
  std::int32_t unknown = 0, before = 0, after = 0;
  std::int32_t highest_id = 0;
  std::vector<AddedToken> added;  // longest first, so that the first that fits is the longest

  void read_model(const Reader& reader, const TokenizerJson& file);
  void read_added_tokens(const Reader& reader, const Json& root);
  const AddedToken* added_token_at(std::string_view text) const;
  void append_pieces(const BertWords::Word& word, std::vector<std::int32_t>& ids) const;
};

void WordPiece::Impl::read_model(const Reader& reader, const TokenizerJson& file) {
  const std::string key = "model";
  reader.expect_type(file.root, "model", "WordPiece");
  const Json& model = file.root["model"];
  const std::string prefix = reader.text(model, key, "continuing_subword_prefix");
  const Json& limit = reader.member(model, key, "max_input_chars_per_word");
  if (!limit.is_number_integer() || limit < 1 || limit > kMaxWordCharacters) {
    reader.fail("model.max_input_chars_per_word", "a number from 1 to 10000 was expected");
  }
  max_word_characters = limit.get<std::size_t>();
  if (!file.has_vocabulary) reader.fail("model.vocab", "an object was expected");
  first.reserve(file.vocabulary.size());
  later.reserve(file.vocabulary.size());
  for (const auto& [piece, value] : file.vocabulary) {
    const std::int32_t id = reader.id(value, "model.vocab." + piece);
    highest_id = std::max(highest_id, id);
    longest_piece = std::max(longest_piece, piece.size());
    first.insert_or_assign(piece, id);
    if (piece.starts_with(prefix)) later.insert_or_assign(piece.substr(prefix.size()), id);
  }
  const auto found = first.find(reader.text(model, key, "unk_token"));
  if (found == first.end()) reader.fail("model.unk_token", "not in the vocabulary");
  unknown = found->second;
}

void WordPiece::Impl::read_added_tokens(const Reader& reader, const Json& root) {
  const auto list = root.find("added_tokens");
  if (list == root.end()) return;
  if (!list->is_array() || list->size() > kMaxAddedTokens) {
    reader.fail("added_tokens", "a list of at most 1000 tokens was expected");
  }
  const std::string key = "added_tokens";
  for (const Json& item : *list) {
    AddedToken token{reader.text(item, key, "content"), reader.id(reader.member(item, key, "id"), key + ".id")};
    if (token.text.empty()) reader.fail(key, "a token without content");
    // lstrip and rstrip take white space along, which no token comes of anyway.
    if (reader.boolean(item, key, "normalized") || reader.boolean(item, key, "single_word")) {
      reader.fail(key, "'" + token.text + "': normalized and single_word are not supported", ErrorCode::unsupported);
    }
    highest_id = std::max(highest_id, token.id);
    added.push_back(std::move(token));
  }
  std::stable_sort(added.begin(), added.end(),
                   [](const AddedToken& a, const AddedToken& b) { return a.text.size() > b.text.size(); });
}

const WordPiece::Impl::AddedToken* WordPiece::Impl::added_token_at(std::string_view text) const {
  const auto found =
      std::find_if(added.begin(), added.end(), [&](const AddedToken& token) { return text.starts_with(token.text); });
  return found == added.end() ? nullptr : &*found;
}

void WordPiece::Impl::append_pieces(const BertWords::Word& word, std::vector<std::int32_t>& ids) const {
  const std::size_t begin = ids.size();
  bool known = word.characters <= max_word_characters;
  for (std::string_view rest = word.utf8; known && !rest.empty();) {
    const Pieces& pieces = rest.size() == word.utf8.size() ? first : later;
    std::size_t length = std::min(rest.size(), longest_piece);
    auto piece = pieces.end();
    while (length > 0 && (piece = pieces.find(rest.substr(0, length))) == pieces.end()) --length;
    known = length > 0;
    if (!known) break;
    ids.push_back(piece->second);
    rest.remove_prefix(length);
  }
  if (known) return;
  ids.resize(begin);
  ids.push_back(unknown);
}

WordPiece::WordPiece(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
WordPiece::~WordPiece() = default;
WordPiece::WordPiece(WordPiece&&) noexcept = default;

WordPiece WordPiece::load(const std::filesystem::path& tokenizer_json) {
  const Reader reader(tokenizer_json);
  const TokenizerJson file = TokenizerJson::read(tokenizer_json);
  const Json& root = file.root;
  auto impl = std::make_unique<Impl>();
  impl->normalizer = read_normalizer(reader, root);
  reader.expect_type(root, "pre_tokenizer", "BertPreTokenizer");
  impl->read_model(reader, file);
  impl->read_added_tokens(reader, root);
  std::tie(impl->before, impl->after) = read_template(reader, root);
  impl->highest_id = std::max({impl->highest_id, impl->before, impl->after});
  return WordPiece(std::move(impl));
}

std::size_t WordPiece::id_limit() const noexcept { return static_cast<std::size_t>(impl_->highest_id) + 1; }

std::vector<std::int32_t> WordPiece::encode(std::string_view utf8, std::size_t max_tokens) const {
  if (max_tokens < 2) throw Error(ErrorCode::invalid_argument, "a text needs room for at least 2 tokens");
  const std::size_t room = max_tokens - 1;  // without the last one
  std::vector<std::int32_t> ids = {impl_->before};
  BertWords words(impl_->normalizer, impl_->max_word_characters);
  const auto take = [&](const BertWords::Word& word) {
    if (ids.size() < room) impl_->append_pieces(word, ids);
  };
  while (!utf8.empty() && ids.size() < room) {
    if (const auto* token = impl_->added_token_at(utf8)) {
      words.finish(take);
      ids.push_back(token->id);
      utf8.remove_prefix(token->text.size());
      continue;
    }
    utf8proc_int32_t code_point = -1;
    const auto length =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()),
                         static_cast<utf8proc_ssize_t>(std::min<std::size_t>(utf8.size(), 4)), &code_point);
    words.push(length > 0 ? static_cast<std::uint32_t>(code_point) : 0xFFFD, take);
    utf8.remove_prefix(length > 0 ? static_cast<std::size_t>(length) : 1);
  }
  words.finish(take);
  ids.resize(std::min(ids.size(), room));
  ids.push_back(impl_->after);
  return ids;
}

}  // namespace hearken::text
