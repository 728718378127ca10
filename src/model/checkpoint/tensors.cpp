// Looking tensors up, with checks of what they are.
#include "model/checkpoint/tensors.h"

#include <algorithm>
#include <limits>

#include "core/paths.h"

namespace hearken::model {

std::int64_t Tensor::elements() const noexcept {
  // An extent of 0 first: the others may be anything then, and their product need not fit.
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  std::int64_t n = 1;
  for (const std::int64_t d : shape) n *= d;
  return n;
}

std::size_t size_of(TensorType type) noexcept {
  switch (type) {
    case TensorType::i64: return 8;
    case TensorType::f32:
    case TensorType::i32: return 4;
    case TensorType::f16:
    case TensorType::bf16: return 2;
    case TensorType::i8:
    case TensorType::u8: break;
  }
  return 1;
}

Error Tensors::broken(std::string_view tensor, std::string_view reason) const {
  std::string message = display(path_) + ": ";
  if (!tensor.empty()) message += "tensor " + display(tensor) + ": ";
  return Error(ErrorCode::corrupt, message + std::string(reason));
}

void Tensors::add(std::string_view name, Tensor tensor) {
  if (tensors_.size() == kMaxTensors) throw broken("", "holds more than " + std::to_string(kMaxTensors) + " tensors");
  if (!tensors_.emplace(name, std::move(tensor)).second) throw broken(name, "is there twice");
}

const Tensor& Tensors::at(std::string_view name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) throw broken(name, "is not in the file");
  if (const std::string& reason = found->second.unreadable; !reason.empty())
    throw Error(ErrorCode::unsupported, display(path_) + ": tensor " + display(name) + ": " + reason);
  return found->second;
}

void Tensors::release_pages(std::string_view name) const {
  const Tensor& tensor = at(name);
  MappedFile::release_pages({tensor.data, tensor.bytes});
}

nn::WeightView Tensors::matrix(std::string_view name, int rows, int cols) const {
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
    case TensorType::f32: view.type = nn::WeightType::f32; break;
    case TensorType::f16: view.type = nn::WeightType::f16; break;
    case TensorType::bf16: view.type = nn::WeightType::bf16; break;
    case TensorType::i8: {
      view.type = nn::WeightType::i8;
      const std::string scale_name = std::string(name) + ".scale";
      if (at(scale_name).type != TensorType::f32) throw broken(scale_name, "is not float32");
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

std::vector<float> Tensors::floats(std::string_view name) const {
  const Tensor& t = at(name);
  if (t.elements() > std::numeric_limits<std::int32_t>::max()) throw broken(name, "is too large");
  const int rows = t.shape.size() > 1 ? static_cast<int>(t.shape[0]) : 1;
  if (t.elements() == 0) return {};
  return matrix(name, rows, static_cast<int>(t.elements() / rows)).floats();
}

}  // namespace hearken::model
