// Names on the hub, and which of them are allowed: nothing that a name leads to lies outside the cache.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hearken::model::hub {

/// `org/repo`, `org/repo@revision`, `org/repo:file`, `org/repo@revision:file`.
struct Name {
  std::string repo;
  std::string revision = "main";  // a branch, a tag or a commit
  std::string file;               // empty: the model that the repository as a whole is
};

/// Nothing when the text is no such name; nor for `x/y.pt` (or .pth, .bin, .safetensors), which is a path.
std::optional<Name> parse_name(std::string_view text);
/// Throws Error(invalid_argument) that says what a name looks like.
Name need_name(std::string_view text);

/// The hub's rules: letters, digits and "._-", at most 96 each side of the slash, no "--" nor ".." inside, no "-" nor
/// "." at either end, not ending in ".git". The organisation may be missing (`roberta-base`).
bool valid_repo(std::string_view repo);
/// Letters, digits and "._-+", in parts separated by single slashes (`refs/pr/3`); no part begins with "-" or ".".
bool valid_revision(std::string_view revision);
/// A relative path of printable UTF-8 whose parts are none of "", ".", ".." and hold no backslash.
bool valid_file(std::string_view file);
/// 40 lower-case hex digits, as a commit and a git blob are named.
bool is_commit(std::string_view text);

/// A checkpoint as LAION's training writes it (.pt), which carries no tokenizer.
bool is_laion_checkpoint(std::string_view file);

}  // namespace hearken::model::hub
