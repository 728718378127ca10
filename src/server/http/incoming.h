// What a request says before it is read whole: where it goes, what is asked for, and where its body belongs.
#pragma once

#include <cstdint>
#include <string_view>

#include "server/http/http.h"
#include "server/http/options.h"
#include "server/http/router.h"

namespace hearken::server {

/// Path and query of a request line's target, decoded. Throws HttpError 400 for one that is ill-formed.
void take_target(Request& request, std::string_view target);

/// The body's fields, behind those of the query. Throws HttpError 400.
void take_form(Request& request);

struct BodyPlan {
  std::uint64_t limit = 0;  // bytes
  bool to_file = false;
};

/// Where the body goes, by its media type. Throws HttpError 415 for what the route does not take.
BodyPlan plan_of(const Route& route, const Request& request, const Limits& limits);

}  // namespace hearken::server
