// One decoder process, seen by the one who started it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "audio/decode/sound_file.h"
#include "audio/jail/channel.h"

namespace hearken::audio {

/// A program whose main() is run_decoder() (audio/jail/decoder_process.h) when it is started so.
struct DecoderProgram {
  std::string path = "/proc/self/exe";
  std::vector<std::string> arguments;  // the first is its name
  double patience = 1;                 // what budgets of time are multiplied by: tests have less
};

/// The process ends with the object. One thread at a time.
class Decoder {
 public:
  /// Its environment is empty, and it has no descriptors but those of the channel. Throws Error(busy) when there is no
  /// room for another process.
  explicit Decoder(const DecoderProgram& program);
  ~Decoder() { end(); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  int socket() const noexcept { return socket_.number(); }
  const std::byte* memory() const noexcept { return memory_; }
  /// CPU time it has used so far.
  double cpu_seconds() const noexcept;
  /// Ends it, if it has not ended by itself; what waitpid() says of that.
  int end() noexcept;

 private:
  Descriptor socket_;
  std::byte* memory_ = nullptr;
  pid_t process_ = 0;
  int status_ = 0;
};

}  // namespace hearken::audio
