// Config files, names and a trial of the weights.
#include "model/layouts/text_checkpoint.h"

#include <algorithm>

#include "core/paths.h"
#include "model/checkpoint/format.h"
#include "model/checkpoint/names.h"
#include "model/config.h"
#include "model/layouts/text_encoders.h"
#include "model/towers/tower_config.h"
#include "model/towers/tower_shapes.h"
#include "nn/cpu/cpu.h"
#include "text/tokenizer/wordpiece.h"

namespace hearken::model {
namespace {

namespace fs = std::filesystem;

int max_tokens(const fs::path& directory, int positions) {
  double most = positions;
  if (const fs::path file = directory / "sentence_bert_config.json"; path_exists(file))
    most = std::min(most, Config::read(file).number("max_seq_length", most));
  else if (const fs::path tokenizer = directory / "tokenizer_config.json"; path_exists(tokenizer))
    most = std::min(most, Config::read(tokenizer).number("model_max_length", most));
  return static_cast<int>(std::max(2.0, most));
}

bool has_other_pooling(const fs::path& directory) {
  const fs::path file = directory / "1_Pooling/config.json";
  return path_exists(file) && !Config::read(file).boolean("pooling_mode_mean_tokens", true);
}

TokenizerFiles tokenizer_of(const fs::path& directory, bool roberta) {
  const auto found = tokenizer_in(directory);
  if (found && (roberta || !found->merges)) return *found;
  throw Error(ErrorCode::not_found,
              display(directory) + (roberta ? ": holds neither tokenizer.json nor vocab.json and merges.txt"
                                            : ": holds no tokenizer.json"));
}

}  // namespace

bool is_text_checkpoint(std::string_view model_type) { return model_type == "bert" || model_type == "roberta"; }

TextCheckpoint open_text_checkpoint(const fs::path& directory) {
  const Config config = Config::read(directory / "config.json");
  const bool roberta = config.text("model_type") == "roberta";
  TextCheckpoint out{.weights = with_text_tower_names(read_checkpoint(weights_in(directory))),
                     .config = {},
                     .roberta = roberta,
                     .tokenizer = tokenizer_of(directory, roberta),
                     .other_pooling = !roberta && has_other_pooling(directory)};
  BertConfig& c = out.config;
  c = bert_shapes(out.weights);
  config.expect("is_decoder", false);
  if (roberta)
    complete_roberta(c, config);
  else
    complete_bert(c, config);
  c.max_tokens = max_tokens(directory, roberta ? c.positions - 2 : c.positions);
  // Both find out what is broken before anything is made of it.
  if (roberta) {
    check_vocabulary(out.tokenizer.vocabulary, out.tokenizer.load().id_limit(), c);
  } else {
    check_vocabulary(out.tokenizer.vocabulary, text::WordPiece::load(out.tokenizer.vocabulary).id_limit(), c);
  }
  load_bert<nn::Cpu>({out.weights}, c);
  return out;
}

}  // namespace hearken::model
