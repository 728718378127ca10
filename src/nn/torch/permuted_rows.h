// Rows in another order, with the way back as the gradient.
#pragma once

#include <ATen/ATen.h>

namespace hearken::nn {

/// x [items · n, cols] -> row i of each item is its row order[i]; back is the inverse of order, both [n] int64. Its
/// gradient is a permutation too, where index_select's would add up scattered rows.
at::Tensor permuted_rows(const at::Tensor& x, const at::Tensor& order, const at::Tensor& back, std::int64_t items);

}  // namespace hearken::nn
