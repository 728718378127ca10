// The one table from errors to HTTP, and the three shapes in which the server says what went wrong.
#pragma once

#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "hearken/error.h"
#include "server/http/http.h"

namespace hearken::server {

/// What went wrong, as HTTP has it. `code` is the name of an ErrorCode, or one of the server's own: unauthorized,
/// method_not_allowed, too_large, too_many_guesses, not_implemented, timeout.
struct Problem {
  int status = 500;
  std::string code = "internal";
  std::string detail;
  int at = -1;  // in a `where`: the character; -1: none
  int retry_after_seconds = 0;
};

/// Thrown by routes for what has no ErrorCode.
class HttpError : public std::exception {
 public:
  HttpError(int status, std::string code, std::string detail);
  explicit HttpError(Problem problem) : problem_(std::move(problem)) {}
  const Problem& problem() const noexcept { return problem_; }
  const char* what() const noexcept override { return problem_.detail.c_str(); }

 private:
  Problem problem_;
};

/// invalid_argument 400, permission_denied 403, not_found 404, mismatch 409, unsupported 415, corrupt 422,
/// busy and cancelled 503, io and internal 500.
int http_status(ErrorCode code) noexcept;

/// Of any exception; what is not the project's own becomes internal, and its text is kept from the client.
Problem problem_of(const std::exception_ptr& failure);

/// As the request's path wants it: OpenAI's error object below /v1, Subsonic's envelope below /rest, else RFC 9457's
/// problem details.
Response failure(const Request& request, const Problem& problem);

/// 503 of a lane, or of another resource, that is taken.
Problem no_room();

/// The problem details alone.
nlohmann::json problem_json(const Problem& problem);

}  // namespace hearken::server
