// oneDNN as this executor uses it: one engine, a stream for each thread, plans whose scratch memory the caller brings.
// For sources of nn/cpu only. Written for oneDNN 2.6 and 3.x.
#pragma once

#include <oneapi/dnnl/dnnl.hpp>
#include <string>

#include "hearken/error.h"
#include "nn/cpu/arena.h"

namespace hearken::nn::onednn {

using dnnl::memory;
using Dims = memory::dims;
constexpr auto kFloat = memory::data_type::f32;
constexpr auto kBfloat = memory::data_type::bf16;

inline const dnnl::engine& engine() {
  static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
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

inline memory scratchpad(const memory::desc& desc, Arena& arena) {
  return wrap(desc, arena.allocate(desc.get_size() / sizeof(float) + 1));
}

inline Error failed(const char* what, const dnnl::error& error) {
  return Error(ErrorCode::internal, std::string("matrix product (") + what + ") failed", error.message);
}

inline void append_eltwise(dnnl::post_ops& ops, dnnl::algorithm algorithm) {
#if DNNL_VERSION_MAJOR >= 3
  ops.append_eltwise(algorithm, 0.0F, 0.0F);
#else
  ops.append_eltwise(1.0F, algorithm, 0.0F, 0.0F);
#endif
}

inline dnnl::matmul::primitive_desc describe_matmul(const memory::desc& x, const memory::desc& w,
                                                    const memory::desc& bias, const memory::desc& y,
                                                    const dnnl::post_ops& ops) {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);  // so that one plan serves many threads
  attr.set_post_ops(ops);
#if DNNL_VERSION_MAJOR >= 3
  return bias.is_zero() ? dnnl::matmul::primitive_desc(engine(), x, w, y, attr)
                        : dnnl::matmul::primitive_desc(engine(), x, w, bias, y, attr);
#else
  return bias.is_zero() ? dnnl::matmul::primitive_desc(dnnl::matmul::desc(x, w, y), attr, engine())
                        : dnnl::matmul::primitive_desc(dnnl::matmul::desc(x, w, bias, y), attr, engine());
#endif
}

inline dnnl::softmax_forward::primitive_desc describe_softmax(const memory::desc& x) {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  constexpr int axis = 1;
#if DNNL_VERSION_MAJOR >= 3
  return dnnl::softmax_forward::primitive_desc(engine(), dnnl::prop_kind::forward_inference,
                                               dnnl::algorithm::softmax_accurate, x, x, axis, attr);
#else
  return dnnl::softmax_forward::primitive_desc(dnnl::softmax_forward::desc(dnnl::prop_kind::forward_inference, x, axis),
                                               attr, engine());
#endif
}

}  // namespace hearken::nn::onednn
