// One JSON document, replaced whole while its folder is locked.
#include "server/access/tokens.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/ascii.h"
#include "core/files/descriptor.h"
#include "core/files/new_file.h"
#include "core/paths.h"
#include "core/text.h"
#include "core/threads/threads.h"
#include "hearken/error.h"
#include "server/access/secret.h"

namespace hearken::server {
namespace {

constexpr std::size_t kDigestDigits = 64;

Error damaged(const std::filesystem::path& file) {
  return Error(ErrorCode::corrupt,
               display(file) + ": is not a list of tokens; delete it and make new ones with hearken token add");
}

Token token_of(const nlohmann::json& entry) {
  Token out;
  out.name = entry.at("name").get<std::string>();
  const auto right = std::ranges::find(kRightNames, entry.at("right").get<std::string>());
  out.right = static_cast<Right>(right - kRightNames.begin());
  out.digest = entry.at("sha256").get<std::string>();
  out.added_at = entry.at("added_at").get<std::int64_t>();
  const bool good = is_plain_name(out.name) && right != kRightNames.end() && out.right != Right::none &&
                    out.digest.size() == kDigestDigits && from_hex(out.digest);
  if (!good) throw std::invalid_argument("no token");
  return out;
}

// Two commands at once do not lose each other's change. Where a file system locks nothing they may.
Descriptor locked(const std::filesystem::path& folder) {
  Descriptor out(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!out) throw os_error(folder, "open the folder", errno);
  while (::flock(out.number(), LOCK_EX) != 0 && errno == EINTR) {
  }
  return out;
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : ".";
}

void write_tokens(const std::filesystem::path& file, const std::vector<Token>& tokens) {
  nlohmann::json list = nlohmann::json::array();
  for (const Token& token : tokens)
    list.push_back({{"name", token.name},
                    {"right", to_string(token.right)},
                    {"sha256", token.digest},
                    {"added_at", token.added_at}});
  const mode_t before = ::umask(077);
  NewFile out(file);
  ::umask(before);
  out.write(nlohmann::json{{"tokens", std::move(list)}}.dump(2) + "\n");
  out.finish();
  out.appear();
  sync_folder(folder_of(file));
}

}  // namespace

std::filesystem::path token_file(const std::filesystem::path& library) {
  std::filesystem::path out = library;
  return out += ".tokens";
}

std::optional<std::vector<Token>> read_tokens(const std::filesystem::path& library) {
  const std::filesystem::path file = token_file(library);
  if (!name_is_taken(file)) return std::nullopt;
  std::error_code failed;
  if (!std::filesystem::is_regular_file(file, failed)) throw damaged(file);
  std::ifstream in(file, std::ios::binary);
  if (!in) throw os_error(file, "read", errno);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  std::vector<Token> out;
  try {
    const nlohmann::json document = nlohmann::json::parse(text);
    for (const nlohmann::json& entry : document.at("tokens")) out.push_back(token_of(entry));
  } catch (const std::exception&) {
    throw damaged(file);
  }
  std::ranges::sort(out, {}, &Token::name);
  return out;
}

std::string add_token(const std::filesystem::path& library, const std::string& name, Right right) {
  if (!is_plain_name(name))
    throw Error(ErrorCode::invalid_argument,
                display(name) + ": a token's name is 1 to 64 letters, digits, '.', '_' and '-'");
  const std::filesystem::path file = token_file(library);
  const Descriptor lock = locked(folder_of(file));
  std::vector<Token> tokens = read_tokens(library).value_or(std::vector<Token>());
  if (std::ranges::find(tokens, name, &Token::name) != tokens.end())
    throw Error(ErrorCode::invalid_argument, name + ": there is a token of this name in " + display(file));
  const std::string secret = random_id();
  tokens.push_back({name, right, digest_of(secret), unix_seconds()});
  write_tokens(file, tokens);
  return secret;
}

void revoke_token(const std::filesystem::path& library, const std::string& name) {
  const std::filesystem::path file = token_file(library);
  const Descriptor lock = locked(folder_of(file));
  std::vector<Token> tokens = read_tokens(library).value_or(std::vector<Token>());
  if (std::erase_if(tokens, [&](const Token& token) { return token.name == name; }) == 0)
    throw Error(ErrorCode::not_found, display(name) + ": there is no token of this name in " + display(file));
  write_tokens(file, tokens);
}

}  // namespace hearken::server
