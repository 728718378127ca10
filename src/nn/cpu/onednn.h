// oneDNN as this executor uses it: one engine, a stream for each thread, plans whose scratch memory the caller brings.
// For sources of nn/cpu only. Written for oneDNN 2.6 and 3.x.
#pragma once

#include <cstddef>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>

#include "core/cpu/isa.h"
#include "hearken/error.h"
#include "nn/backend.h"

namespace hearken::nn::onednn {

using dnnl::memory;
using Dims = memory::dims;
constexpr auto kFloat = memory::data_type::f32;
constexpr auto kBfloat = memory::data_type::bf16;

// What oneDNN may use: set before anything else is asked of it.
inline void keep_within_cap() {
  [[maybe_unused]] static const bool done = [] {
    switch (isa_cap()) {
      case Isa::baseline: dnnl::set_max_cpu_isa(dnnl::cpu_isa::sse41); break;  // its lowest
      case Isa::avx2: dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx2); break;
      case Isa::avx512: dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx512_core); break;
      case Isa::avx512_vnni: dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx512_core_vnni); break;
      case Isa::avx512_bf16: dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx512_core_bf16); break;
      case Isa::native: break;
    }
    return true;
  }();
}

inline dnnl::cpu_isa effective_isa() {
  keep_within_cap();
  return dnnl::get_effective_cpu_isa();
}

inline const dnnl::engine& engine() {
  static const dnnl::engine cpu = [] {
    keep_within_cap();
    return dnnl::engine(dnnl::engine::kind::cpu, 0);
  }();
  return cpu;
}

// A stream is cheap, but not free, and must not be shared between threads.
inline dnnl::stream& stream() {
  thread_local dnnl::stream cpu_stream(engine());
  return cpu_stream;
}

inline memory wrap(const memory::desc& desc, const void* data) {
  return memory(desc, engine(), const_cast<void*>(data));  // oneDNN has no const memory
}

inline Error failed(const char* what, const dnnl::error& error) {
  return Error(ErrorCode::internal, std::string("matrix product (") + what + ") failed", error.message);
}

// A product's element types.
struct Types {
  memory::data_type x, w, y;
  std::size_t bytes;  // of an element of w
};

inline Types types(ProductType type) {
  switch (type) {
    case ProductType::f32: break;
    case ProductType::bf16: return {kBfloat, kBfloat, kFloat, 2};
    case ProductType::int8: return {memory::data_type::u8, memory::data_type::s8, memory::data_type::s32, 1};
  }
  return {kFloat, kFloat, kFloat, 4};
}

inline dnnl::matmul::primitive_desc describe_matmul(const memory::desc& x, const memory::desc& w,
                                                    const memory::desc& y) {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);  // so that one plan serves many threads
#if DNNL_VERSION_MAJOR >= 3
  return dnnl::matmul::primitive_desc(engine(), x, w, y, attr);
#else
  return dnnl::matmul::primitive_desc(dnnl::matmul::desc(x, w, y), attr, engine());
#endif
}

}  // namespace hearken::nn::onednn
