// The calls of the cluster that are used here.
#include "remote/weaviate/protocol/client.h"

#include <algorithm>

#include "core/paths.h"
#include "core/text.h"
#include "hearken/error.h"
#include "remote/weaviate/protocol/status.h"
#include "remote/weaviate/protocol/transport.h"
#include "remote/weaviate/protocol/wire.h"

namespace hearken::remote::weaviate {
namespace {

constexpr std::size_t kSearchesAtOnce = 64, kErasedAtOnce = 16;
// Several small calls keep the cluster's shards busier than one large one, and far below its limit of 100 MiB.
constexpr std::size_t kPutsAtOnce = 4, kObjectsOfAPut = 250, kBytesOfAPut = 8 << 20;

std::size_t size_of(const Object& object) {
  std::size_t out = 0;
  for (const NamedVector& vector : object.vectors) out += vector.values.size() * sizeof(float);
  for (const Property& property : object.properties) {
    if (const auto* text = std::get_if<std::string>(&property.value)) out += text->size();
  }
  return out;
}

using Batch = std::vector<const Object*>;

std::vector<Batch> batches_of(std::span<const Object> objects) {
  std::vector<Batch> out;
  std::size_t bytes = 0;
  for (const Object& object : objects) {
    const std::size_t size = size_of(object);
    if (out.empty() || out.back().size() == kObjectsOfAPut || bytes + size > kBytesOfAPut) {
      out.emplace_back();
      bytes = 0;
    }
    out.back().push_back(&object);
    bytes += size;
  }
  return out;
}

// Keeps in `batch` what is to be put again, and says why; empty: all are put.
std::string what_is_left(Batch& batch, std::string_view reply, const Address& address) {
  std::vector<Refusal> refusals = put_reply(reply, batch.size());
  Batch left;
  std::string reason;
  for (const Refusal& refusal : refusals) {
    const Object* object = batch[refusal.index];
    if (!passes(refusal.reason))
      throw Error(ErrorCode::mismatch, display(address.written) + ": refuses object " + to_string(object->id),
                  display(refusal.reason));
    left.push_back(object);
    reason = refusal.reason;
  }
  batch = std::move(left);
  return display(reason);
}

}  // namespace

std::string to_string(const Uuid& id) {
  std::string out = to_hex(id);
  for (const std::size_t at : {20, 16, 12, 8}) out.insert(at, 1, '-');
  return out;
}

const Value* Found::property(std::string_view name) const {
  const auto found =
      std::find_if(properties.begin(), properties.end(), [&](const Property& p) { return p.name == name; });
  return found == properties.end() ? nullptr : &found->value;
}

struct Client::Impl {
  Address address;
  Timeouts timeouts;
  Transport transport;
};

Client::Client(Address address, Access access, Timeouts timeouts)
    : impl_(new Impl{address, timeouts, Transport(address, access, timeouts)}) {}
Client::~Client() = default;

const Address& Client::address() const noexcept { return impl_->address; }

std::vector<std::vector<Found>> Client::search(std::span<const Search> searches) const {
  std::vector<std::vector<Found>> out(searches.size());
  std::vector<Call> calls(searches.size());
  for (std::size_t i = 0; i < searches.size(); ++i) {
    calls[i].message = [&searches, i] { return search_request(searches[i]); };
    calls[i].take = [&out, i](std::string_view reply) {
      out[i] = search_reply(reply);
      return std::string();
    };
  }
  impl_->transport.grpc("Search", calls, kSearchesAtOnce, impl_->timeouts.read_seconds, impl_->timeouts.slow_seconds);
  return out;
}

std::vector<Found> Client::search(const Search& one) const { return std::move(search(std::span(&one, 1)).front()); }

void Client::put(const std::string& collection, std::span<const Object> objects) const {
  std::vector<Batch> batches = batches_of(objects);
  std::vector<Call> calls(batches.size());
  for (std::size_t i = 0; i < batches.size(); ++i) {
    calls[i].message = [&, i] { return put_request(collection, batches[i]); };
    calls[i].take = [&, i](std::string_view reply) { return what_is_left(batches[i], reply, impl_->address); };
  }
  impl_->transport.grpc("BatchObjects", calls, kPutsAtOnce, impl_->timeouts.write_seconds,
                        impl_->timeouts.slow_seconds);
}

std::int64_t Client::erase(const std::string& collection, const Filter& filter) const {
  const std::string request = erase_request(collection, filter);
  std::int64_t erased = 0;
  // One call takes out as many as one search may find.
  for (bool more = true; more;) {
    Call call;
    call.message = [&] { return request; };
    call.take = [&](std::string_view bytes) {
      const Erased reply = erase_reply(bytes);
      erased += reply.successful;
      more = reply.successful > 0 && reply.matches > reply.successful;
      return reply.failed > 0 ? std::to_string(reply.failed) + " objects could not be taken out" : std::string();
    };
    impl_->transport.grpc("BatchDelete", {&call, 1}, 1, impl_->timeouts.write_seconds, impl_->timeouts.slow_seconds);
  }
  return erased;
}

void Client::erase(const std::string& collection, std::span<const Uuid> ids) const {
  std::vector<std::string> paths;
  for (const Uuid& id : ids)
    paths.push_back("/v1/objects/" + collection + "/" + to_string(id) + "?consistency_level=ALL");
  for (const RestReply& reply : impl_->transport.rest("DELETE", paths, {}, kErasedAtOnce, std::nullopt)) {
    constexpr int kErased = 204, kNotThere = 404;
    if (reply.status != kErased && reply.status != kNotThere)
      throw Error(ErrorCode::mismatch,
                  display(impl_->address.written) + ": does not take out an object of " + collection,
                  "HTTP status " + std::to_string(reply.status) + " " + display(reply.body));
  }
}

std::int64_t Client::count(const std::string& collection, const Filter* filter) const {
  std::int64_t out = 0;
  Call call;
  call.message = [&] { return count_request(collection, filter); };
  call.take = [&](std::string_view reply) {
    out = count_reply(reply);
    return std::string();
  };
  impl_->transport.grpc("Aggregate", {&call, 1}, 1, impl_->timeouts.read_seconds, impl_->timeouts.slow_seconds);
  return out;
}

RestReply Client::rest(std::string_view method, std::string_view path, std::string_view body,
                       std::optional<std::size_t> endpoint) const {
  const std::string one(path);
  return std::move(impl_->transport.rest(method, std::span(&one, 1), body, 1, endpoint).front());
}

}  // namespace hearken::remote::weaviate
