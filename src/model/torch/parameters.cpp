// Leaves from a checkpoint's numbers.
#include "model/torch/parameters.h"

#include <utility>

#include "hearken/error.h"

namespace hearken::model {
namespace {

at::Tensor to_tensor(std::vector<float>& values, const at::Device& device) {
  const auto view = at::from_blob(values.data(), {static_cast<std::int64_t>(values.size())}, at::kFloat);
  return device.is_cpu() ? view.clone() : view.to(device);
}

std::vector<float> checked(const WeightSource& source, const std::string& name, std::int64_t elements) {
  std::vector<float> values = source.floats(name);
  if (static_cast<std::int64_t>(values.size()) != elements)
    throw Error(ErrorCode::corrupt, "tensor " + name + ": has " + std::to_string(values.size()) +
                                        " numbers where the model has " + std::to_string(elements));
  return values;
}

}  // namespace

template <class Make>
Parameter& Parameters::find_or_make(const std::string& name, Make make) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = all_.find(name); found != all_.end()) return found->second;
  }
  Parameter made = make();  // reading it takes longer than anything else here, so other threads go on
  made.value.requires_grad_(true);
  const std::lock_guard lock(mutex_);
  return all_.emplace(name, std::move(made)).first->second;
}

Parameter& Parameters::vector(const std::string& name, int n) {
  return find_or_make(name, [&] {
    auto values = checked(source_, name, n);
    return Parameter{to_tensor(values, device_), {{name, source_.shape(name), 0, n}}, nullptr};
  });
}

Parameter& Parameters::matrix(const std::string& name, int rows, int cols) {
  return find_or_make(name, [&] {
    auto values = checked(source_, name, std::int64_t{rows} * cols);
    return Parameter{to_tensor(values, device_).view({rows, cols}), {{name, source_.shape(name), 0, rows}}, nullptr};
  });
}

Parameter& Parameters::joint(const std::string& name, const std::vector<std::string>& parts, int rows, int cols) {
  return find_or_make(name, [&] {
    Parameter made;
    std::vector<at::Tensor> values;
    for (const std::string& part : parts) {
      auto numbers = checked(source_, part, std::int64_t{rows} * (cols > 0 ? cols : 1));
      values.push_back(to_tensor(numbers, device_));
      made.parts.push_back({part, source_.shape(part), static_cast<std::int64_t>(made.parts.size()) * rows, rows});
    }
    made.value = at::cat(values);
    if (cols > 0) made.value = made.value.view({-1, cols});
    return made;
  });
}

at::Tensor Parameters::constant(const std::string& name, int n) const {
  auto values = checked(source_, name, n);
  return to_tensor(values, device_);
}

std::vector<float> Parameters::floats(const std::string& name, int rows, int cols) const {
  return checked(source_, name, std::int64_t{rows} * cols);
}

}  // namespace hearken::model
