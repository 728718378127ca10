// An open file of the operating system's, closed by who holds it.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace hearken {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }

  int number() const noexcept { return number_; }  // below 0: none
  explicit operator bool() const noexcept { return number_ >= 0; }
  /// Given to the caller, who closes it.
  int release() noexcept { return std::exchange(number_, -1); }
  void reset() noexcept {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_ = -1;
};

/// open(2) with O_CLOEXEC; what it creates has the rights that the user's mask leaves. Throws Error as the operating
/// system says: "PATH: cannot DOING: …".
Descriptor open_file(const std::filesystem::path& path, int flags, std::string_view doing = "open");

/// The next bytes of it; 0 at its end. Goes on where a signal interrupts. Throws Error as the operating system says,
/// naming `path`.
std::size_t read_some(int descriptor, std::span<std::byte> out, const std::filesystem::path& path);

/// All bytes of a file, or, of one that has more than `most`, some more than `most`. It may be a pipe. Throws Error as
/// the operating system says, naming the file.
std::string read_file(const std::filesystem::path& path, std::size_t most);

}  // namespace hearken
