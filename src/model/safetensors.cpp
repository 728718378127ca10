// Parsing and checking the safetensors header.
#include "model/safetensors.h"

#include <algorithm>
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
  SafeTensors::Type type;
  std::size_t size;
};
constexpr TypeName kTypes[] = {
    {"F32", SafeTensors::Type::f32, 4}, {"F16", SafeTensors::Type::f16, 2}, {"BF16", SafeTensors::Type::bf16, 2},
    {"I8", SafeTensors::Type::i8, 1},   {"I32", SafeTensors::Type::i32, 4}, {"I64", SafeTensors::Type::i64, 8},
    {"U8", SafeTensors::Type::u8, 1},
};

}  // namespace

std::int64_t SafeTensors::Tensor::elements() const noexcept {
  std::int64_t n = 1;
  for (const std::int64_t d : shape) n *= d;
  return n;
}

SafeTensors::SafeTensors(std::filesystem::path path, MappedFile file)
    : path_(std::move(path)), file_(std::move(file)) {}

Error SafeTensors::broken(std::string_view tensor, std::string_view reason) const {
  std::string message = display(path_) + ": ";
  if (!tensor.empty()) message += "tensor " + display(tensor) + ": ";
  return Error(ErrorCode::corrupt, message + std::string(reason));
}

SafeTensors SafeTensors::open(const std::filesystem::path& path) {
  SafeTensors self(path, MappedFile(path));
  const auto bytes = self.file_.bytes();
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
    std::uint64_t size = type->size;
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
    self.tensors_.emplace(name, std::move(tensor));
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

bool SafeTensors::contains(std::string_view name) const { return tensors_.find(name) != tensors_.end(); }

const SafeTensors::Tensor& SafeTensors::at(std::string_view name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) throw broken(name, "is not in the file");
  return found->second;
}

nn::WeightView SafeTensors::matrix(std::string_view name, int rows, int cols) const {
  const Tensor& t = at(name);
  const auto r = static_cast<std::int64_t>(rows), c = static_cast<std::int64_t>(cols);
  const bool first_fits = rows == 1 || (!t.shape.empty() && t.shape[0] == r);
  if (!first_fits || t.elements() != r * c)
    throw broken(name, "does not have the shape [" + std::to_string(rows) + ", " + std::to_string(cols) + "]");
  nn::WeightView view;
  view.data = t.data;
  view.rows = rows;
  view.cols = cols;
  switch (t.type) {
    case Type::f32: view.type = nn::WeightType::f32; break;
    case Type::f16: view.type = nn::WeightType::f16; break;
    case Type::bf16: view.type = nn::WeightType::bf16; break;
    case Type::i8: {
      view.type = nn::WeightType::i8;
      const std::string scale_name = std::string(name) + ".scale";
      if (at(scale_name).type != Type::f32) throw broken(scale_name, "is not float32");
      view.scales = floats(scale_name);
      const auto n = static_cast<std::int64_t>(view.scales.size());
      if (n != 1 && (n == 0 || n % r != 0 || c % (n / r) != 0))
        throw broken(scale_name, "does not fit the tensor it scales");
      break;
    }
    default: throw broken(name, "is not a matrix of weights");
  }
  return view;
}

std::vector<float> SafeTensors::floats(std::string_view name) const {
  const Tensor& t = at(name);
  if (t.elements() > std::numeric_limits<std::int32_t>::max()) throw broken(name, "is too large");
  const int rows = t.shape.size() > 1 ? static_cast<int>(t.shape[0]) : 1;
  if (t.elements() == 0) return {};
  return matrix(name, rows, static_cast<int>(t.elements() / rows)).floats();
}

std::vector<std::int64_t> SafeTensors::integers(std::string_view name) const {
  const Tensor& t = at(name);
  std::vector<std::int64_t> out(static_cast<std::size_t>(t.elements()));
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (t.type == Type::i64) {
      std::memcpy(&out[i], t.data + 8 * i, 8);
    } else if (t.type == Type::i32) {
      std::int32_t v;
      std::memcpy(&v, t.data + 4 * i, 4);
      out[i] = v;
    } else {
      throw broken(name, "holds no integers");
    }
  }
  return out;
}

}  // namespace hearken::model
