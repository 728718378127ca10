// RoBERTa and MiniLM as encoders.
#include "model/layouts/text_encoders.h"

#include <fmt/format.h>

#include <future>
#include <vector>

#include "core/paths.h"
#include "model/towers/heads.h"
#include "model/towers/roberta.h"
#include "text/carrier.h"
#include "text/tokenizer/wordpiece.h"

namespace hearken::model {
namespace {

using nn::Cpu;

void write_texts(Cpu& cpu, const TextHead<Cpu>& head, Cpu::Tensor pooled, EmbeddingForm form, std::span<float> out) {
  write_form(
      pooled, form, out, [&](Cpu::Tensor x) { return head(cpu, x); },
      [&](Cpu::Tensor x) { form == EmbeddingForm::unit ? cpu.normalize_rows(x) : head.to_scored(cpu, x); });
}

class RobertaEncoder final : public TextEncoder {
 public:
  RobertaEncoder(const TowerReader<Cpu>& read, const TowerPlan& plan, const TokenizerFiles& tokenizer)
      : reading_(std::async(std::launch::async, [&tokenizer] { return tokenizer.load(); })),
        tower_(load_roberta<Cpu>(read, plan.text)),
        head_(TextHead<Cpu>::load(read, plan)),
        tokenizer_(reading_.get()) {
    check_vocabulary(tokenizer.vocabulary, tokenizer_.id_limit(), plan.text);
  }

  std::vector<std::int32_t> tokens(std::string_view text) const override {
    return tokenizer_.encode(text, static_cast<std::size_t>(tower_.bert.config.max_tokens));
  }

  void embed(Cpu& cpu, std::span<const std::vector<std::int32_t>> texts, EmbeddingForm form,
             std::span<float> out) const override {
    const Cpu::Scope scope(cpu);
    write_texts(cpu, head_, roberta_states(cpu, tower_, texts), form, out);
  }

 private:
  std::future<text::ByteBpe> reading_;  // while the tower is packed
  Roberta<Cpu> tower_;
  TextHead<Cpu> head_;
  text::ByteBpe tokenizer_;
};

class MiniLmEncoder final : public TextEncoder {
 public:
  MiniLmEncoder(const TowerReader<Cpu>& read, const TowerPlan& plan, const std::filesystem::path& tokenizer_json)
      : tokenizer_(text::WordPiece::load(tokenizer_json)),
        tower_(load_bert<Cpu>(read, plan.text)),
        head_(TextHead<Cpu>::load(read, plan)) {
    check_vocabulary(tokenizer_json, tokenizer_.id_limit(), plan.text);
  }

  std::vector<std::int32_t> tokens(std::string_view text) const override {
    if (head_.classes) text = text::without_carrier(text);
    return tokenizer_.encode(text, static_cast<std::size_t>(tower_.config.max_tokens));
  }

  void embed(Cpu& cpu, std::span<const std::vector<std::int32_t>> texts, EmbeddingForm form,
             std::span<float> out) const override {
    const Cpu::Scope scope(cpu);
    write_texts(cpu, head_, minilm_states(cpu, tower_, texts), form, out);
  }

 private:
  text::WordPiece tokenizer_;
  Bert<Cpu> tower_;
  TextHead<Cpu> head_;
};

}  // namespace

void check_vocabulary(const std::filesystem::path& tokenizer, std::size_t id_limit, const BertConfig& config) {
  if (id_limit > static_cast<std::size_t>(config.vocabulary))
    throw Error(ErrorCode::corrupt, fmt::format("{}: has tokens up to {}, and the text tower only {}",
                                                display(tokenizer), id_limit - 1, config.vocabulary));
}

std::unique_ptr<TextEncoder> make_roberta_encoder(const Tensors& weights, const TowerPlan& plan,
                                                  const TokenizerFiles& tokenizer, nn::ProductType type) {
  return std::make_unique<RobertaEncoder>(TowerReader<Cpu>{weights, type}, plan, tokenizer);
}

std::unique_ptr<TextEncoder> make_minilm_encoder(const Tensors& weights, const TowerPlan& plan,
                                                 const std::filesystem::path& tokenizer_json, nn::ProductType type) {
  return std::make_unique<MiniLmEncoder>(TowerReader<Cpu>{weights, type}, plan, tokenizer_json);
}

}  // namespace hearken::model
