// One file from the hub into the cache.
#pragma once

#include <cstdint>
#include <functional>

#include "hearken/hub.h"
#include "model/hub/client.h"

namespace hearken::model::hub {

using FileProgress = std::function<void(PullStage stage, std::uint64_t done)>;

/// When it returns, file.path leads to the whole, verified content. Goes on where an earlier run (or another program)
/// stopped; waits for a process that is fetching the same content and then uses what that one fetched.
/// Throws Error: as Client; corrupt (the bytes are not those the hub named; they are deleted), io (disk full, gave up).
void download(Client& client, const HubFile& file, const FileProgress& progress);

/// Whether the cache has the file's content, be it for another snapshot.
bool blob_is_there(const HubFile& file);

/// Throws Error(io) when less than `bytes` are free where `folder` is or would be.
void need_space(const std::filesystem::path& folder, std::uint64_t bytes);

}  // namespace hearken::model::hub
