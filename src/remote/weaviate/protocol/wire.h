// The messages of Weaviate's gRPC service weaviate.v1.Weaviate, as protocol buffers.
//
// Sources: v1/search_get.proto, batch.proto, batch_delete.proto, aggregate.proto, base.proto, base_search.proto and
// properties.proto of Weaviate 1.35, and google/protobuf/struct.proto. Vectors are float32, numbers of a list float64
// or int64, little-endian, one after the other in a field of bytes.
//
// What is read comes from elsewhere: each reader throws Error(corrupt) for bytes that are no such message.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "remote/weaviate/protocol/client.h"

namespace hearken::remote::weaviate {

/// SearchRequest, consistency ONE; SearchReply.
std::string search_request(const Search& search);
std::vector<Found> search_reply(std::string_view bytes);

/// BatchObjectsRequest, consistency QUORUM; of BatchObjectsReply what was refused.
std::string put_request(const std::string& collection, std::span<const Object* const> objects);
struct Refusal {
  std::size_t index = 0;  // among the request's objects
  std::string reason;
};
std::vector<Refusal> put_reply(std::string_view bytes, std::size_t objects);

/// BatchDeleteRequest, consistency QUORUM; BatchDeleteReply.
std::string erase_request(const std::string& collection, const Filter& filter);
struct Erased {
  std::int64_t matches = 0, successful = 0, failed = 0;
};
Erased erase_reply(std::string_view bytes);

/// AggregateRequest of the number of objects; of AggregateReply that number.
std::string count_request(const std::string& collection, const Filter* filter);
std::int64_t count_reply(std::string_view bytes);

}  // namespace hearken::remote::weaviate
