// What this processor can do.
#include "core/cpu/isa.h"

#include <hwy/targets.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "core/paths.h"
#include "hearken/error.h"

namespace hearken {
namespace {

struct Name {
  std::string_view name;
  Isa isa;
};
constexpr Name kNames[] = {{"baseline", Isa::baseline},       {"avx2", Isa::avx2},
                           {"avx512", Isa::avx512},           {"avx512_vnni", Isa::avx512_vnni},
                           {"avx512_bf16", Isa::avx512_bf16}, {"native", Isa::native}};

Isa named(const char* value) {
  if (value == nullptr) return Isa::native;
  std::string names;
  for (const auto& [name, isa] : kNames) {
    if (name == value) return isa;
    names.append(names.empty() ? "" : isa == Isa::native ? " or " : ", ").append(name);
  }
  throw Error(ErrorCode::invalid_argument, "HEARKEN_ISA is \"" + display(value) + "\": expected " + names);
}

// Highway's targets that are better than the cap; a better one has a lower bit.
std::int64_t beyond(Isa isa) {
  switch (isa) {
    case Isa::baseline: return HWY_STATIC_TARGET - 1;
#if HWY_ARCH_X86
    case Isa::avx2: return HWY_AVX2 - 1;
    case Isa::avx512: return HWY_AVX3 - 1;
    case Isa::avx512_vnni: return HWY_AVX3_DL - 1;
#endif
    default: return 0;
  }
}

}  // namespace

Isa isa_cap() {
  static const Isa cap = [] {
    const Isa isa = named(std::getenv("HEARKEN_ISA"));
    if (isa != Isa::native) hwy::DisableTargets(beyond(isa));
    return isa;
  }();
  return cap;
}

}  // namespace hearken
