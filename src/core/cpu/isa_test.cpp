// HEARKEN_ISA is read once, so each value is tried in a process of its own.
#include "core/cpu/isa.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "hearken/error.h"

namespace hearken {
namespace {

// Ends the process: 0 when the cap is `want` and Highway uses none of the targets better than `best`.
[[noreturn]] void try_cap(const char* value, Isa want, std::int64_t best) {
  const std::int64_t before = hwy::SupportedTargets();
  if (value == nullptr)
    ::unsetenv("HEARKEN_ISA");
  else
    ::setenv("HEARKEN_ISA", value, 1);
  const bool as_named = isa_cap() == want;
  ::setenv("HEARKEN_ISA", "nothing that is read again", 1);
  const std::int64_t after = hwy::SupportedTargets(), allowed = before & ~(best - 1);
  std::_Exit(as_named && isa_cap() == want && after == (allowed == 0 ? HWY_STATIC_TARGET : allowed) ? 0 : 1);
}

[[noreturn]] void print_error(const char* value) {
  ::setenv("HEARKEN_ISA", value, 1);
  try {
    static_cast<void>(isa_cap());
  } catch (const Error& error) {
    if (error.code() == ErrorCode::invalid_argument) ::fputs(error.what(), stderr);
  }
  std::_Exit(2);
}

class IsaCap : public testing::Test {
 protected:
  IsaCap() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }  // a fresh process, in which nothing was read
};

TEST_F(IsaCap, IsWhatTheEnvironmentSays) {
  const auto fine = testing::ExitedWithCode(0);
  EXPECT_EXIT(try_cap(nullptr, Isa::native, 1), fine, "");
  EXPECT_EXIT(try_cap("native", Isa::native, 1), fine, "");
  EXPECT_EXIT(try_cap("baseline", Isa::baseline, HWY_STATIC_TARGET), fine, "");
#if HWY_ARCH_X86
  EXPECT_EXIT(try_cap("avx2", Isa::avx2, HWY_AVX2), fine, "");
  EXPECT_EXIT(try_cap("avx512", Isa::avx512, HWY_AVX3), fine, "");
  EXPECT_EXIT(try_cap("avx512_vnni", Isa::avx512_vnni, HWY_AVX3_DL), fine, "");
#endif
  EXPECT_EXIT(try_cap("avx512_bf16", Isa::avx512_bf16, 1), fine, "");
}

TEST_F(IsaCap, RefusesOtherNames) {
  const auto failed = testing::ExitedWithCode(2);
  EXPECT_EXIT(print_error("avx3"), failed,
              "HEARKEN_ISA is \"avx3\": expected baseline, avx2, avx512, avx512_vnni, avx512_bf16 or native");
  EXPECT_EXIT(print_error(""), failed, "HEARKEN_ISA is \"\": expected baseline");
  EXPECT_EXIT(print_error("AVX2\n"), failed, "HEARKEN_ISA is \"AVX2.x0a\": expected baseline");
}

}  // namespace
}  // namespace hearken
