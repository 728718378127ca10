// oneDNN's products of whole layers.
#include "nn/cpu/bare_products.h"

#include <omp.h>

#include <algorithm>
#include <vector>

#include "nn/cpu/onednn.h"

namespace hearken::nn {

using namespace onednn;

struct BareProducts::Product {
  dnnl::matmul product;
  memory x, y, w, scratch;
};

struct BareProducts::Impl {
  std::vector<Product> products;
};

BareProducts::BareProducts(std::span<const Cpu::ProductShape> shapes) : impl_(std::make_unique<Impl>()) {
  try {
    for (const auto& shape : shapes) {
      const auto t = types(shape.type);
      const auto pd = describe_matmul(memory::desc({shape.rows, shape.in}, t.x, memory::format_tag::ab),
                                      memory::desc({shape.in, shape.out}, t.w, memory::format_tag::any),
                                      memory::desc({shape.rows, shape.out}, t.y, memory::format_tag::ab));
      const auto zeros = [](const memory::desc& desc) {
        memory m(desc, engine());
        std::fill_n(static_cast<char*>(m.get_data_handle()), desc.get_size(), char{0});
        return m;
      };
      impl_->products.push_back({dnnl::matmul(pd), zeros(pd.src_desc()), zeros(pd.dst_desc()), zeros(pd.weights_desc()),
                                 zeros(pd.scratchpad_desc())});
    }
  } catch (const dnnl::error& error) {
    throw failed("bare products", error);
  }
}

BareProducts::~BareProducts() = default;

void BareProducts::run(int threads) const {
  const int before = omp_get_max_threads();
  omp_set_num_threads(threads);
  for (const Product& p : impl_->products)
    p.product.execute(
        stream(),
        {{DNNL_ARG_SRC, p.x}, {DNNL_ARG_WEIGHTS, p.w}, {DNNL_ARG_DST, p.y}, {DNNL_ARG_SCRATCHPAD, p.scratch}});
  stream().wait();
  omp_set_num_threads(before);
}

}  // namespace hearken::nn
