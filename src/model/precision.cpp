// Precisions: their names, and the products behind them.
#include "model/precision.h"

#include <string>

#include "core/enum_names.h"
#include "core/paths.h"
#include "hearken/error.h"
#include "nn/cpu/products.h"

namespace hearken {

constexpr std::string_view kPrecisionNames[] = {"auto", "fp32", "bf16", "int8"};
std::string_view to_string(Precision precision) noexcept { return name_in(kPrecisionNames, precision); }

Precision parse_precision(std::string_view name) {
  for (const Precision p : {Precision::automatic, Precision::fp32, Precision::bf16, Precision::int8})
    if (name == to_string(p)) return p;
  throw Error(ErrorCode::invalid_argument, "precision " + display(name) + ": expected auto, fp32, bf16 or int8");
}

namespace model {

nn::ProductType product_type(Precision precision) {
  switch (precision) {
    case Precision::automatic: return nn::fastest_exact_type();
    case Precision::fp32: break;
    case Precision::bf16: return nn::ProductType::bf16;
    case Precision::int8: nn::require_products(nn::ProductType::int8); return nn::ProductType::int8;
  }
  return nn::ProductType::f32;
}

Precision precision_of(nn::ProductType type) noexcept {
  switch (type) {
    case nn::ProductType::f32: break;
    case nn::ProductType::bf16: return Precision::bf16;
    case nn::ProductType::int8: return Precision::int8;
  }
  return Precision::fp32;
}

}  // namespace model
}  // namespace hearken
