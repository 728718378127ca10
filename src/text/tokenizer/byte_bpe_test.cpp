// The byte-level BPE against limits, ill-formed text, and tokenizer files that are not what they should be. That it
// equals the reference is proven in tests/golden/tokenizer_test.cpp.
#include "text/tokenizer/byte_bpe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/testing/temp_folder.h"
#include "hearken/error.h"
#include "text/tokenizer/testing.h"

namespace hearken::text {
namespace {

using Json = nlohmann::json;
using Ids = std::vector<std::int32_t>;

const std::filesystem::path kBpeTokenizer =
    std::filesystem::path(HEARKEN_SOURCE_DIR) / "tests/golden/roberta/tokenizer.json";
constexpr std::size_t kAll = 1U << 30;

/// A tokenizer of a few merges over the 256 bytes of the real one.
Json small_tokenizer() {
  static const Json small = [] {
    Json json = Json::parse(std::ifstream(kBpeTokenizer, std::ios::binary));
    Json vocabulary = Json::object();
    for (const char* token : {"<s>", "<pad>", "</s>", "<unk>"}) vocabulary[token] = vocabulary.size();
    for (const auto& [piece, id] : json["model"]["vocab"].items()) {
      const bool byte = piece.size() == 1 || (piece.size() == 2 && (piece[0] & 0xE0) == 0xC0);
      if (byte) vocabulary[piece] = vocabulary.size();
    }
    Json merges = Json::array();
    for (const char* merge : {"a b", "ab c", "c d", "Ġ ab", "x x", "xx xx"}) {
      merges.push_back(merge);
      std::string piece = merge;
      vocabulary[piece.erase(piece.find(' '), 1)] = vocabulary.size();
    }
    vocabulary["<mask>"] = vocabulary.size();
    json["added_tokens"].back()["id"] = vocabulary["<mask>"];
    json["model"]["vocab"] = vocabulary;
    json["model"]["merges"] = merges;
    return json;
  }();
  return small;
}

ByteBpe parse(const Json& json) { return ByteBpe::parse(json.dump(), "tokenizer.json"); }

ByteBpe changed(const std::function<void(Json&)>& change) {
  Json json = small_tokenizer();
  change(json);
  return parse(json);
}

void expect_failure(const std::function<void()>& load, ErrorCode code, const std::string& part) {
  try {
    load();
    ADD_FAILURE() << "loaded, though " << part;
  } catch (const Error& error) {
    EXPECT_EQ(to_string(error.code()), to_string(code)) << error.what();
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    EXPECT_LT(std::string(error.what()).size(), 1000u);
  }
}

/// The ids as pieces, which a person can check by hand.
std::string pieces(const Json& json, std::string_view text, std::size_t max_tokens = kAll) {
  std::string out;
  for (const std::int32_t id : parse(json).encode(text, max_tokens)) {
    for (const auto& [piece, value] : json["model"]["vocab"].items()) {
      if (value == id) out += (out.empty() ? "" : "|") + piece;
    }
  }
  return out;
}

TEST(ByteBpe, MergesTheEarliestPairFirst) {
  const Json json = small_tokenizer();
  EXPECT_EQ(pieces(json, "abcd"), "<s>|abc|d|</s>");
  EXPECT_EQ(pieces(json, "acd ab"), "<s>|a|cd|Ġab|</s>");
  EXPECT_EQ(pieces(json, "xxxxxxx"), "<s>|xxxx|xx|x|</s>");
  EXPECT_EQ(pieces(json, "xxxxxxx", 3), "<s>|xxxx|</s>");
  EXPECT_EQ(pieces(json, "xxxxxxx", 2), "<s>|</s>");
}

TEST(ByteBpe, FindsSpecialTokensInTheText) {
  Json json = small_tokenizer();
  EXPECT_EQ(pieces(json, "a \t <mask> ab"), "<s>|a|<mask>|Ġab|</s>");
  EXPECT_EQ(pieces(json, "a </s> b"), "<s>|a|Ġ|</s>|Ġ|b|</s>");
  json["added_tokens"].back()["rstrip"] = true;
  EXPECT_EQ(pieces(json, "a <mask> \nab"), "<s>|a|<mask>|ab|</s>");

  // Tokens that are normalized are looked for in what the others leave, even if they begin before one of those.
  Json token = json["added_tokens"][0];
  token["content"] = "z<s";
  token["normalized"] = true;
  json["model"]["vocab"]["z<s"] = token["id"] = json["model"]["vocab"].size();
  json["added_tokens"].push_back(token);
  EXPECT_EQ(pieces(json, "z<sz<s>"), "<s>|z<s|z|<s>|</s>");
}

TEST(ByteBpe, PutsASpaceBeforeTextIfTheFileSaysSo) {
  Json json = small_tokenizer();
  json["pre_tokenizer"]["add_prefix_space"] = true;
  EXPECT_EQ(pieces(json, "ab<mask>ab"), "<s>|Ġab|<mask>|Ġab|</s>");
  EXPECT_EQ(pieces(json, " ab"), "<s>|Ġab|</s>");
  EXPECT_EQ(pieces(json, "\nab"), "<s>|Ġ|Ċ|ab|</s>");
  EXPECT_EQ(pieces(json, "'s"), "<s>|Ġ|'|s|</s>");
  EXPECT_EQ(pieces(json, ""), "<s>|</s>");
}

TEST(ByteBpe, KeepsTimeAndMemoryWithinBounds) {
  const ByteBpe tokenizer = ByteBpe::load(kBpeTokenizer);
  const std::size_t much = 10'000'000;
  std::string letters, marks;
  for (std::uint32_t random = 1; letters.size() < much;) {
    random = random * 1664525 + 1013904223;
    letters += static_cast<char>('a' + (random >> 24) % 26);
  }
  while (marks.size() < much) marks += "\u0323";
  for (const std::string& text : {letters, marks, std::string(much, 'x'), std::string(much, '\''),
                                  std::string(much, '<'), std::string(much, '\xFF')}) {
    const Ids ids = tokenizer.encode(text, 77);
    ASSERT_EQ(ids.size(), 77u);
    EXPECT_EQ(ids.back(), 2);
    // A word's first pieces come of its first bytes, so what stands far behind is as good as not there.
    EXPECT_EQ(ids, tokenizer.encode(text.substr(0, text.size() / 2), 77));
  }
  // The whole of a long word, and the first of it.
  letters.resize(1'000'000);
  const Ids all = tokenizer.encode(letters, kAll), first = tokenizer.encode(letters, 1000);
  EXPECT_GT(all.size(), 400'000u);
  EXPECT_TRUE(std::equal(first.begin(), first.end() - 1, all.begin()));

  EXPECT_EQ(tokenizer.encode(std::string(much, ' ') + "<mask>", 77), (Ids{0, 50264, 2}));
  EXPECT_EQ(tokenizer.encode(std::string(much, '\n') + "<mask>", 3), (Ids{0, 50264, 2}));
  EXPECT_THROW(tokenizer.encode("a", 1), Error);
  EXPECT_THROW(tokenizer.encode("a", 0), Error);
}

TEST(ByteBpe, MergesWholeWordsWhereMergesAreNotInTrainingsOrder) {
  const ByteBpe tokenizer = changed([](Json& json) {
    json["model"]["merges"] = {"xx xx", "x x"};  // the second makes what the first joins
  });
  const Ids ids = tokenizer.encode(std::string(4'000'003, 'x'), 5);
  const Ids few = tokenizer.encode("xxxxxxxxxxxx", 5);
  EXPECT_EQ(ids, few);
  EXPECT_EQ(few.size(), 5u);
}

TEST(ByteBpe, ReadsIllFormedBytesAsReplacementCharacters) {
  const ByteBpe tokenizer = ByteBpe::load(kBpeTokenizer);
  const auto replaced = [](std::string_view before, int count, std::string_view after) {
    std::string text(before);
    for (int i = 0; i < count; ++i) text += "\uFFFD";
    return text.append(after);
  };
  EXPECT_EQ(tokenizer.encode("vio\xfflin", 77), tokenizer.encode(replaced("vio", 1, "lin"), 77));
  EXPECT_EQ(tokenizer.encode("vio\xed\xa0\x80lin", 77), tokenizer.encode(replaced("vio", 3, "lin"), 77));
  EXPECT_EQ(tokenizer.encode("vio \xc0\x80!", 77), tokenizer.encode(replaced("vio ", 2, "!"), 77));
  EXPECT_EQ(tokenizer.encode("violin\xf0\x9f\x8e", 77), tokenizer.encode(replaced("violin", 3, ""), 77));
  EXPECT_EQ(tokenizer.encode("\xc3<mask>", 77), tokenizer.encode(replaced("", 1, "<mask>"), 77));
}

TEST(ByteBpe, SaysHighestId) {
  EXPECT_EQ(ByteBpe::load(kBpeTokenizer).id_limit(), 50265u);
  EXPECT_EQ(changed([](Json& j) { j["model"]["vocab"]["violin"] = 70000; }).id_limit(), 70001u);
  EXPECT_EQ(changed([](Json& j) { j["post_processor"]["sep"][1] = 80000; }).id_limit(), 80001u);
}

TEST(ByteBpe, ReadsEveryFormOfTheFile) {
  const std::string text = "abcd  xxx ab <mask>.";
  const Ids ids = parse(small_tokenizer()).encode(text, 77);
  EXPECT_EQ(ids, changed([](Json& j) {
                   for (Json& merge : j["model"]["merges"]) {
                     const std::string pair = merge;
                     merge = {pair.substr(0, pair.find(' ')), pair.substr(pair.find(' ') + 1)};
                   }
                 }).encode(text, 77));
  EXPECT_EQ(ids, changed([](Json& j) {
                   j["post_processor"] = Json::parse(R"({"type": "TemplateProcessing",
                     "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                                {"SpecialToken": {"id": "</s>", "type_id": 0}}],
                     "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]},
                                        "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]}}})");
                 }).encode(text, 77));
  EXPECT_EQ(ids, changed([](Json& j) {  // as it was written in 2020
                   j["model"].erase("type");
                   j["pre_tokenizer"].erase("use_regex");
                   for (std::size_t i = 0; i < 4; ++i) j["added_tokens"][i]["normalized"] = true;
                 })
                     .encode(text, 77));
}

class ByteBpeFiles : public testing::Test {
 protected:
  std::filesystem::path write(const char* name, const std::string& bytes) const {
    const auto path = directory_ / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  const TempFolder directory_;
};

TEST_F(ByteBpeFiles, OlderFilesGiveTheSame) {
  const Json json = Json::parse(std::ifstream(kBpeTokenizer, std::ios::binary));
  std::string merges = "#version: 0.2\n";
  for (const Json& merge : json["model"]["merges"]) merges += merge.get<std::string>() + "\n";
  const auto vocabulary = write("vocab.json", json["model"]["vocab"].dump(1, ' ', true));
  const ByteBpe newer = ByteBpe::load(kBpeTokenizer), older = ByteBpe::load(vocabulary, write("merges.txt", merges));
  EXPECT_EQ(older.id_limit(), newer.id_limit());

  std::ifstream file(std::filesystem::path(HEARKEN_SOURCE_DIR) / "tests/golden/roberta/tokenizer_reference.json");
  const Json reference = Json::parse(file);
  for (const Json& item : reference["cases"]) {
    const std::string text = item["text"];
    EXPECT_EQ(older.encode(text, item["max_tokens"]), newer.encode(text, item["max_tokens"])) << text;
  }
  for (std::size_t at = merges.find('\n'); at != std::string::npos; at = merges.find('\n', at + 2)) {
    merges.insert(at, "\r");
  }
  EXPECT_EQ(ByteBpe::load(vocabulary, write("merges.txt", merges)).encode("a dog barking", 77),
            newer.encode("a dog barking", 77));
}

TEST_F(ByteBpeFiles, NamesWhatIsWrongWithTheOlderFiles) {
  const auto vocabulary = write("vocab.json", small_tokenizer()["model"]["vocab"].dump());
  const auto merges = write("merges.txt", "#version: 0.2\na b\nab c\n");
  const auto none = directory_ / "none";
  const auto fails = [](const std::filesystem::path& v, const std::filesystem::path& m, ErrorCode code,
                        const std::string& part) { expect_failure([&] { ByteBpe::load(v, m); }, code, part); };
  EXPECT_NO_THROW(ByteBpe::load(vocabulary, merges));
  fails(none, merges, ErrorCode::not_found, "none");
  fails(vocabulary, none, ErrorCode::not_found, "none");
  fails(write("v.json", "[1]"), merges, ErrorCode::corrupt, "v.json: an object");
  fails(write("v.json", R"({"a": [1]})"), merges, ErrorCode::corrupt, "v.json: model.vocab.a: a token id");
  fails(write("v.json", R"({"a": 1)"), merges, ErrorCode::corrupt, "v.json: not valid JSON");
  fails(write("v.json", "{}"), merges, ErrorCode::corrupt, "v.json: model.vocab: the piece of byte 0");
  Json without = small_tokenizer()["model"]["vocab"];
  without.erase("<mask>");
  fails(write("v.json", without.dump()), merges, ErrorCode::corrupt, "v.json: '<mask>' is missing");
  fails(vocabulary, write("m.txt", "#version: 0.2\na b\n\nab c\n"), ErrorCode::corrupt, "m.txt: line 3: two pieces");
  fails(vocabulary, write("m.txt", "a b\nb a\n"), ErrorCode::corrupt, "m.txt: line 2: 'ba' is not in the vocabulary");
  fails(vocabulary, write("m.txt", "a b\nab c\na b"), ErrorCode::corrupt, "m.txt: line 3: 'a b' is there twice");
}

void parsing_fails(const std::string& bytes, ErrorCode code, const std::string& part) {
  expect_failure([&] { ByteBpe::parse(bytes, "some/tokenizer.json"); }, code, part);
  expect_failure([&] { ByteBpe::parse(bytes, "some/tokenizer.json"); }, code, "some/tokenizer.json: ");
}

TEST_F(ByteBpeFiles, NamesWhatIsWrongWithTheFile) {
  const std::string whole = small_tokenizer().dump();
  expect_failure([&] { ByteBpe::load(directory_ / "tokenizer.json"); }, ErrorCode::not_found, "No such file");
  expect_failure([&] { ByteBpe::load(directory_.path()); }, ErrorCode::invalid_argument, "is not a regular file");
  parsing_fails("", ErrorCode::corrupt, "not valid JSON");
  parsing_fails(whole.substr(0, whole.size() / 2), ErrorCode::corrupt, "not valid JSON");
  parsing_fails("\"" + std::string(1'000'000, 'a'), ErrorCode::corrupt, "not valid JSON");
  parsing_fails(std::string(1'000'000, '['), ErrorCode::corrupt, "nested too deep");
  std::string list = "[0";
  for (int i = 0; i < 100'000; ++i) list += ",0";
  parsing_fails(list + "]", ErrorCode::corrupt, "too many values");
  parsing_fails("[]", ErrorCode::corrupt, "an object was expected");
  parsing_fails("{}", ErrorCode::corrupt, "normalizer");
}

TEST_F(ByteBpeFiles, NamesTheFieldThatIsWrong) {
  expect_each_refused(
      small_tokenizer(),
      {
          {"/normalizer", {{"type", "NFC"}}, ErrorCode::unsupported, "normalizer"},
          {"/pre_tokenizer/type", "BertPreTokenizer", ErrorCode::unsupported, "pre_tokenizer.type: 'BertPreTokenizer'"},
          {"/pre_tokenizer/use_regex", false, ErrorCode::unsupported, "pre_tokenizer.use_regex"},
          {"/pre_tokenizer/add_prefix_space", 1, ErrorCode::corrupt, "pre_tokenizer.add_prefix_space"},
          {"/model", nullptr, ErrorCode::corrupt, "model"},
          {"/model/type", "WordPiece", ErrorCode::unsupported, "model.type: 'WordPiece'"},
          {"/model/dropout", 0.1, ErrorCode::unsupported, "model.dropout"},
          {"/model/continuing_subword_prefix", "##", ErrorCode::unsupported, "model.continuing_subword_prefix"},
          {"/model/end_of_word_suffix", "</w>", ErrorCode::unsupported, "model.end_of_word_suffix"},
          {"/model/ignore_merges", true, ErrorCode::unsupported, "model.ignore_merges"},
          {"/model/vocab", Json::array(), ErrorCode::corrupt, "model.vocab: an object"},
          {"/model/vocab", Json::object(), ErrorCode::corrupt, "model.vocab: the piece of byte 0, 'Ā', is missing"},
          {"/model/vocab/ab", -1, ErrorCode::corrupt, "model.vocab.ab: a token id"},
          {"/model/vocab/ab", 0xFFFFFFFFFFFFFFFF, ErrorCode::corrupt, "model.vocab.ab: a token id"},
          {"/model/vocab/ab", {1}, ErrorCode::corrupt, "model.vocab.ab: a token id"},
          {"/model/merges", Json::object(), ErrorCode::corrupt, "model.merges: a list"},
          {"/model/merges/1", 7, ErrorCode::corrupt, "model.merges[1]: two pieces"},
          {"/model/merges/1", "abc", ErrorCode::corrupt, "model.merges[1]: two pieces"},
          {"/model/merges/1", "a b c", ErrorCode::corrupt, "model.merges[1]: two pieces"},
          {"/model/merges/1", {"ab"}, ErrorCode::corrupt, "model.merges[1]: two pieces"},
          {"/model/merges/1", {"a", "b", "c"}, ErrorCode::corrupt, "model.merges[1]: two pieces"},
          {"/model/merges/1", {"a", 1}, ErrorCode::corrupt, "model.merges[1]: two pieces"},
          {"/model/merges/1", {"a", {"b"}}, ErrorCode::corrupt, "model.merges[1]: two pieces"},
          {"/model/merges/1", "ab violin", ErrorCode::corrupt, "model.merges[1]: 'violin' is not in the vocabulary"},
          {"/model/merges/1", "ab d", ErrorCode::corrupt, "model.merges[1]: 'abd' is not in the vocabulary"},
          {"/model/merges/5", "a b", ErrorCode::corrupt, "model.merges[5]: 'a b' is there twice"},
          {"/added_tokens", 3, ErrorCode::corrupt, "added_tokens"},
          {"/added_tokens/0/content", "", ErrorCode::corrupt, "added_tokens"},
          {"/added_tokens/0/content", " <s>", ErrorCode::unsupported, "added_tokens: ' <s>': white space"},
          {"/added_tokens/0/id", 1, ErrorCode::corrupt, "added_tokens: '<s>' has another id"},
          {"/added_tokens/0/id", -1, ErrorCode::corrupt, "added_tokens.id"},
          {"/added_tokens/0/single_word", true, ErrorCode::unsupported, "'<s>': single_word"},
          {"/added_tokens/0/lstrip", nullptr, ErrorCode::corrupt, "added_tokens.lstrip"},
          {"/post_processor", nullptr, ErrorCode::corrupt, "post_processor"},
          {"/post_processor/type", "ByteLevel", ErrorCode::unsupported, "post_processor.type: 'ByteLevel'"},
          {"/post_processor/cls", "<s>", ErrorCode::corrupt, "post_processor.cls"},
          {"/post_processor/sep/1", 1e300, ErrorCode::corrupt, "post_processor.sep"},
      },
      [&](const Json& json, ErrorCode code, const char* part) { parsing_fails(json.dump(), code, part); });
  Json json = small_tokenizer();
  json["model"].erase("merges");
  parsing_fails(json.dump(), ErrorCode::corrupt, "model.merges: a list");
}

}  // namespace
}  // namespace hearken::text
