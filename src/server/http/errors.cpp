// Error codes to statuses; statuses to bodies.
#include "server/http/errors.h"

#include <new>

#include "search/index/where.h"
#include "server/http/json.h"
#include "server/routes/subsonic.h"

namespace hearken::server {
namespace {

const char* title_of(int status) {
  switch (status) {
    case 400: return "The request makes no sense";
    case 401: return "A token is needed";
    case 403: return "Not allowed";
    case 404: return "Not found";
    case 405: return "Not with this method";
    case 408: return "The request did not arrive in time";
    case 409: return "These do not go together";
    case 413: return "Too large";
    case 415: return "Not something that can be read here";
    case 416: return "No such range";
    case 421: return "Another server is meant";
    case 422: return "Damaged";
    case 429: return "Too many wrong tokens";
    case 431: return "The headers are too large";
    case 501: return "Not on this server";
    case 503: return "Busy";
    case 504: return "It took too long";
    default: return "It did not work";
  }
}

}  // namespace

HttpError::HttpError(int status, std::string code, std::string detail) {
  problem_.status = status;
  problem_.code = std::move(code);
  problem_.detail = std::move(detail);
}

int http_status(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::invalid_argument: return 400;
    case ErrorCode::not_found: return 404;
    case ErrorCode::permission_denied: return 403;
    case ErrorCode::unsupported: return 415;
    case ErrorCode::corrupt: return 422;
    case ErrorCode::mismatch: return 409;
    case ErrorCode::busy:
    case ErrorCode::cancelled: return 503;
    case ErrorCode::io:
    case ErrorCode::internal: return 500;
  }
  return 500;
}

Problem problem_of(const std::exception_ptr& failure) {
  Problem out;
  try {
    std::rethrow_exception(failure);
  } catch (const HttpError& error) {
    return error.problem();
  } catch (const search::WhereError& error) {
    out.status = 400;
    out.code = to_string(error.code());
    out.detail = error.what();
    out.at = static_cast<int>(error.at());
  } catch (const Error& error) {
    out.status = http_status(error.code());
    out.code = to_string(error.code());
    out.detail = error.what();
    if (out.status == 503) out.retry_after_seconds = 1;
  } catch (const std::bad_alloc&) {
    out.status = 503;
    out.code = "busy";
    out.detail = "not enough memory for this request";
    out.retry_after_seconds = 5;
  } catch (...) {
    out.detail = "a defect in Hearken";
  }
  return out;
}

Problem no_room() {
  Problem out;
  out.status = 503;
  out.code = "busy";
  out.detail = "too many requests at once";
  out.retry_after_seconds = 1;
  return out;
}

nlohmann::json problem_json(const Problem& problem) {
  nlohmann::json out{{"type", "/problems/" + problem.code},
                     {"title", title_of(problem.status)},
                     {"status", problem.status},
                     {"detail", problem.detail},
                     {"code", problem.code}};
  if (problem.at >= 0) out["at"] = problem.at;
  return out;
}

Response failure(const Request& request, const Problem& problem) {
  if (request.path.starts_with("/rest/")) return subsonic_failure(request, problem);
  Response out;
  out.status = problem.status;
  if (problem.retry_after_seconds > 0) out.with("Retry-After", std::to_string(problem.retry_after_seconds));
  if (problem.status == 401) out.with("WWW-Authenticate", "Bearer");
  if (request.path.starts_with("/v1/")) {
    const char* type = problem.status == 401   ? "authentication_error"
                       : problem.status < 500  ? "invalid_request_error"
                       : problem.status == 503 ? "overloaded_error"
                                               : "server_error";
    out.body =
        dumped({{"error", {{"message", problem.detail}, {"type", type}, {"param", nullptr}, {"code", problem.code}}}});
  } else {
    out.type = "application/problem+json";
    out.body = dumped(problem_json(problem));
  }
  return out;
}

}  // namespace hearken::server
