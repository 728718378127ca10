// Environment variables of the Hugging Face tools.
#include "model/hub/settings.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <string_view>

#include "core/environment.h"
#include "core/paths.h"
#include "core/text.h"

namespace hearken::model::hub {
namespace {

namespace fs = std::filesystem;

// "~/x" and "$NAME/x" or "${NAME}/x" written out; a variable that is not set stays as it stands.
fs::path expanded(const std::string& text) {
  std::string out;
  std::size_t i = 0;
  if (text == "~" || text.starts_with("~/")) {
    out = user_home().native();
    if (out.empty()) out = "/";
    i = 1;
  }
  const auto of_a_name = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  while (i < text.size()) {
    const bool braces = text[i] == '$' && i + 1 < text.size() && text[i + 1] == '{';
    const std::size_t begin = i + (braces ? 2 : 1);
    std::size_t end = begin;
    while (end < text.size() && (braces ? text[end] != '}' : of_a_name(text[end]))) ++end;
    const bool named = text[i] == '$' && end > begin && (!braces || end < text.size());
    const char* value = named ? std::getenv(text.substr(begin, end - begin).c_str()) : nullptr;
    if (value == nullptr) {
      out += text[i++];
    } else {
      out += value;
      i = end + (braces ? 1 : 0);
    }
  }
  return fs::absolute(out).lexically_normal();
}

fs::path hugging_face_home() {
  if (const std::string set = environment("HF_HOME"); !set.empty()) return expanded(set);
  const std::string cache = environment("XDG_CACHE_HOME");
  return expanded(cache.empty() ? "~/.cache" : cache) / "huggingface";
}

bool is_true(std::string_view text) {
  const std::string small = lower_ascii(text);
  return small == "1" || small == "on" || small == "yes" || small == "true";
}

}  // namespace

fs::path cache_directory() {
  for (const char* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"})
    if (const std::string set = environment(name); !set.empty()) return expanded(set);
  return hugging_face_home() / "hub";
}

Endpoint endpoint() {
  std::string set(trimmed(environment("HF_ENDPOINT")));
  if (set.empty()) return {"https://huggingface.co", false};
  if (!set.starts_with("http://") && !set.starts_with("https://"))
    throw Error(ErrorCode::invalid_argument, "HF_ENDPOINT: " + display(set) + " does not begin with https://");
  while (set.ends_with('/')) set.pop_back();
  return {std::move(set), true};
}

std::string token() {
  if (is_true(environment("HF_HUB_DISABLE_IMPLICIT_TOKEN"))) return {};
  std::string from = "HF_TOKEN";
  std::string found(trimmed(environment("HF_TOKEN")));
  if (found.empty()) {
    const std::string set = environment("HF_TOKEN_PATH");
    const fs::path path = set.empty() ? hugging_face_home() / "token" : expanded(set);
    from = display(path);
    constexpr std::size_t kMost = 4096;
    std::string text(kMost, '\0');
    std::ifstream file(path, std::ios::binary);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
    found = trimmed(text);
  }
  if (std::ranges::any_of(found, [](char c) { return c <= ' ' || c > '~'; }))
    throw Error(ErrorCode::invalid_argument, from + ": holds characters that no token has");
  return found;
}

bool offline() { return is_true(environment("HF_HUB_OFFLINE")) || is_true(environment("TRANSFORMERS_OFFLINE")); }

std::string certificates() { return environment("SSL_CERT_FILE"); }

int stall_seconds() {
  constexpr int kUsual = 30;
  const std::string set = environment("HF_HUB_DOWNLOAD_TIMEOUT");
  int seconds = 0;
  const auto [end, problem] = std::from_chars(set.data(), set.data() + set.size(), seconds);
  return problem == std::errc() && end == set.data() + set.size() && seconds > 0 ? std::min(seconds, 3600) : kUsual;
}

}  // namespace hearken::model::hub
