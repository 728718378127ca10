// Parsing and checking the safetensors header.
#include "model/checkpoint/safetensors.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/paths.h"

namespace hearken::model {
namespace {

using nlohmann::json;
constexpr std::uint64_t kMaxHeader = 100'000'000;  // the format's own bound
constexpr int kMaxRank = 8;

struct TypeName {
  const char* name;
  TensorType type;
};
constexpr TypeName kTypes[] = {
    {"F32", TensorType::f32}, {"F16", TensorType::f16}, {"BF16", TensorType::bf16}, {"I8", TensorType::i8},
    {"I32", TensorType::i32}, {"I64", TensorType::i64}, {"U8", TensorType::u8},
};

}  // namespace

Tensors read_safetensors(const std::filesystem::path& path) {
  Tensors self(path, MappedFile(path));
  const auto bytes = self.file();
  if (bytes.size() < 8) throw self.broken("", "too short for a safetensors file");
  std::uint64_t header_size = 0;
  std::memcpy(&header_size, bytes.data(), 8);
  if (header_size > kMaxHeader || header_size > bytes.size() - 8)
    throw self.broken("", "not a safetensors file, or truncated (its header would be " + std::to_string(header_size) +
                              " bytes long)");
  const auto* text = reinterpret_cast<const char*>(bytes.data()) + 8;
  const json header = json::parse(text, text + header_size, nullptr, false);
  if (!header.is_object()) throw self.broken("", "its header is not JSON");

  const std::byte* const base = bytes.data() + 8 + header_size;
  const std::uint64_t data_size = bytes.size() - 8 - header_size;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> spans;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") continue;
    if (!entry.is_object() || !entry.contains("dtype") || !entry["dtype"].is_string() || !entry.contains("shape") ||
        !entry["shape"].is_array() || !entry.contains("data_offsets") || !entry["data_offsets"].is_array() ||
        entry["data_offsets"].size() != 2)
      throw self.broken(name, "its entry is malformed");
    const auto& dtype = entry["dtype"].get_ref<const std::string&>();
    const auto* const type =
        std::find_if(std::begin(kTypes), std::end(kTypes), [&](auto& t) { return dtype == t.name; });
    if (type == std::end(kTypes)) throw self.broken(name, "type " + display(dtype) + " is not read");
    if (entry["shape"].size() > kMaxRank) throw self.broken(name, "has too many dimensions");

    Tensor tensor{type->type, {}, nullptr, 0};
    std::uint64_t size = size_of(type->type);
    for (const auto& d : entry["shape"]) {
      if (!d.is_number_unsigned() || d.get<std::uint64_t>() > std::numeric_limits<std::int32_t>::max())
        throw self.broken(name, "its shape is malformed");
      const auto extent = d.get<std::uint64_t>();
      if (extent != 0 && size > std::numeric_limits<std::uint64_t>::max() / extent)
        throw self.broken(name, "its shape is too large");
      size *= extent;
      tensor.shape.push_back(static_cast<std::int64_t>(extent));
    }
    const auto& offsets = entry["data_offsets"];
    if (!offsets[0].is_number_unsigned() || !offsets[1].is_number_unsigned())
      throw self.broken(name, "its offsets are malformed");
    const auto begin = offsets[0].get<std::uint64_t>(), end = offsets[1].get<std::uint64_t>();
    if (begin > end || end > data_size) throw self.broken(name, "lies outside the file (truncated?)");
    if (end - begin != size) throw self.broken(name, "its size does not fit its shape");
    tensor.data = base + begin;
    tensor.bytes = size;
    if (size > 0) spans.emplace_back(begin, end);
    self.add(name, std::move(tensor));
  }
  std::sort(spans.begin(), spans.end());
  std::uint64_t at = 0;
  for (const auto& [begin, end] : spans) {
    if (begin != at) throw self.broken("", begin < at ? "two tensors overlap" : "there is a hole between its tensors");
    at = end;
  }
  if (at != data_size) throw self.broken("", "there are bytes after its last tensor");
  return self;
}

}  // namespace hearken::model
