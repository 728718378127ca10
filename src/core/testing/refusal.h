// For tests of what is refused.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "hearken/error.h"

namespace hearken {

/// What call() says by the Error it ends with, which is of `code`.
template <class Call>
std::string refusal(ErrorCode code, Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(to_string(error.code()), to_string(code)) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return {};
}

}  // namespace hearken
