// Telling formats apart.
#include "model/checkpoint/format.h"

#include <algorithm>
#include <string>
#include <system_error>

#include "core/files/mapped_file.h"
#include "core/paths.h"
#include "core/text.h"
#include "model/checkpoint/safetensors.h"
#include "model/checkpoint/torch_file.h"

namespace hearken::model {
namespace {

constexpr std::string_view kSaveAgain =
    "load it in Python with torch.load, where you trust it, and save its state_dict again with torch.save, "
    "or convert it to safetensors";

std::string_view head_of(std::span<const std::byte> file) {
  return {reinterpret_cast<const char*>(file.data()), std::min<std::size_t>(file.size(), 512)};
}

bool is_web_page(std::string_view head) {
  const std::string text = lower_ascii(trimmed(head).substr(0, 16));
  return text.starts_with("<!doctype") || text.starts_with("<html");
}

}  // namespace

Format format_of(std::span<const std::byte> file) noexcept {
  const std::string_view head = head_of(file);
  if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06")) return Format::torch_zip;
  // Eight bytes of the header's size, which stays far below 2^32, then the header.
  if (head.size() >= 9 && head[8] == '{' && head.substr(4, 4) == std::string_view("\0\0\0\0", 4))
    return Format::safetensors;
  return Format::other;
}

Error not_of_format(const std::filesystem::path& path, std::span<const std::byte> file, std::string_view wanted) {
  const std::string_view head = head_of(file);
  const auto says = [&](ErrorCode code, const std::string& reason) {
    return Error(code, display(path) + ": " + reason);
  };
  if (head.empty()) return says(ErrorCode::corrupt, "is empty");
  // A pickle of the number 0x1950a86a20f9469cfc6c.
  if (head.size() >= 14 && head[0] == '\x80' && head.substr(2, 12) == "\x8a\x0al\xfc\x9c\x46\xf9 j\xa8P\x19")
    return says(ErrorCode::unsupported, "is of the format that PyTorch wrote before 1.6; " + std::string(kSaveAgain));
  if (head.size() >= 262 && head.substr(257, 5) == "ustar")
    return says(ErrorCode::unsupported, "is a tar file, as PyTorch wrote before 0.2; " + std::string(kSaveAgain));
  if (head.size() >= 2 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5)
    return says(ErrorCode::unsupported, "is a bare pickle, not a checkpoint; " + std::string(kSaveAgain));
  if (head.starts_with("version https://git-lfs"))
    return says(ErrorCode::corrupt, "is a pointer of git-lfs, not the file itself; run: git lfs pull");
  if (is_web_page(head)) return says(ErrorCode::corrupt, "is a web page, not a checkpoint: the download went wrong");
  if (format_of(file) == Format::torch_zip)
    return says(ErrorCode::unsupported, "is a zip file, as torch.save writes, not " + std::string(wanted));
  if (format_of(file) == Format::safetensors)
    return says(ErrorCode::unsupported, "is a safetensors file, not " + std::string(wanted));
  return says(ErrorCode::corrupt, "is not " + std::string(wanted));
}

std::filesystem::path weights_in(const std::filesystem::path& directory) {
  const auto is_there = [&](const char* name) {
    std::error_code ignored;
    return std::filesystem::exists(directory / name, ignored);
  };
  for (const char* name : {"model.safetensors", "pytorch_model.bin"})
    if (is_there(name)) return directory / name;
  throw Error(ErrorCode::not_found,
              display(directory) + ": holds neither model.safetensors nor pytorch_model.bin" +
                  (is_there("model.safetensors.index.json") ? " (weights in several files are not read)" : ""));
}

Tensors read_checkpoint(const std::filesystem::path& path) {
  Format format = Format::other;
  {
    const MappedFile file(path);
    format = format_of(file.bytes());
    if (format == Format::other)
      throw not_of_format(path, file.bytes(), "a checkpoint (safetensors, or of torch.save)");
  }
  return format == Format::torch_zip ? read_torch(path) : read_safetensors(path);
}

}  // namespace hearken::model
