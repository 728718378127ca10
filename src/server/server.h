// The server: listens, serves, ends.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "hearken/model.h"
#include "search/index/index.h"
#include "server/http/options.h"

namespace hearken::server {

/// Serves until SIGTERM or SIGINT, which let the requests that are being answered finish; a second one ends at once.
/// `listening` is called once with the URL to open, when connections are taken. The library is made when it is not
/// there. Throws Error: invalid_argument (an address beyond this computer without a token), permission_denied, busy
/// (the port is taken), io, and what opening the library throws. With an `index`, which several threads call at once,
/// that is searched and no library is opened; mismatch where another model made its vectors.
void serve(const ServeOptions& options, const Model& model,
           const std::function<void(const std::string& url)>& listening,
           std::shared_ptr<const search::Index> index = nullptr);

}  // namespace hearken::server
