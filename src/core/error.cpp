// The error type and the names of its codes.
#include "hearken/error.h"

#include "core/enum_names.h"

namespace hearken {

std::string_view to_string(ErrorCode code) noexcept {
  constexpr std::string_view kNames[] = {
      "invalid_argument", "not_found", "permission_denied", "unsupported", "corrupt", "mismatch", "busy", "io",
      "cancelled",        "internal"};
  return name_in(kNames, code);
}

Error::Error(ErrorCode code, std::string message, std::string cause)
    : std::runtime_error(cause.empty() ? message : message + ": " + cause),
      code_(code),
      message_(std::move(message)),
      cause_(std::move(cause)) {}

}  // namespace hearken
