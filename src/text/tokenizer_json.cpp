// Reading tokenizer.json event by event.
#include "text/tokenizer_json.h"

#include <limits>

#include "core/mapped_file.h"
#include "core/paths.h"

namespace hearken::text {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxFileBytes = 64U << 20;  // the largest published tokenizer.json has some 30 MB

// Builds the tree as the parser reports it, except below model.vocab.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  explicit Builder(TokenizerJson& out) : out_(out) {}
  const std::string& problem() const { return problem_; }

  bool null() override { return value(nullptr); }
  bool boolean(bool v) override { return value(v); }
  bool number_integer(std::int64_t v) override { return in_vocabulary_ ? entry(v) : value(v); }
  bool number_unsigned(std::uint64_t v) override {
    if (!in_vocabulary_) return value(v);
    return entry(v > std::numeric_limits<std::int32_t>::max() ? -1 : static_cast<std::int64_t>(v));
  }
  bool number_float(double v, const std::string&) override { return value(v); }
  bool string(std::string& v) override { return value(std::move(v)); }
  bool binary(Json::binary_t&) override { return false; }

  bool start_object(std::size_t) override {
    const bool vocabulary = open_.size() == 2 && key_ == "vocab" && model_ != nullptr && open_[1] == model_;
    if (vocabulary) {
      in_vocabulary_ = out_.has_vocabulary = true;
      out_.vocabulary.clear();
      return true;
    }
    if (in_vocabulary_) return value(nullptr);
    const bool model = open_.size() == 1 && key_ == "model";
    open_.push_back(put(Json::object()));
    if (model) model_ = open_.back();
    return true;
  }
  bool end_object() override {
    if (!std::exchange(in_vocabulary_, false)) open_.pop_back();
    return true;
  }
  bool start_array(std::size_t) override {
    if (in_vocabulary_) return value(nullptr);
    open_.push_back(put(Json::array()));
    return true;
  }
  bool end_array() override {
    open_.pop_back();
    return true;
  }
  bool key(std::string& v) override {
    key_ = std::move(v);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) override {
    problem_ = std::string("not valid JSON: ") + error.what();
    return false;
  }

 private:
  bool entry(std::int64_t id) {
    out_.vocabulary.emplace_back(std::move(key_), id);
    return true;
  }
  bool value(Json v) {
    if (in_vocabulary_) {
      problem_ = "model.vocab." + key_ + ": a token id was expected";
      return false;
    }
    put(std::move(v));
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
  std::vector<Json*> open_;
  const Json* model_ = nullptr;
  std::string key_, problem_;
  bool in_vocabulary_ = false;
};

}  // namespace

TokenizerJson TokenizerJson::read(const std::filesystem::path& path) {
  const MappedFile file(path);
  const auto bytes = file.bytes();
  if (bytes.size() > kMaxFileBytes) throw Error(ErrorCode::corrupt, display(path) + ": too large for a tokenizer");
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  TokenizerJson out;
  Builder builder(out);
  if (!Json::sax_parse(text, text + bytes.size(), &builder))
    throw Error(ErrorCode::corrupt, display(path) + ": " + display(builder.problem()));
  return out;
}

}  // namespace hearken::text
