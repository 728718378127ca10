// hearken token add|list|revoke: who may ask a server, and what for.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/common.h"
#include "core/paths.h"
#include "core/text.h"
#include "server/access/tokens.h"

namespace hearken::cli {
namespace {

struct TokenArguments {
  CommonOptions common;  // of which --library, --quiet and --json
  std::string name, right = "read";
};

server::Right right_named(const std::string& name) {
  const auto at = std::ranges::find(server::kRightNames, name);
  return static_cast<server::Right>(at - server::kRightNames.begin());
}

int run_token_add(TokenArguments options) {
  const std::filesystem::path library = options.common.library_path();
  const std::string secret = server::add_token(library, options.name, right_named(options.right));
  if (options.common.json) {
    print_json({{"name", options.name},
                {"right", options.right},
                {"token", secret},
                {"file", display(server::token_file(library))}});
    return kDone;
  }
  fmt::print("{}\n", secret);
  if (!options.common.quiet)
    fmt::print(stderr, "token {} ({}): it is shown once; only its digest is kept in {}\n", options.name, options.right,
               short_path(server::token_file(library)));
  return kDone;
}

int run_token_list(TokenArguments options) {
  const std::filesystem::path library = options.common.library_path();
  const auto tokens = server::read_tokens(library).value_or(std::vector<server::Token>());
  if (options.common.json) {
    auto list = nlohmann::json::array();
    for (const server::Token& token : tokens)
      list.push_back(
          {{"name", token.name}, {"right", server::to_string(token.right)}, {"added_at", date_time(token.added_at)}});
    print_json({{"file", display(server::token_file(library))}, {"tokens", std::move(list)}});
    return kDone;
  }
  for (const server::Token& token : tokens)
    fmt::print("{:<5}  {}  {}\n", server::to_string(token.right), date_time(token.added_at), token.name);
  if (tokens.empty() && !options.common.quiet)
    fmt::print(stderr, "no tokens in {}\n", short_path(server::token_file(library)));
  return kDone;
}

int run_token_revoke(TokenArguments options) {
  server::revoke_token(options.common.library_path(), options.name);
  if (options.common.json)
    print_json({{"revoked", options.name}});
  else if (!options.common.quiet)
    fmt::print("revoked {}\n", options.name);
  return kDone;
}

TokenArguments& add_one(CLI::App& token, int& status, const std::string& name, const std::string& what,
                        int (*run)(TokenArguments), bool named) {
  const auto [command, options] = add_command(token, status, name, what, run);
  if (named) add_positional(command, "NAME", options.name, "1 to 64 letters, digits, '.', '_' and '-'")->required();
  add_value(command, "--library", options.common.library, "The library that is served", "FILE");
  add_output_options(command, options.common);
  return options;
}

}  // namespace

void add_token(CLI::App& program, int& status) {
  CLI::App* token = program.add_subcommand("token", "Tokens for hearken serve, each with a right");
  token->require_subcommand(1);
  TokenArguments& adding = add_one(*token, status, "add", "Make a token, and print it once", run_token_add, true);
  one_of(token->get_subcommand("add")->add_option("--right", adding.right, "What it lets its holder do (default read)"),
         {"read", "rate", "admin"});
  add_one(*token, status, "list", "Names and rights of all tokens", run_token_list, false);
  add_one(*token, status, "revoke", "Make a token worthless, at once", run_token_revoke, true);
  token->footer(
      R"(read searches and listens. rate rates, too, and keeps playlists of its own. admin indexes, tags, and changes
everybody's playlists. The file LIBRARY.tokens holds names, rights and digests. Once it is there, every
hearken serve of this library asks for one of its tokens (or for that of --token).

Examples:
  hearken token add anna --right rate
  hearken token list
  hearken token revoke anna)");
}

}  // namespace hearken::cli
