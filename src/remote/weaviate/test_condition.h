// A condition of one property, for tests.
#pragma once

#include <string>
#include <utility>

#include "remote/weaviate/protocol/client.h"

namespace hearken::remote::weaviate {

inline Filter test_condition(Filter::Operator op, std::string property, Value value,
                             Filter::Kind kind = Filter::Kind::other) {
  Filter out;
  out.op = op;
  out.property = std::move(property);
  out.value = std::move(value);
  out.kind = kind;
  return out;
}

}  // namespace hearken::remote::weaviate
