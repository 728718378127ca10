// /api/v1/match.
#include "server/errors.h"
#include "server/router.h"

namespace hearken::server {
namespace {

Work match(Worker&, Request&) { throw HttpError(501, "not_implemented", "recordings cannot be matched yet"); }

constexpr Route kRoutes[] = {{"POST", "/api/v1/match", match, Lane::heavy, Body::sound_or_json}};

}  // namespace

std::span<const Route> match_routes() { return kRoutes; }

}  // namespace hearken::server
