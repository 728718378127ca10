// Answers in the way of Subsonic's API: one document, as XML or JSON, always with HTTP 200.
//
// Source: https://www.subsonic.org/pages/api.jsp and https://opensubsonic.netlify.app.
#pragma once

#include "server/http/errors.h"
#include "server/http/http.h"
#include "server/http/json.h"

namespace hearken::server {

/// A document's element: in XML numbers, texts and booleans become attributes, objects and lists of objects become
/// children of their name, lists of anything else children with text; in JSON it is what it is.
Response subsonic_answer(const Request& request, json content);

/// <error code message>: 10 a parameter is missing, 40 wrong user or password, 41 no
/// login by token with salt, 50 not allowed, 70 not found, else 0.
Response subsonic_failure(const Request& request, const Problem& problem);

}  // namespace hearken::server
