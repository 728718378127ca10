// Every prompt once through the text tower, then the means.
#include "search/query/prompts.h"

#include <algorithm>
#include <cstddef>
#include <map>

#include "search/query/text_query.h"

namespace hearken::search {
namespace {

struct Prompts {
  std::vector<std::string> texts;              // each once
  std::vector<std::vector<std::size_t>> rows;  // of each label, in `texts`
};

Prompts prompts_of(const LabelSet& set, std::span<const std::string> templates) {
  if (templates.empty()) templates = set.templates;
  for (const std::string& sentence : templates) check_template(sentence);
  Prompts out;
  std::map<std::string, std::size_t> known;
  for (const Label& label : set.labels) {
    std::vector<std::size_t>& rows = out.rows.emplace_back();
    for (const std::string& wording : label.wordings) {
      for (const std::string& sentence : templates) {
        const std::string text = in_template(sentence, wording);
        const auto [row, is_new] = known.emplace(text, out.texts.size());
        if (is_new) out.texts.push_back(text);
        rows.push_back(row->second);
      }
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> label_prompts(const LabelSet& set, std::span<const std::string> templates) {
  return prompts_of(set, templates).texts;
}

std::vector<float> vectors_of_prompts(const Model& model, const LabelSet& set, std::span<const std::string> templates,
                                      std::span<const float> rows) {
  const Prompts prompts = prompts_of(set, templates);
  const auto width = static_cast<std::size_t>(model.info().dimension);
  std::vector<float> out(set.labels.size() * width);
  for (std::size_t i = 0; i < prompts.rows.size(); ++i) {
    std::vector<float> all;
    for (const std::size_t row : prompts.rows[i]) all.insert(all.end(), &rows[row * width], &rows[row * width] + width);
    if (all.empty()) continue;
    const std::vector<float> mean = prompts.rows[i].size() == 1 ? all : mean_vector(all, width, mean_form(model));
    std::copy(mean.begin(), mean.end(), &out[i * width]);
  }
  return out;
}

std::vector<float> label_vectors(const Model& model, const LabelSet& set, std::span<const std::string> templates,
                                 int threads) {
  const std::vector<std::string> prompts = label_prompts(set, templates);
  return vectors_of_prompts(model, set, templates, model.embed_texts(prompts, EmbeddingForm::scored, threads));
}

}  // namespace hearken::search
