// The scan's inner loops against plain sums, on every instruction set this CPU has.
#include "search/scan/dot.h"

#include <gtest/gtest.h>
#include <hwy/aligned_allocator.h>

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

#include "core/testing/targets.h"

namespace hearken::search {
namespace {

constexpr std::size_t kDotDimensions[] = {1, 2, 3, 4, 7, 64, 100, 511, 512};

using Kernel = void (*)(const std::uint8_t*, std::size_t, std::size_t, const QueryGroup&, std::int32_t*);

// `extreme`: only the codes and numbers that are largest.
void expect_plain_sums(Kernel kernel, std::size_t dimension, std::size_t panels, std::size_t queries, bool extreme) {
  std::mt19937 random(static_cast<unsigned>(dimension * 100 + panels * 10 + queries));
  const std::size_t steps = steps_of(dimension), rows = panels * kPanelRows;
  const auto codes = hwy::AllocateAligned<std::uint8_t>(panels * panel_bytes(dimension));
  const auto sums = hwy::AllocateAligned<std::int32_t>(queries * rows);
  for (std::size_t i = 0; i < panels * panel_bytes(dimension); ++i)
    codes[i] = static_cast<std::uint8_t>(extreme ? (random() % 2 != 0 ? 255 : 1) : 1 + random() % 255);
  std::vector<std::int8_t> values(steps * queries * 4);
  for (std::int8_t& v : values)
    v = static_cast<std::int8_t>(extreme ? (random() % 2 != 0 ? 127 : -127) : static_cast<int>(random() % 255) - 127);
  std::vector<std::int32_t> starts(queries);
  for (std::size_t i = 0; i < values.size(); ++i) starts[i / 4 % queries] -= 128 * values[i];
  kernel(codes.get(), panels, steps, {values.data(), starts.data(), queries}, sums.get());
  for (std::size_t q = 0; q < queries; ++q)
    for (std::size_t r = 0; r < rows; ++r) {
      std::int32_t want = 0;
      for (std::size_t i = 0; i < 4 * steps; ++i)
        want += (codes[code_at(r, i, dimension)] - 128) * values[(i / 4 * queries + q) * 4 + i % 4];
      ASSERT_EQ(sums[q * rows + r], want)
          << "query " << q << " of " << queries << ", row " << r << ", dimension " << dimension;
    }
}

void expect_all_shapes(Kernel kernel) {
  for (const std::size_t dimension : kDotDimensions)
    for (const std::size_t queries : {2U, 4U, 8U, 12U})
      for (const std::size_t panels : {2U, 4U})
        if (panels == 2 || queries <= 4)
          for (const bool extreme : {false, true}) expect_plain_sums(kernel, dimension, panels, queries, extreme);
}

TEST(DotPanels, AreThePlainSumsOnEveryTarget) {
  on_every_target([] {
    expect_all_shapes(dot_panels_portable);
    expect_all_shapes(dot_panels);
  });
}

TEST(DotPanels, AreThePlainSumsByVnni) {
  if (!has_vnni()) GTEST_SKIP() << "this CPU has no AVX-512 VNNI";
  expect_all_shapes(dot_panels_vnni);
}

TEST(Passing, IsTheRowsThatReachTheBar) {
  on_every_target([] {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();
    for (const int planes : {1, 2})
      for (const std::size_t panels : {2U, 4U}) {
        const std::size_t rows = panels * kPanelRows, queries = 5;
        std::vector<std::int32_t> sums(rows * queries * static_cast<std::size_t>(planes));
        for (std::int32_t& s : sums) s = static_cast<std::int32_t>(random() % 2000) - 1000;
        std::vector<float> scale(rows), residual(rows), norm(rows);
        for (std::size_t r = 0; r < rows; ++r)
          scale[r] = std::abs(normal(random)), residual[r] = 8 * std::abs(normal(random)), norm[r] = residual[r] / 2;
        residual[3] = kInfinity;
        residual[5] = kNan;
        std::vector<Bar> bars(queries);
        for (Bar& bar : bars) bar = {1.0F, 0.25F, 3.0F, 5.0F, 400 * normal(random)};
        bars[2].least = -kInfinity;
        bars[3].least = kInfinity;
        std::vector<std::uint16_t> masks(queries * panels);
        EXPECT_TRUE(passing(sums.data(), panels, planes, bars.data(), queries,
                            {scale.data(), residual.data(), norm.data()}, masks.data()));
        for (std::size_t q = 0; q < queries; ++q)
          for (std::size_t r = 0; r < rows; ++r) {
            const std::int32_t* own = sums.data() + q * static_cast<std::size_t>(planes) * rows;
            const double product = static_cast<double>(own[r]) + (planes == 2 ? 0.25 * own[rows + r] : 0.0);
            const double upper = product * scale[r] + 3.0 * residual[r] + 5.0 * norm[r];
            if (std::abs(upper - bars[q].least) < 1e-2) continue;  // rounding decides
            EXPECT_EQ(masks[q * panels + r / kPanelRows] >> r % kPanelRows & 1, !(upper < bars[q].least))
                << q << ' ' << r;
          }
        bars.assign(1, {1.0F, 0.25F, 0.0F, 0.0F, kInfinity});
        std::fill(residual.begin(), residual.end(), 1.0F);
        EXPECT_FALSE(passing(sums.data(), panels, planes, bars.data(), 1, {scale.data(), residual.data(), norm.data()},
                             masks.data()));
      }
  });
}

TEST(ReadOnce, ReadsEveryByte) {
  on_every_target([] {
    const std::size_t size = 4096;
    const auto bytes = hwy::AllocateAligned<std::uint8_t>(size);
    std::fill(bytes.get(), bytes.get() + size, std::uint8_t{0});
    EXPECT_EQ(read_once(bytes.get(), size), 0U);
    std::fill(bytes.get(), bytes.get() + size, std::uint8_t{0x11});
    EXPECT_EQ(read_once(bytes.get(), size), 0x1111111111111111U);
  });
}

}  // namespace
}  // namespace hearken::search
