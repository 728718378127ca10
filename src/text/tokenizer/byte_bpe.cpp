// The files read with suspicion; then added tokens, words, and in each word the earliest merges first.
#include "text/tokenizer/byte_bpe.h"

#include <algorithm>
#include <array>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "core/files/mapped_file.h"
#include "core/text.h"
#include "hearken/error.h"
#include "text/tokenizer/byte_words.h"
#include "text/tokenizer/tokenizer_json.h"
#include "text/tokenizer/tokenizer_parts.h"

namespace hearken::text {
namespace {

using Json = nlohmann::json;
using Index = std::uint32_t;  // of a piece in the vocabulary, of a merge, of a symbol in a word

constexpr Index kNone = std::numeric_limits<Index>::max();
constexpr std::size_t kMaxMergesBytes = 64U << 20;

// The character that stands for a byte in the files: itself where it prints, else the next free one from U+0100.
// Source: GPT-2, bytes_to_unicode.
std::array<std::string, 256> byte_characters() {
  std::array<std::string, 256> out;
  std::uint32_t next = 0x100;
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    const bool prints = (byte > 0x20 && byte < 0x7F) || (byte > 0xA0 && byte != 0xAD);
    out[byte] = to_utf8(prints ? byte : next++);
  }
  return out;
}

struct Merge {
  Index left, right;
  Index rank;
  Index made;

  std::pair<Index, Index> pair() const { return {left, right}; }
};

// A word on its way from bytes to pieces: a list of symbols linked by index, and the merges that may come next.
struct Word {
  struct Symbol {
    Index piece;  // kNone: merged into the one before
    Index previous, next;
  };
  struct Candidate {
    Index rank, at;
    Index made;
    bool operator>(const Candidate& other) const { return std::tie(rank, at) > std::tie(other.rank, other.at); }
  };
  std::vector<Symbol> symbols;
  std::vector<Candidate> queue;  // a heap, the earliest merge on top, of equal ones the leftmost
};

}  // namespace

struct ByteBpe::Impl {
  std::vector<std::int32_t> ids;       // of the pieces
  std::array<Index, 256> byte_pieces;  // the piece of each byte
  std::vector<Merge> merges;           // ascending by pair
  std::size_t longest_piece = 1;       // of those that merges make, in bytes
  bool in_rounds = true;               // each merge makes a piece of its own from what merges before it made
  std::size_t look_ahead = 0;          // see window()
  bool add_prefix_space = false;
  std::int32_t highest_id = 0;
  AddedTokens added;
  TextEnds ends;

  using Pieces = std::unordered_map<std::string_view, Index>;
  using Place = std::function<std::string(std::size_t)>;  // where in its file a merge stands

  Pieces read_vocabulary(const TokenizerReader& reader, const TokenizerJson& file);
  void read_merges(const TokenizerReader& reader, const Pieces& pieces, const std::vector<std::string>& lines,
                   const Place& place);
  void check_added(const TokenizerReader& reader, const Pieces& pieces);
  std::size_t window(std::size_t tokens) const;
  const Merge* find(Index left, Index right) const;
  void spell(const ByteWords::Word& text, std::size_t max_bytes, Word& word) const;
  void merge(Word& word) const;
};

ByteBpe::Impl::Pieces ByteBpe::Impl::read_vocabulary(const TokenizerReader& reader, const TokenizerJson& file) {
  Pieces pieces;
  pieces.reserve(file.vocabulary.size());
  ids.reserve(file.vocabulary.size());
  for (const auto& [piece, value] : file.vocabulary) {
    if (value < 0 || value >= std::numeric_limits<std::int32_t>::max()) {
      reader.fail("model.vocab." + piece, "a token id was expected");
    }
    pieces.insert_or_assign(piece, static_cast<Index>(ids.size()));
    ids.push_back(static_cast<std::int32_t>(value));
    highest_id = std::max(highest_id, ids.back());
  }
  const auto characters = byte_characters();
  for (std::size_t byte = 0; byte < characters.size(); ++byte) {
    const auto found = pieces.find(characters[byte]);
    if (found == pieces.end()) {
      reader.fail("model.vocab",
                  "the piece of byte " + std::to_string(byte) + ", '" + characters[byte] + "', is missing");
    }
    byte_pieces[byte] = found->second;
  }
  return pieces;
}

void ByteBpe::Impl::read_merges(const TokenizerReader& reader, const Pieces& pieces,
                                const std::vector<std::string>& lines, const Place& place) {
  std::vector<std::uint32_t> bytes(ids.size());  // of each piece that can come of the merges so far; else 0
  for (const Index piece : byte_pieces) bytes[piece] = 1;
  std::string joined;
  merges.reserve(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = lines[i];
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || line.find(' ', space + 1) != std::string_view::npos) {
      reader.fail(place(i), "two pieces were expected, not '" + lines[i] + "'");
    }
    const auto piece = [&](std::string_view text) {
      const auto found = pieces.find(text);
      if (found == pieces.end()) reader.fail(place(i), "'" + std::string(text) + "' is not in the vocabulary");
      return found->second;
    };
    const std::string_view left = line.substr(0, space), right = line.substr(space + 1);
    joined.assign(left).append(right);
    const Merge merge{piece(left), piece(right), static_cast<Index>(i), piece(joined)};
    in_rounds = in_rounds && bytes[merge.left] > 0 && bytes[merge.right] > 0 && bytes[merge.made] == 0;
    bytes[merge.made] = bytes[merge.left] + bytes[merge.right];
    longest_piece = std::max<std::size_t>(longest_piece, bytes[merge.made]);
    look_ahead += bytes[merge.right];
    merges.push_back(merge);
  }
  std::sort(merges.begin(), merges.end(), [](const Merge& a, const Merge& b) { return a.pair() < b.pair(); });
  const auto twice = std::adjacent_find(merges.begin(), merges.end(),
                                        [](const Merge& a, const Merge& b) { return a.pair() == b.pair(); });
  if (twice != merges.end()) {
    const std::size_t again = std::max(twice->rank, std::next(twice)->rank);
    reader.fail(place(again), "'" + lines[again] + "' is there twice");
  }
}

void ByteBpe::Impl::check_added(const TokenizerReader& reader, const Pieces& pieces) {
  for (const AddedTokens::Token& token : added.all()) {
    const auto found = pieces.find(token.text);
    if (found != pieces.end() && ids[found->second] != token.id) {
      reader.fail("added_tokens", "'" + token.text + "' has another id in the vocabulary");
    }
    const auto spaced = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
    if (spaced(token.text.front()) || spaced(token.text.back())) {
      reader.fail("added_tokens", "'" + token.text + "': white space at its ends is not supported",
                  ErrorCode::unsupported);
    }
    highest_id = std::max(highest_id, token.id);
  }
  highest_id = std::max({highest_id, ends.before, ends.after});
}

// How many bytes of a word are enough to know its first pieces. Where each merge joins what earlier ones made, a word
// may as well be merged in as many rounds as there are merges, one kind a round, from left to right. Whether a round
// joins two pieces at some place depends on what the rounds before it left there, up to the end of the right piece. So
// what is not yet known about a word moves to the left by no more than the bytes of one right piece a round: by
// look_ahead in all.
std::size_t ByteBpe::Impl::window(std::size_t tokens) const {
  const std::size_t most = kNone - 1;  // symbols are counted in 32 bits
  const bool small = in_rounds && tokens < (most - look_ahead) / longest_piece;
  return small ? tokens * longest_piece + look_ahead : most;
}

const Merge* ByteBpe::Impl::find(Index left, Index right) const {
  const std::pair pair(left, right);
  const auto found = std::lower_bound(merges.begin(), merges.end(), pair,
                                      [](const Merge& merge, const auto& wanted) { return merge.pair() < wanted; });
  return found != merges.end() && found->pair() == pair ? &*found : nullptr;
}

void ByteBpe::Impl::spell(const ByteWords::Word& text, std::size_t max_bytes, Word& word) const {
  word.symbols.clear();
  const auto push = [&](char byte) {
    const auto at = static_cast<Index>(word.symbols.size());
    word.symbols.push_back({byte_pieces[static_cast<unsigned char>(byte)], at - 1, at + 1});
  };
  if (text.space) push(' ');
  for (std::string_view rest = text.bytes; !rest.empty() && word.symbols.size() < max_bytes;) {
    const CodePoint next = first_code_point(rest);
    for (const char byte : next.well_formed ? rest.substr(0, next.length) : std::string_view("\xEF\xBF\xBD"))
      push(byte);
    rest.remove_prefix(next.length);
  }
}

void ByteBpe::Impl::merge(Word& word) const {
  auto& [symbols, queue] = word;
  const auto size = static_cast<Index>(symbols.size());
  const auto consider = [&](Index at) {
    const Index next = symbols[at].next;
    const Merge* found = next < size ? find(symbols[at].piece, symbols[next].piece) : nullptr;
    if (found == nullptr) return false;
    queue.push_back({found->rank, at, found->made});
    return true;
  };
  queue.clear();
  for (Index at = 0; at < size; ++at) consider(at);
  std::make_heap(queue.begin(), queue.end(), std::greater<>());
  while (!queue.empty()) {
    std::pop_heap(queue.begin(), queue.end(), std::greater<>());
    const Word::Candidate top = queue.back();
    queue.pop_back();
    Word::Symbol& left = symbols[top.at];
    if (left.piece == kNone || left.next >= size) continue;
    Word::Symbol& right = symbols[left.next];
    const Merge* now = find(left.piece, right.piece);
    if (now == nullptr || now->rank != top.rank) continue;  // one of the two has been merged otherwise since
    left.piece = top.made;
    left.next = right.next;
    right.piece = kNone;
    if (left.next < size) symbols[left.next].previous = top.at;
    if (consider(top.at)) std::push_heap(queue.begin(), queue.end(), std::greater<>());
    if (top.at > 0 && consider(left.previous)) std::push_heap(queue.begin(), queue.end(), std::greater<>());
  }
}

ByteBpe::ByteBpe(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
ByteBpe::~ByteBpe() = default;
ByteBpe::ByteBpe(ByteBpe&&) noexcept = default;

ByteBpe ByteBpe::load(const std::filesystem::path& tokenizer_json) {
  const MappedFile file(tokenizer_json);
  return parse(as_text(file.bytes()), tokenizer_json);
}

ByteBpe ByteBpe::load(const std::filesystem::path& vocab_json, const std::filesystem::path& merges_txt) {
  const MappedFile vocabulary(vocab_json), merges(merges_txt);
  return parse(as_text(vocabulary.bytes()), vocab_json, as_text(merges.bytes()), merges_txt);
}

ByteBpe ByteBpe::parse(std::string_view tokenizer_json, const std::filesystem::path& name) {
  const TokenizerReader reader(name);
  const TokenizerJson file = TokenizerJson::parse(tokenizer_json, name);
  const Json& root = file.root;
  const auto unsupported = [&](const char* key) {
    reader.fail(key, "not supported in a byte-level BPE", ErrorCode::unsupported);
  };
  auto impl = std::make_unique<Impl>();

  if (!reader.member(root, "file", "normalizer").is_null()) unsupported("normalizer");
  reader.expect_type(root, "pre_tokenizer", "ByteLevel");
  const Json& words = root["pre_tokenizer"];
  impl->add_prefix_space = reader.boolean(words, "pre_tokenizer", "add_prefix_space");
  if (words.contains("use_regex") && !reader.boolean(words, "pre_tokenizer", "use_regex")) {
    unsupported("pre_tokenizer.use_regex");
  }

  const Json& model = reader.member(root, "file", "model");
  if (!model.contains("type") && !file.has_merges) reader.fail("model.type", "missing");
  if (model.contains("type")) reader.expect_type(root, "model", "BPE");  // files before 2021 do not say
  const auto unless = [&](const char* key, std::initializer_list<Json> allowed) {
    const auto found = model.find(key);
    if (found == model.end() || found->is_null()) return;
    if (std::find(allowed.begin(), allowed.end(), *found) == allowed.end()) {
      unsupported((std::string("model.") + key).c_str());
    }
  };
  unless("dropout", {0.0});
  unless("continuing_subword_prefix", {""});
  unless("end_of_word_suffix", {""});
  unless("ignore_merges", {false});
  if (!file.has_vocabulary) reader.fail("model.vocab", "an object was expected");
  if (!file.has_merges) reader.fail("model.merges", "a list was expected");
  const auto pieces = impl->read_vocabulary(reader, file);
  impl->read_merges(reader, pieces, file.merges,
                    [](std::size_t i) { return "model.merges[" + std::to_string(i) + "]"; });
  impl->added = AddedTokens::read(reader, root);
  impl->ends = read_text_ends(reader, root);
  impl->check_added(reader, pieces);
  return ByteBpe(std::move(impl));
}

ByteBpe ByteBpe::parse(std::string_view vocab_json, const std::filesystem::path& vocab_name,
                       std::string_view merges_txt, const std::filesystem::path& merges_name) {
  const TokenizerReader vocabulary(vocab_name), merges(merges_name);
  const TokenizerJson file = TokenizerJson::parse_vocabulary(vocab_json, vocab_name);
  auto impl = std::make_unique<Impl>();
  const auto pieces = impl->read_vocabulary(vocabulary, file);

  if (merges_txt.size() > kMaxMergesBytes) merges.fail("too large for a tokenizer");
  std::vector<std::string> lines;
  std::size_t first_line = 1;
  for (std::string_view rest = merges_txt; !rest.empty();) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (lines.empty() && first_line == 1 && line.starts_with("#version")) {
      first_line = 2;
    } else {
      lines.emplace_back(line);
    }
  }
  impl->read_merges(merges, pieces, lines, [&](std::size_t i) { return "line " + std::to_string(first_line + i); });

  std::vector<AddedTokens::Token> tokens;
  for (const char* text : {"<s>", "<pad>", "</s>", "<unk>", "<mask>"}) {
    const auto found = pieces.find(text);
    if (found == pieces.end()) vocabulary.fail(std::string("'") + text + "' is missing");
    AddedTokens::Token token;
    token.text = text;
    token.id = impl->ids[found->second];
    token.lstrip = token.text == "<mask>";
    tokens.push_back(std::move(token));
  }
  impl->ends = {tokens[0].id, tokens[2].id};
  impl->added = AddedTokens(std::move(tokens));
  impl->check_added(vocabulary, pieces);
  return ByteBpe(std::move(impl));
}

std::size_t ByteBpe::id_limit() const noexcept { return static_cast<std::size_t>(impl_->highest_id) + 1; }

std::vector<std::int32_t> ByteBpe::encode(std::string_view utf8, std::size_t max_tokens) const {
  return impl_->ends.around(max_tokens, [&](std::vector<std::int32_t>& ids, std::size_t room) {
    ByteWords words(utf8, impl_->added, impl_->add_prefix_space);
    Word word;
    while (ids.size() < room) {
      const std::size_t enough = impl_->window(room - ids.size());
      const auto text = words.next(enough);
      if (!text) break;
      if (text->token != nullptr) {
        ids.push_back(text->token->id);
        continue;
      }
      impl_->spell(*text, enough, word);
      impl_->merge(word);
      for (Index at = 0; at < word.symbols.size() && ids.size() < room; at = word.symbols[at].next) {
        ids.push_back(impl_->ids[word.symbols[at].piece]);
      }
    }
  });
}

}  // namespace hearken::text
