// A file that is written beside its place and appears there whole or not at all.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/files/descriptor.h"

namespace hearken {

/// Until appear(), the bytes lie in PLACE.PID.partial, which goes away with the object. Not shared between threads.
/// Everything throws Error as the operating system says (io when the disk is full), naming the place.
class NewFile {
 public:
  explicit NewFile(std::filesystem::path place);
  ~NewFile();
  NewFile(NewFile&& other) noexcept
      : place_(std::move(other.place_)),
        partial_(std::exchange(other.partial_, {})),
        descriptor_(std::move(other.descriptor_)) {}
  NewFile& operator=(NewFile&&) = delete;

  const std::filesystem::path& place() const noexcept { return place_; }

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }

  /// Waits until all of it is on the disk; nothing may be written after that.
  void finish();
  /// Takes its place, and that of a file which is there; finish() comes before.
  void appear();

 private:
  std::filesystem::path place_, partial_;
  Descriptor descriptor_;
};

/// What a file of this name would have become, where it was written by a process that is gone: "x" for "x.PID.partial".
std::optional<std::string> left_over_of(const std::string& name);
/// Removes what such processes left of files beside `place` whose names begin as its own does. Never throws for a file
/// that cannot be removed.
void remove_left_overs(const std::filesystem::path& place);

/// Makes what appeared in the folder, or went, last through a power cut, as far as its file system can.
void sync_folder(const std::filesystem::path& folder) noexcept;

}  // namespace hearken
