// Folders of this computer, as a person is shown them who chooses one to index.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hearken::server {

inline constexpr std::size_t kMostPathBytes = 4096;

/// How much of the disk one listing may cost.
struct ListingLimits {
  std::size_t entries = 10'000;  // read in all: the folder's own first, what is left is shared among its subfolders
  double count_seconds = 1;      // after which no further subfolder is counted
};

/// Files directly in a folder whose names are those of sound (audio::has_audio_extension). Hidden ones and links do
/// not count.
struct SoundCount {
  std::size_t files = 0;
  bool complete = false;  // every entry was read; else `files` is the least there can be
};

struct Subfolder {
  std::filesystem::path path;  // the folder's own, with the name added
  SoundCount sounds;           // {0, false} where nothing was counted
  bool link = false;           // of a link: what it leads to is a folder, which is not looked into
};

struct FolderListing {
  SoundCount sounds;               // complete: the list of subfolders is, too
  std::vector<Subfolder> folders;  // hidden ones left out; in natural order of their names
  std::size_t unnameable = 0;      // subfolders left out because their names are not UTF-8 on one line
};

/// `folder` is absolute. Throws Error: not_found, permission_denied, io, invalid_argument when it is no folder. What
/// happens to a subfolder meanwhile is no error. Any thread.
FolderListing list_folder(const std::filesystem::path& folder, const ListingLimits& limits = {});

/// An absolute path without "." and "..", links left as they are. Throws Error(invalid_argument) for any other text
/// than an absolute path.
std::filesystem::path absolute_folder(const std::string& text);

/// A folder that may be indexed, its links resolved. Throws as the two above, and Error(invalid_argument) for "/":
/// the system's own files are no library, and some of them never end.
std::filesystem::path folder_to_index(const std::string& text);

/// $HOME, else what the system knows of this user, else "/".
std::filesystem::path home_folder();

}  // namespace hearken::server
