// What a precision means to the executor.
#pragma once

#include "hearken/model.h"
#include "nn/backend.h"

namespace hearken::model {

/// Throws Error(unsupported) for a precision whose products this CPU does not have.
nn::ProductType product_type(Precision precision);
Precision precision_of(nn::ProductType type) noexcept;

}  // namespace hearken::model
