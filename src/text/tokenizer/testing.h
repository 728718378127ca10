// What the tests of the tokenizers share.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <nlohmann/json.hpp>

#include "hearken/error.h"

namespace hearken::text {

/// One field of tokenizer.json with a value that is refused, and a part of the reason.
struct WrongField {
  const char* pointer;
  nlohmann::json value;
  ErrorCode code;
  const char* part;
};

/// Calls fails(json, code, part) for `good` with each of the fields in turn.
template <class Fails>
void expect_each_refused(const nlohmann::json& good, std::initializer_list<WrongField> fields, Fails fails) {
  for (const WrongField& field : fields) {
    nlohmann::json json = good;
    json[nlohmann::json::json_pointer(field.pointer)] = field.value;
    SCOPED_TRACE(field.pointer);
    fails(json, field.code, field.part);
  }
}

}  // namespace hearken::text
