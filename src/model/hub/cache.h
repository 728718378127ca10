// The Hugging Face cache on disk, as the huggingface_hub package lays it out:
//
//   CACHE/.locks/models--org--repo/<etag>.lock      held (flock) while a blob is written or linked
//   CACHE/models--org--repo/blobs/<etag>            contents; <etag>.incomplete while they arrive
//                           snapshots/<commit>/<file> -> ../../blobs/<etag>
//                           refs/<revision>         the commit that a branch or tag stood for
//                           .no_exist/<commit>/<file>  empty: the hub said that this commit has no such file
//
// All names that come in must have passed name.h.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "core/files/descriptor.h"

namespace hearken::model::hub {

/// CACHE/models--org--repo.
std::filesystem::path repo_folder(std::string_view repo);

/// The snapshot a revision stands for, whether or not it is there: refs/<revision> says the commit; without such a file
/// it is the folder of the revision's own name (so a folder made by hand, snapshots/main, is one too).
std::filesystem::path snapshot_folder(std::string_view repo, std::string_view revision);

/// snapshot_folder when that is a directory.
std::optional<std::filesystem::path> snapshot(std::string_view repo, std::string_view revision = "main");

/// A file of the snapshot, when it is there in full.
std::optional<std::filesystem::path> find_cached(std::string_view repo, std::string_view revision,
                                                 std::string_view file);

/// Remember what a revision stands for; nothing to remember when it is the commit itself.
void write_ref(std::string_view repo, std::string_view revision, std::string_view commit);

/// Remember that this commit has no such file. A cache that cannot be written is left alone.
void write_no_exist(std::string_view repo, std::string_view commit, std::string_view file);

/// Makes snapshots/<commit>/<file> lead to blobs/<etag>; the blob's lock is held.
void link_blob(std::string_view repo, std::string_view commit, std::string_view file, std::string_view etag);

/// Excludes every other process (huggingface_hub's too) from a blob. The lock file stays behind.
class BlobLock {
 public:
  /// Calls `waiting` about ten times a second while another process holds it.
  BlobLock(std::string_view repo, std::string_view etag, const std::function<void()>& waiting);

 private:
  Descriptor descriptor_;
};

/// Whether a process holds a lock of this repository at the moment.
bool in_use(std::string_view repo);

}  // namespace hearken::model::hub
