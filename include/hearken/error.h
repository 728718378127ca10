// The one error type of the library, and its codes.
//
// Every function of Hearken that fails throws hearken::Error; nothing in the library prints, exits or aborts.
// Failures of single files in a batch are not exceptions: they are data in the batch's report (see index.h).
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace hearken {

enum class ErrorCode {
  invalid_argument,   // the caller asked for something that makes no sense (a hop of 0, an empty query)
  not_found,          // a file, directory, model or track that is not there
  permission_denied,  // it is there and may not be read or written
  unsupported,        // understood, but not something this build or this model does
  corrupt,            // the bytes are not what their format promises (truncated, not audio, bad header)
  mismatch,           // two things that do not go together (vectors of another model, a newer library file)
  busy,               // another process holds what is needed
  io,                 // the operating system refused: disk full, read or write error
  cancelled,          // the caller asked to stop
  internal,           // a defect in Hearken
};

/// The code's name as the JSON output writes it, such as "not_found".
std::string_view to_string(ErrorCode code) noexcept;

/// `what()` is one line of valid UTF-8 that names file, place and reason, as a person should read it; when there is a
/// cause (the text of an underlying library or of the operating system) it ends in ": cause".
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, std::string message, std::string cause = {});

  ErrorCode code() const noexcept { return code_; }
  const std::string& message() const noexcept { return message_; }  // without the cause
  const std::string& cause() const noexcept { return cause_; }      // empty when there is none

 private:
  ErrorCode code_;
  std::string message_;
  std::string cause_;
};

}  // namespace hearken
