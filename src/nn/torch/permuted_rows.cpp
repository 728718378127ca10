// The permutation as a function of autograd's.
#include "nn/torch/permuted_rows.h"

#include <torch/csrc/autograd/custom_function.h>

namespace hearken::nn {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor permute(const at::Tensor& x, const at::Tensor& order, std::int64_t items) {
  if (items == 1) return x.index_select(0, order);
  const auto rows = x.size(0) / items;
  return x.view({items, rows, x.size(1)}).index_select(1, order).view(x.sizes());
}

struct PermutedRows : torch::autograd::Function<PermutedRows> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& order,
                            const at::Tensor& back, std::int64_t items) {
    context->saved_data["back"] = back;
    context->saved_data["items"] = items;
    return permute(x, order, items);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto back = context->saved_data["back"].toTensor();
    return {permute(gradients[0].contiguous(), back, context->saved_data["items"].toInt()), {}, {}, {}};
  }
};

}  // namespace

at::Tensor permuted_rows(const at::Tensor& x, const at::Tensor& order, const at::Tensor& back, std::int64_t items) {
  return PermutedRows::apply(x, order, back, items);
}

}  // namespace hearken::nn
