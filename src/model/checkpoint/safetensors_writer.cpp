// The header, then the bytes.
#include "model/checkpoint/safetensors_writer.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>
#include <vector>

#include "core/enum_names.h"
#include "core/paths.h"

namespace hearken::model {

void write_safetensors(NewFile& file, const std::map<std::string, Tensor>& tensors) {
  std::vector<std::pair<const std::string*, const Tensor*>> order;
  for (const auto& [name, tensor] : tensors) {
    if (!tensor.unreadable.empty())
      throw Error(ErrorCode::unsupported,
                  display(file.place()) + ": tensor " + display(name) + ": " + tensor.unreadable);
    order.emplace_back(&name, &tensor);
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return size_of(a.second->type) > size_of(b.second->type); });

  nlohmann::ordered_json header{{"__metadata__", {{"format", "pt"}}}};
  std::uint64_t at = 0;
  for (const auto& [name, tensor] : order) {
    header[*name] = {{"dtype", name_in(kTensorTypeNames, tensor->type)},
                     {"shape", tensor->shape},
                     {"data_offsets", {at, at + tensor->bytes}}};
    at += tensor->bytes;
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');
  const std::uint64_t size = text.size();
  file.write(std::as_bytes(std::span(&size, 1)));
  file.write(text);
  for (const auto& [name, tensor] : order) file.write(std::span(tensor->data, tensor->bytes));
}

}  // namespace hearken::model
