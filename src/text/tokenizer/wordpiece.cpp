// tokenizer.json read with suspicion; then special tokens, words, and for each word the longest pieces from the left.
#include "text/tokenizer/wordpiece.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/files/mapped_file.h"
#include "core/text.h"
#include "hearken/error.h"
#include "text/tokenizer/bert_words.h"
#include "text/tokenizer/tokenizer_json.h"
#include "text/tokenizer/tokenizer_parts.h"

namespace hearken::text {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kMaxWordCharacters = 10000;  // a word costs its length times the longest piece

struct StringHash : std::hash<std::string_view> {
  using is_transparent = void;
};
using Pieces = std::unordered_map<std::string, std::int32_t, StringHash, std::equal_to<>>;

BertNormalizer read_normalizer(const TokenizerReader& reader, const Json& root) {
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

}  // namespace

struct WordPiece::Impl {
  BertNormalizer normalizer;
  Pieces first;  // pieces a word may begin with
  Pieces later;  // pieces it may go on with, without their prefix "##"
  std::size_t longest_piece = 0;
  std::size_t max_word_characters = 0;
  std::int32_t unknown = 0;
  std::int32_t highest_id = 0;
  AddedTokens added;
  TextEnds ends;

  void read_model(const TokenizerReader& reader, const TokenizerJson& file);
  void read_added_tokens(const TokenizerReader& reader, const Json& root);
  void append_pieces(const BertWords::Word& word, std::vector<std::int32_t>& ids) const;
};

void WordPiece::Impl::read_model(const TokenizerReader& reader, const TokenizerJson& file) {
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

void WordPiece::Impl::read_added_tokens(const TokenizerReader& reader, const Json& root) {
  added = AddedTokens::read(reader, root);
  for (const AddedTokens::Token& token : added.all()) {
    // lstrip and rstrip take white space along, which no token comes of anyway.
    if (token.normalized) {
      reader.fail("added_tokens", "'" + token.text + "': normalized is not supported", ErrorCode::unsupported);
    }
    highest_id = std::max(highest_id, token.id);
  }
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
  const MappedFile file(tokenizer_json);
  return parse(as_text(file.bytes()), tokenizer_json);
}

WordPiece WordPiece::parse(std::string_view tokenizer_json, const std::filesystem::path& name) {
  const TokenizerReader reader(name);
  const TokenizerJson file = TokenizerJson::parse(tokenizer_json, name);
  const Json& root = file.root;
  auto impl = std::make_unique<Impl>();
  impl->normalizer = read_normalizer(reader, root);
  reader.expect_type(root, "pre_tokenizer", "BertPreTokenizer");
  impl->read_model(reader, file);
  impl->read_added_tokens(reader, root);
  impl->ends = read_text_ends(reader, root);
  impl->highest_id = std::max({impl->highest_id, impl->ends.before, impl->ends.after});
  return WordPiece(std::move(impl));
}

std::size_t WordPiece::id_limit() const noexcept { return static_cast<std::size_t>(impl_->highest_id) + 1; }

std::vector<std::int32_t> WordPiece::encode(std::string_view utf8, std::size_t max_tokens) const {
  return impl_->ends.around(max_tokens, [&](std::vector<std::int32_t>& ids, std::size_t room) {
    BertWords words(impl_->normalizer, impl_->max_word_characters);
    const auto take = [&](const BertWords::Word& word) {
      if (ids.size() < room) impl_->append_pieces(word, ids);
    };
    while (!utf8.empty() && ids.size() < room) {
      if (const auto* token = impl_->added.at(utf8)) {
        words.finish(take);
        ids.push_back(token->id);
        utf8.remove_prefix(token->text.size());
        continue;
      }
      const CodePoint next = first_code_point(utf8);
      words.push(next.value, take);
      utf8.remove_prefix(next.length);
    }
    words.finish(take);
  });
}

}  // namespace hearken::text
