// Conversation with a Weaviate cluster: gRPC for objects and searches, REST for schemas and nodes, on libcurl.
//
// Calls go to an endpoint that answers; one that does not is left alone for a while, and what it did not answer goes to
// the next at once, so that a node that dies costs less than two seconds. What the cluster refuses for the moment (a
// node less, a leader not yet found) is tried again, with waits that grow and are jittered, until the deadline. Every
// write can be repeated: objects have the ids that their contents give them. Sources of the formats: the .proto files
// and the REST reference of Weaviate 1.35.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "remote/weaviate/protocol/address.h"

namespace hearken::remote::weaviate {

using Uuid = std::array<std::uint8_t, 16>;
std::string to_string(const Uuid& id);  // 8-4-4-4-12

/// Integers are numbers below 2⁵³.
using Value = std::variant<bool, double, std::string, std::vector<std::string>, std::vector<double>>;
struct Property {
  std::string name;
  Value value;
};

struct NamedVector {
  std::string name;  // empty: the collection's only one
  std::vector<float> values;
};

struct Object {
  Uuid id{};
  std::vector<Property> properties;
  std::vector<NamedVector> vectors;
};

/// A condition on properties, as a tree.
struct Filter {
  enum class Operator {
    equal,
    not_equal,
    greater,
    at_least,
    less,
    at_most,
    like,  // * any characters, ? one
    contains_any,
    all,       // of `parts`
    any,       // of `parts`
    negation,  // of the one in `parts`
  };
  enum class Kind { integer, other };  // numbers of int properties are sent as such

  Operator op = Operator::all;
  std::string property;
  Kind kind = Kind::other;
  Value value = false;
  std::vector<Filter> parts;
};

struct Search {
  std::string collection;
  std::vector<float> near;    // empty: no search by vector, objects in the order of their ids
  std::string target_vector;  // that is compared with `near`; empty: the collection's only one
  std::optional<Filter> filter;
  std::uint32_t limit = 10;
  std::optional<Uuid> after;            // objects behind this one; neither with `near` nor with `filter`
  bool from_the_start = false;          // the same, of the first objects
  std::vector<std::string> properties;  // wanted
  std::vector<std::string> vectors;     // wanted; "" for the collection's only one
};

struct Found {
  Uuid id{};
  double distance = 0;
  std::vector<Property> properties;  // null ones are left out
  std::vector<NamedVector> vectors;

  /// Null: it has none of this name.
  const Value* property(std::string_view name) const;
};

/// A REST answer below 500.
struct RestReply {
  int status = 0;
  std::string body;
};

struct Timeouts {
  double connect_seconds = 1;  // until an endpoint counts as not there
  double call_seconds = 60;    // of one call without an answer
  double read_seconds = 30;    // of reading, with all its repetitions
  double write_seconds = 180;  // of writing, of each of the calls that a put is
  double slow_seconds = 6;     // of an endpoint without any answer, and then another is asked as well
  double first_seconds = 5;    // of all that, as long as no endpoint has ever answered
};

/// Shared by threads. Throws Error: io (no endpoint answers, named with the last reason; the deadline passed),
/// permission_denied (the key is refused), not_found (a collection that is not there), mismatch (what the server says
/// of a request that it understands and cannot do: message as cause), corrupt (an answer that is none).
class Client {
 public:
  Client(Address address, Access access, Timeouts patience = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  const Address& address() const noexcept;

  /// The answers to all searches, which are under way together: as long as the slowest takes.
  /// Consistency ONE.
  std::vector<std::vector<Found>> search(std::span<const Search> searches) const;
  std::vector<Found> search(const Search& search) const;

  /// All objects are with a quorum of replicas when it returns; those of the same ids are replaced. In several calls
  /// under way together where they are many; what single objects are refused for is tried again like the rest.
  void put(const std::string& collection, std::span<const Object> objects) const;
  /// Takes out the objects of which the filter holds, and says how many there were. Until none is left.
  std::int64_t erase(const std::string& collection, const Filter& filter) const;
  /// Takes out the objects with these ids, on every replica, whether or not its conditions find them.
  void erase(const std::string& collection, std::span<const Uuid> ids) const;
  /// Objects in the collection, or those of which the filter holds. Consistency ONE.
  std::int64_t count(const std::string& collection, const Filter* filter = nullptr) const;

  /// `path` begins with /v1/. `body` is JSON, empty for none. `endpoint`: this one only, no fail-over, no second try.
  RestReply rest(std::string_view method, std::string_view path, std::string_view body = {},
                 std::optional<std::size_t> endpoint = std::nullopt) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hearken::remote::weaviate
