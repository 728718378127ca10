// Connecting, and choosing among what an engine holds.
#include "remote/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/paths.h"
#include "remote/weaviate/index.h"
#include "remote/weaviate/protocol/address.h"

namespace hearken {
namespace remote {
namespace {

using weaviate::Collections;

std::string in_words(const search::Space& space) {
  return fmt::format("'{}' ({})", display(space.name), search::in_words(space.windowing));
}

std::string listed(const std::vector<Collections>& all) {
  std::string out;
  for (const Collections& one : all) out += (out.empty() ? "" : ", ") + in_words(one.space);
  return out;
}

Error nothing_at(const Remote& remote) {
  return Error(ErrorCode::not_found,
               display(remote.url()) + ": holds nothing yet: hearken remote init --cluster " + display(remote.url()));
}

}  // namespace

search::Space space_of(const VectorOrigin& origin) {
  return {0, origin.model, origin.fingerprint, origin.dimension, origin.windowing, origin.precision, 0};
}

VectorOrigin origin_of(const search::Space& space) {
  return {space.name, space.fingerprint, space.windowing, space.precision, space.dimension};
}

Collections collections_of(const Remote& remote, const search::Space& space) {
  std::vector<Collections> all;
  for (const bool anew : {false, true}) {  // others may have made them since
    all = impl_of(remote).held(anew);
    for (const Collections& one : all)
      if (one.space.fingerprint == space.fingerprint && one.space.windowing == space.windowing) return one;
  }
  if (all.empty()) throw nothing_at(remote);
  throw Error(ErrorCode::not_found, fmt::format("{}: has no place for vectors of {} yet, only for those of {}: hearken "
                                                "remote init makes one",
                                                display(remote.url()), in_words(space), listed(all)));
}

Collections collections_made_by(const Remote& remote, const Model& model) {
  const std::vector<Collections> all = impl_of(remote).held();
  if (all.empty()) throw nothing_at(remote);
  std::vector<Collections> own;
  for (const Collections& one : all)
    if (made_by(model, one.space.windowing, one.space.fingerprint)) own.push_back(one);
  if (own.empty()) {
    throw Error(
        ErrorCode::mismatch,
        fmt::format("{}: holds no vectors of the model '{}', only of {}; search with --model {}", display(remote.url()),
                    display(model.info().name), listed(all), display(all.front().space.name)));
  }
  if (own.size() == 1) return own.front();
  const weaviate::Client& client = *impl_of(remote).client;
  return *std::ranges::max_element(own, {}, [&](const Collections& one) { return client.count(one.windows); });
}

std::shared_ptr<const search::Index> index_of(const Remote& remote, const Collections& collections) {
  return std::make_shared<weaviate::WeaviateIndex>(impl_of(remote).client, collections, remote.url());
}

std::shared_ptr<const search::Index> index_for(const Remote& remote, const Model& model) {
  return index_of(remote, collections_made_by(remote, model));
}

}  // namespace remote

std::vector<remote::weaviate::Collections> Remote::Impl::held(bool anew) {
  const std::lock_guard lock(mutex_);
  if (anew || !held_) held_ = remote::weaviate::held(*client);
  return *held_;
}

Remote::Remote(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Remote Remote::connect(std::string_view url) {
  auto impl = std::make_shared<Impl>();
  impl->client = std::make_shared<remote::weaviate::Client>(remote::weaviate::parse_address(url),
                                                            remote::weaviate::access_from_environment());
  impl->url = url;
  remote::weaviate::check_version(*impl->client);
  return Remote(std::move(impl));
}

const std::string& Remote::url() const noexcept { return impl_->url; }

VectorOrigin origin_of(const Model& model, const Windowing& windowing) {
  return {model.info().name, model.fingerprint(windowing), windowing, model.info().precision,
          static_cast<std::size_t>(model.info().dimension)};
}

VectorOrigin origin_of(const Library& library, std::string_view model_name) {
  return remote::origin_of(search::space_named(library, model_name));
}

std::vector<VectorOrigin> origins(const Remote& remote) {
  std::vector<VectorOrigin> out;
  for (const remote::weaviate::Collections& one : impl_of(remote).held()) out.push_back(remote::origin_of(one.space));
  return out;
}

bool create(const Remote& remote, const VectorOrigin& origin) {
  const remote::weaviate::Client& client = *impl_of(remote).client;
  const search::Space space = remote::space_of(origin);
  const bool there = remote::weaviate::is_there(client, space);
  remote::weaviate::created(client, space);
  impl_of(remote).held(true);
  return !there;
}

}  // namespace hearken
