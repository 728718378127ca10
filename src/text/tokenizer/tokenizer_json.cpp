// Reading tokenizer.json event by event.
#include "text/tokenizer/tokenizer_json.h"

#include <limits>

#include "text/tokenizer/tokenizer_parts.h"

namespace hearken::text {
namespace {

using Json = nlohmann::json;

// Far beyond every published tokenizer, near enough that no file takes more memory than a machine has.
constexpr std::size_t kMaxFileBytes = 64U << 20;
constexpr std::size_t kMaxEntries = 1U << 20;  // of the vocabulary; of the merges
constexpr std::size_t kMaxValues = 20000;      // of the rest
constexpr std::size_t kMaxDepth = 32;

// Builds the tree as the parser reports it, except below model.vocab and model.merges.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  Builder(TokenizerJson& out, bool vocabulary_only) : out_(out), vocabulary_only_(vocabulary_only) {}
  const std::string& problem() const { return problem_; }

  bool null() override { return value(nullptr); }
  bool boolean(bool v) override { return value(v); }
  bool number_integer(std::int64_t v) override { return inside_ == Inside::vocabulary ? entry(v) : value(v); }
  bool number_unsigned(std::uint64_t v) override {
    if (inside_ != Inside::vocabulary) return value(v);
    return entry(v > std::numeric_limits<std::int32_t>::max() ? -1 : static_cast<std::int64_t>(v));
  }
  bool number_float(double v, const std::string&) override { return value(v); }
  bool string(std::string& v) override {
    if (inside_ == Inside::merges) return merge(std::move(v));
    if (inside_ != Inside::pair) return value(std::move(v));
    out_.merges.back().append(pair_size_++ == 0 ? "" : " ").append(v);
    return true;
  }
  bool binary(Json::binary_t&) override { return false; }

  bool start_object(std::size_t) override {
    if (inside_ == Inside::tree && (vocabulary_only_ ? open_.empty() : model_key("vocab"))) {
      inside_ = Inside::vocabulary;
      out_.has_vocabulary = true;
      out_.vocabulary.clear();
      return true;
    }
    const bool model = open_.size() == 1 && key_ == "model";
    if (!open(Json::object())) return false;
    if (model) model_ = open_.back();
    return true;
  }
  bool end_object() override {
    if (std::exchange(inside_, Inside::tree) == Inside::tree) open_.pop_back();
    return true;
  }
  bool start_array(std::size_t) override {
    if (inside_ == Inside::merges) {
      inside_ = Inside::pair;
      pair_size_ = 0;
      return merge({});
    }
    if (inside_ != Inside::tree || !model_key("merges")) return open(Json::array());
    inside_ = Inside::merges;
    out_.has_merges = true;
    out_.merges.clear();
    return true;
  }
  bool end_array() override {
    if (inside_ == Inside::pair) {
      if (pair_size_ != 2) return unexpected();
      inside_ = Inside::merges;
    } else if (std::exchange(inside_, Inside::tree) == Inside::tree) {
      open_.pop_back();
    }
    return true;
  }
  bool key(std::string& v) override {
    key_ = std::move(v);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    return fail(std::string("not valid JSON: ") + error.what());
  }

 private:
  enum class Inside { tree, vocabulary, merges, pair };

  bool fail(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }
  bool unexpected() {
    if (inside_ == Inside::vocabulary) return fail("model.vocab." + key_ + ": a token id was expected");
    const std::size_t index = out_.merges.size() - (inside_ == Inside::pair ? 1 : 0);
    return fail("model.merges[" + std::to_string(index) + "]: two pieces were expected");
  }
  bool model_key(std::string_view name) const {
    return open_.size() == 2 && model_ != nullptr && open_[1] == model_ && key_ == name;
  }
  bool entry(std::int64_t id) {
    if (out_.vocabulary.size() == kMaxEntries) return fail("model.vocab: too large for a tokenizer");
    out_.vocabulary.emplace_back(std::move(key_), id);
    return true;
  }
  bool merge(std::string pair) {
    if (out_.merges.size() == kMaxEntries) return fail("model.merges: too large for a tokenizer");
    out_.merges.push_back(std::move(pair));
    return true;
  }
  bool value(Json v) {
    if (inside_ != Inside::tree) return unexpected();
    if (++values_ > kMaxValues) return fail("too many values for a tokenizer");
    put(std::move(v));
    return true;
  }
  bool open(Json v) {
    if (inside_ != Inside::tree) return unexpected();
    if (open_.size() == kMaxDepth) return fail("nested too deep for a tokenizer");
    if (++values_ > kMaxValues) return fail("too many values for a tokenizer");
    open_.push_back(put(std::move(v)));
    return true;
  }
  // Only the innermost open value grows, so the addresses of those around it stay.
  Json* put(Json v) {
    if (open_.empty()) return &(out_.root = std::move(v));
    Json& parent = *open_.back();
    if (!parent.is_array()) return &(parent[key_] = std::move(v));
    parent.push_back(std::move(v));
    return &parent.back();
  }

  TokenizerJson& out_;
  const bool vocabulary_only_;
  std::vector<Json*> open_;
  const Json* model_ = nullptr;
  std::string key_, problem_;
  Inside inside_ = Inside::tree;
  std::size_t values_ = 0, pair_size_ = 0;
};

TokenizerJson parsed(std::string_view bytes, const std::filesystem::path& name, bool vocabulary_only) {
  const TokenizerReader reader(name);
  if (bytes.size() > kMaxFileBytes) reader.fail("too large for a tokenizer");
  TokenizerJson out;
  Builder builder(out, vocabulary_only);
  if (!Json::sax_parse(bytes.begin(), bytes.end(), &builder)) reader.fail(builder.problem());
  return out;
}

}  // namespace

TokenizerJson TokenizerJson::parse(std::string_view bytes, const std::filesystem::path& name) {
  return parsed(bytes, name, false);
}

TokenizerJson TokenizerJson::parse_vocabulary(std::string_view bytes, const std::filesystem::path& name) {
  TokenizerJson out = parsed(bytes, name, true);
  if (!out.has_vocabulary) TokenizerReader(name).fail("an object of pieces and their ids was expected");
  return out;
}

}  // namespace hearken::text
