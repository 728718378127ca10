// What an answer of the engine means: done, to be tried again, or refused for good.
//
// Sources: statuscodes.md and http-grpc-status-mapping.md of gRPC; Weaviate 1.35 sends most of its own errors as code
// UNKNOWN, so what they say decides.
#pragma once

#include <string>
#include <string_view>

#include "hearken/error.h"

namespace hearken::remote::weaviate {

struct Verdict {
  enum class Kind { done, again, refused };
  Kind kind = Kind::done;
  ErrorCode code = ErrorCode::mismatch;  // of a refusal
  std::string reason;                    // one line
};

/// `http` is the status of the HTTP answer; `grpc` that of its trailers, below 0: they were missing.
Verdict grpc_verdict(int http, int grpc, std::string_view message);

/// Of REST. Answers below 500 are done, unless they say that the cluster cannot for the moment or refuse the key.
Verdict rest_verdict(int http, std::string_view body);

/// What the engine says of one object: a node is missing or busy, so that trying it again may help.
bool passes(std::string_view message);

}  // namespace hearken::remote::weaviate
