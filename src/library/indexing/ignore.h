// .hearkenignore: what of a folder is not indexed, in the manner of .gitignore.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hearken::library {

inline constexpr const char* kIgnoreFile = ".hearkenignore";
inline constexpr std::size_t kMostIgnoreBytes = std::size_t{1} << 16;

/// The rules of the folders that were read. One pattern a line; "#" begins a comment; "!" takes back what an earlier
/// line says; "*", "?" and "[…]" as in the shell, "*" not over a "/". A pattern with a "/" in it or in front of it is
/// about that place below the file's folder, another one about a name anywhere below it; one with a "/" behind it is
/// about folders only. What is in an ignored folder is ignored.
class IgnoreRules {
 public:
  /// Reads the folder's file, which is open. What is wrong with it, without its name; empty when nothing is.
  std::string read(int descriptor, const std::string& folder);

  /// Whether an absolute path is ignored by the file of a folder above it.
  bool covers(std::string_view path, bool is_folder) const;
  /// The same of a file, or of any folder above it.
  bool covers_below(std::string_view path) const;

 private:
  struct Rule {
    std::string pattern;
    bool take_back = false, folders_only = false, anchored = false;
  };
  std::map<std::string, std::vector<Rule>, std::less<>> rules_;  // by folder
};

}  // namespace hearken::library
