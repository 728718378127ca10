// Vectors through JSON.
#include "server/state/vectors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hearken/error.h"

namespace hearken::server {
namespace {

TEST(Vectors, GoInAsTheyCameOut) {
  const std::vector<float> unit = {0.6F, -0.8F};
  EXPECT_EQ(vector_from(vector_json(unit, true), 2, "v"), unit);
  EXPECT_EQ(vector_from(vector_json(unit, false), 2, "v"), unit);
  EXPECT_EQ(vector_from(json::parse("[3, -4]"), 2, "v"), unit);
}

TEST(Vectors, WrongOnesAreNamed) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> nan = {kNan, 1}, zero = {0, 0};
  for (const json& wrong : {json::parse("[1]"), json::parse("[1, \"2\"]"), json::parse("{}"), json("Zg=="), json("???"),
                            vector_json(nan, true), vector_json(zero, false), json::parse("[1e39, 0]")}) {
    try {
      vector_from(wrong, 2, "vectors[3]");
      ADD_FAILURE() << wrong;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      EXPECT_TRUE(error.message().starts_with("vectors[3]: ")) << error.message();
    }
  }
}

}  // namespace
}  // namespace hearken::server
