// Getting values out of configuration files.
#include "model/config.h"

#include "core/files/mapped_file.h"
#include "core/paths.h"

namespace hearken::model {
namespace {

constexpr int kDeepest = 32;

}  // namespace

Config Config::read(const std::filesystem::path& path) {
  const MappedFile file(path);
  const auto bytes = file.bytes();
  if (bytes.size() > (1U << 20)) throw Error(ErrorCode::corrupt, display(path) + ": too large for a configuration");
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  return Config(parse({text, bytes.size()}, display(path), ErrorCode::corrupt, kDeepest));
}

void Config::refuse(std::string_view key, std::string_view value) const {
  fail(key, "\"" + std::string(value) + "\" is not known to this version", ErrorCode::unsupported);
}

void Config::expect(std::string_view key, const nlohmann::json& only) const {
  if (has(key) && member(key) != only)
    refuse(key, member(key).is_string() ? text(key)
                                        : member(key).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace hearken::model
