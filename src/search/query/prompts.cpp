// Every prompt once through the text tower, then the means.
#include "search/query/prompts.h"

#include <algorithm>
#include <cstddef>
#include <map>

#include "search/query/text_query.h"

namespace hearken::search {

std::vector<float> label_vectors(const Model& model, const LabelSet& set, std::span<const std::string> templates,
                                 int threads) {
  if (templates.empty()) templates = set.templates;
  for (const std::string& sentence : templates) check_template(sentence);
  std::map<std::string, std::size_t> rows;
  std::vector<std::string> texts;
  std::vector<std::vector<std::size_t>> prompts(set.labels.size());  // rows of texts
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    for (const std::string& wording : set.labels[i].wordings) {
      for (const std::string& sentence : templates) {
        const std::string text = in_template(sentence, wording);
        const auto [row, is_new] = rows.emplace(text, texts.size());
        if (is_new) texts.push_back(text);
        prompts[i].push_back(row->second);
      }
    }
  }
  const auto width = static_cast<std::size_t>(model.info().dimension);
  const std::vector<float> vectors = model.embed_texts(texts, EmbeddingForm::scored, threads);
  std::vector<float> out(set.labels.size() * width);
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    std::vector<float> all;
    for (const std::size_t row : prompts[i])
      all.insert(all.end(), &vectors[row * width], &vectors[row * width] + width);
    if (all.empty()) continue;
    const std::vector<float> mean = prompts[i].size() == 1 ? all : mean_vector(all, width, mean_form(model));
    std::copy(mean.begin(), mean.end(), &out[i * width]);
  }
  return out;
}

}  // namespace hearken::search
