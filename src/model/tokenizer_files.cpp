// Looking for them.
#include "model/tokenizer_files.h"

#include <string_view>
#include <system_error>

#include "model/hub/model_files.h"

namespace hearken::model {

text::ByteBpe TokenizerFiles::load() const {
  return merges ? text::ByteBpe::load(vocabulary, *merges) : text::ByteBpe::load(vocabulary);
}

std::optional<TokenizerFiles> tokenizer_in(const std::filesystem::path& directory) {
  const auto files = hub::files_of_tokenizer([&](std::string_view file) {
    std::error_code ignored;
    return std::filesystem::exists(directory / file, ignored);
  });
  if (files.empty()) return std::nullopt;
  if (files.size() == 1) return TokenizerFiles{directory / files[0], {}};
  return TokenizerFiles{directory / files[0], directory / files[1]};
}

}  // namespace hearken::model
