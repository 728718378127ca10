// What a Remote holds, and what all that is done with one begins with.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "hearken/remote.h"
#include "remote/weaviate/collections.h"
#include "remote/weaviate/protocol/client.h"
#include "search/index/index.h"

namespace hearken {

struct Remote::Impl {
  std::shared_ptr<const remote::weaviate::Client> client;
  std::string url;

  /// What the collection holds, as it was when somebody last looked; `anew` looks now.
  std::vector<remote::weaviate::Collections> held(bool anew = false);

 private:
  std::mutex mutex_;
  std::optional<std::vector<remote::weaviate::Collections>> held_;
};

inline Remote::Impl& impl_of(const Remote& remote) noexcept { return *remote.impl_; }

namespace remote {

search::Space space_of(const VectorOrigin& origin);
VectorOrigin origin_of(const search::Space& space);

/// The collections of these vectors. Throws Error(not_found), which says how they are made.
weaviate::Collections collections_of(const Remote& remote, const search::Space& space);
/// Those of the vectors that `model` made; of several windowings the one with the most windows. Throws Error(mismatch),
/// naming what there is; not_found when there is nothing.
weaviate::Collections collections_made_by(const Remote& remote, const Model& model);

/// What a search of them goes through.
std::shared_ptr<const search::Index> index_of(const Remote& remote, const weaviate::Collections& collections);
/// That of what `model` made, as collections_made_by().
std::shared_ptr<const search::Index> index_for(const Remote& remote, const Model& model);

}  // namespace remote
}  // namespace hearken
