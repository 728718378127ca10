// Schemas as JSON over REST.
#include "remote/weaviate/collections.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "core/hash.h"
#include "core/paths.h"
#include "core/text.h"
#include "core/threads/threads.h"
#include "hearken/error.h"

namespace hearken::remote::weaviate {
namespace {

using nlohmann::json;

constexpr int kFormat = 1;
constexpr std::string_view kWindows = "_Windows", kTracks = "_Tracks";
constexpr int kOldest[] = {1, 33};     // has negations in conditions
constexpr double kSettleSeconds = 30;  // until all nodes know a new collection
constexpr std::size_t kMostReplicas = 3, kLongestReason = 200;

enum class Kind { text, texts, integer, number, yes, shown, shown_texts };

struct PropertyPlan {
  const char* name;
  Kind kind;
};

constexpr PropertyPlan kColumnPlans[] = {
    {"path", Kind::text},      {"title", Kind::text},      {"artist", Kind::text},     {"album", Kind::text},
    {"genre", Kind::text},     {"key", Kind::text},        {"duration", Kind::number}, {"added", Kind::integer},
    {"number", Kind::integer}, {"loudness", Kind::number}, {"tempo", Kind::number},    {"brightness", Kind::number},
    {"tags", Kind::texts},     {"under", Kind::text}};
constexpr PropertyPlan kWindowPlans[] = {{"start", Kind::number}, {"flags", Kind::integer}};
constexpr PropertyPlan kTrackPlans[] = {
    {"state", Kind::shown},       {"content", Kind::text},       {"size", Kind::number},
    {"mtime", Kind::shown},       {"measured", Kind::yes},       {"windows", Kind::number},
    {"shown_title", Kind::shown}, {"shown_artist", Kind::shown}, {"shown_album", Kind::shown},
    {"shown_genre", Kind::shown}, {"shown_key", Kind::shown},    {"shown_tags", Kind::shown_texts}};

const char* data_type(Kind kind) {
  switch (kind) {
    case Kind::text:
    case Kind::shown: return "text";
    case Kind::texts:
    case Kind::shown_texts: return "text[]";
    case Kind::integer: return "int";
    case Kind::number: return "number";
    case Kind::yes: return "boolean";
  }
  return "text";
}

json property_json(const PropertyPlan& plan) {
  const bool text =
      plan.kind == Kind::text || plan.kind == Kind::texts || plan.kind == Kind::shown || plan.kind == Kind::shown_texts;
  const bool asked =
      plan.kind == Kind::text || plan.kind == Kind::texts || plan.kind == Kind::integer || plan.kind == Kind::number;
  json out = {{"name", plan.name},
              {"dataType", json::array({data_type(plan.kind)})},
              {"indexFilterable", asked},
              {"indexSearchable", false}};
  if (text) out["tokenization"] = "field";
  if (!text && asked) out["indexRangeFilters"] = true;
  return out;
}

// The widths of the graph, and of the search through it, that find 98 of 100 true neighbours among 100,000 windows
// (docs/SCALE.md).
json index_json() {
  return {{"distance", "dot"},
          {"efConstruction", 128},
          {"maxConnections", 32},
          {"ef", 256},
          {"skipDefaultQuantization", true}};
}

json description_of(const search::Space& space) {
  return {{"hearken", kFormat},
          {"model", display(space.name)},
          {"fingerprint", space.fingerprint},
          {"dimension", space.dimension},
          {"window", space.windowing.window_seconds},
          {"hop", space.windowing.hop_seconds},
          {"precision", to_string(space.precision)}};
}

template <std::size_t N>
void add_properties(json& collection, const PropertyPlan (&plans)[N]) {
  for (const PropertyPlan& plan : plans) collection["properties"].push_back(property_json(plan));
}

json collection_json(const std::string& name, const search::Space& space, bool windows, std::int64_t replicas) {
  json out = {{"class", name},
              {"description", description_of(space).dump()},
              {"replicationConfig",
               {{"factor", replicas}, {"asyncEnabled", true}, {"deletionStrategy", "TimeBasedResolution"}}},
              {"properties", json::array()}};
  add_properties(out, kColumnPlans);
  if (windows) {
    add_properties(out, kWindowPlans);
    out["vectorizer"] = "none";
    out["vectorIndexType"] = "hnsw";
    out["vectorIndexConfig"] = index_json();
  } else {
    add_properties(out, kTrackPlans);
    for (const char* vector : {"mean", "direction"})
      out["vectorConfig"][vector] = {
          {"vectorizer", {{"none", json::object()}}}, {"vectorIndexType", "hnsw"}, {"vectorIndexConfig", index_json()}};
  }
  return out;
}

// What a collection has otherwise than planned; empty: nothing.
std::string difference(const json& have, const json& planned) {
  std::map<std::string, json> properties;
  for (const json& property : have.value("properties", json::array()))
    properties[property.value("name", "")] = property;
  for (const json& wanted : planned["properties"]) {
    const std::string name = wanted["name"];
    const auto found = properties.find(name);
    if (found == properties.end()) return "has no property '" + name + "'";
    for (const char* key : {"dataType", "tokenization", "indexFilterable"})
      if (wanted.contains(key) && found->second.value(key, json()) != wanted[key])
        return fmt::format("its property '{}' has the {} {}, not {}", name, key,
                           display(found->second.value(key, json()).dump()), wanted[key].dump());
  }
  const auto distance = [](const json& config) { return config.value("distance", json()); };
  if (planned.contains("vectorConfig")) {
    for (const auto& [name, wanted] : planned["vectorConfig"].items()) {
      const json::json_pointer place("/vectorConfig/" + name + "/vectorIndexConfig");
      if (!have.contains(place)) return "has no vector '" + name + "'";
      if (distance(have[place]) != "dot") return "compares its vector '" + name + "' otherwise than by dot products";
    }
  } else if (distance(have.value("vectorIndexConfig", json::object())) != "dot") {
    return "compares its vectors otherwise than by dot products";
  }
  return {};
}

Error refused(const Client& client, const std::string& what, const RestReply& reply) {
  const json answer = json::parse(reply.body, nullptr, false);
  const json::json_pointer place("/error/0/message");
  const std::string reason = answer.is_object() && answer.contains(place) && answer[place].is_string()
                                 ? answer[place].get<std::string>()
                             : answer.is_discarded() ? reply.body.substr(0, kLongestReason)
                                                     : "";
  return Error(reply.status == 401 || reply.status == 403 ? ErrorCode::permission_denied : ErrorCode::mismatch,
               fmt::format("{}: {}: status {}", display(client.address().written), what, reply.status),
               display(reason));
}

json answer(const Client& client, std::string_view path, const std::string& what) {
  const RestReply reply = client.rest("GET", path);
  json parsed = json::parse(reply.body, nullptr, false);
  if (reply.status != 200) throw refused(client, what, reply);
  if (!parsed.is_object())
    throw Error(ErrorCode::mismatch, display(client.address().written) + ": " + what +
                                         ": the answer is no JSON: is it "
                                         "Weaviate that listens there?");
  return parsed;
}

search::Space space_of(const json& description) {
  search::Space space;
  space.name = description.value("model", "");
  space.fingerprint = description.value("fingerprint", "");
  space.dimension = description.value("dimension", std::size_t{0});
  space.windowing = {description.value("window", 0.0), description.value("hop", 0.0)};
  space.precision = parse_precision(description.value("precision", "fp32"));
  return space;
}

// The collection's description where Hearken wrote it.
std::optional<json> own_description(const json& collection) {
  const json parsed = json::parse(collection.value("description", ""), nullptr, false);
  return parsed.is_object() && parsed.contains("hearken") ? std::optional(parsed) : std::nullopt;
}

Error half_made(const Client& client, const std::string& what) {
  return Error(ErrorCode::mismatch, fmt::format("{}: {}; hearken remote init completes what is missing, and a "
                                                "collection that is otherwise must be deleted in the engine",
                                                display(client.address().written), what));
}

// A node says from its own knowledge what shards there are; the schema it asks the leader for.
void settle(const Client& client, const std::string& name) {
  const double began = monotonic_seconds();
  for (std::size_t e = 0; e < client.address().endpoints.size(); ++e) {
    for (;;) {
      try {
        if (client.rest("GET", "/v1/schema/" + name + "/shards", {}, e).status == 200) break;
      } catch (const Error& error) {
        if (error.code() != ErrorCode::io) throw;
        break;  // this node is not there; it will learn when it is
      }
      if (monotonic_seconds() - began > kSettleSeconds)
        throw Error(ErrorCode::io,
                    fmt::format("{}: {} was made, but {}:{} does not know it after {:g} s",
                                display(client.address().written), name, client.address().endpoints[e].host,
                                client.address().endpoints[e].rest_port, kSettleSeconds));
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
}

}  // namespace

Collections named(const Address& address, const search::Space& space) {
  Hasher hasher;
  hasher.update(
      fmt::format("{}\n{}\n{}", space.fingerprint, space.windowing.window_seconds, space.windowing.hop_seconds));
  const std::string base = address.collection + "_" + to_hex(hasher.digest()).substr(0, 12);
  return {space, base + std::string(kWindows), base + std::string(kTracks)};
}

void check_version(const Client& client) {
  const std::string version = answer(client, "/v1/meta", "asking its version").value("version", "");
  int major = 0, minor = 0;
  if (std::sscanf(version.c_str(), "%d.%d", &major, &minor) == 2 &&
      std::pair(major, minor) >= std::pair(kOldest[0], kOldest[1]))
    return;
  throw Error(ErrorCode::mismatch, fmt::format("{}: Weaviate {} is too old: 1.33 is the oldest that will do",
                                               display(client.address().written), display(version)));
}

bool is_there(const Client& client, const search::Space& space) {
  const Collections names = named(client.address(), space);
  return client.rest("GET", "/v1/schema/" + names.windows).status == 200 &&
         client.rest("GET", "/v1/schema/" + names.tracks).status == 200;
}

namespace {

Collections make(const Client& client, const search::Space& space) {
  check_version(client);
  Collections out = named(client.address(), space);
  const json nodes = answer(client, "/v1/nodes", "asking for its nodes").value("nodes", json::array());
  out.replicas = static_cast<std::int64_t>(std::clamp<std::size_t>(nodes.size(), 1, kMostReplicas));
  for (const bool windows : {true, false}) {
    const std::string& name = windows ? out.windows : out.tracks;
    const json planned = collection_json(name, space, windows, out.replicas);
    const RestReply there = client.rest("GET", "/v1/schema/" + name);
    if (there.status == 404) {
      const RestReply made = client.rest("POST", "/v1/schema", planned.dump());
      // Somebody else may have made it in the meantime; what it is like is looked at below.
      if (made.status != 200 && made.status != 422) throw refused(client, "making " + name, made);
      if (made.status == 422 && client.rest("GET", "/v1/schema/" + name).status != 200)
        throw refused(client, "making " + name, made);
    } else if (there.status != 200) {
      throw refused(client, "looking for " + name, there);
    }
    settle(client, name);
    const json have = answer(client, "/v1/schema/" + name, "reading " + name);
    for (const json& wanted : planned["properties"]) {
      const auto& property = wanted.at("name").get_ref<const std::string&>();
      const bool missing = std::ranges::none_of(have.value("properties", json::array()),
                                                [&](const json& p) { return p.value("name", "") == property; });
      if (!missing) continue;
      const RestReply added = client.rest("POST", "/v1/schema/" + name + "/properties", wanted.dump());
      if (added.status != 200) throw refused(client, "completing " + name, added);
    }
    const std::string wrong = difference(answer(client, "/v1/schema/" + name, "reading " + name), planned);
    if (!wrong.empty()) throw half_made(client, name + " " + wrong);
  }
  return out;
}

std::vector<Collections> list(const Client& client) {
  const json schema = answer(client, "/v1/schema", "reading its collections");
  std::map<std::string, json> all;
  for (const json& collection : schema.value("classes", json::array()))
    if (const std::string name = collection.value("class", ""); name.starts_with(client.address().collection + "_"))
      all[name] = collection;
  std::vector<Collections> out;
  for (const auto& [name, collection] : all) {
    const bool windows = name.ends_with(kWindows);
    if (!windows && !name.ends_with(kTracks)) continue;
    const std::optional<json> description = own_description(collection);
    if (!description) continue;  // another program's
    if (description->value("hearken", 0) != kFormat)
      throw Error(ErrorCode::mismatch,
                  fmt::format("{}: {} was made by a newer Hearken", display(client.address().written), name));
    Collections one = named(client.address(), space_of(*description));
    const std::string& expected = windows ? one.windows : one.tracks;
    if (name != expected || one.space.dimension == 0)
      throw half_made(client, fmt::format("{} says that it is {}", name, expected));
    const std::string& other = windows ? one.tracks : one.windows;
    if (!all.contains(other)) throw half_made(client, fmt::format("{} is there, {} is not", name, other));
    if (!windows) continue;
    for (const bool of_windows : {true, false}) {
      const std::string& checked = of_windows ? one.windows : one.tracks;
      const std::string wrong = difference(all[checked], collection_json(checked, one.space, of_windows, 1));
      if (!wrong.empty()) throw half_made(client, checked + " " + wrong);
    }
    const json::json_pointer factor("/replicationConfig/factor");
    one.replicas = collection.contains(factor) ? collection[factor].get<std::int64_t>() : 1;
    out.push_back(std::move(one));
  }
  return out;
}

// JSON that is otherwise than it must be is another server's.
template <class Do>
auto understood(const Client& client, const Do& what) {
  try {
    return what();
  } catch (const json::exception& error) {
    throw Error(ErrorCode::mismatch, display(client.address().written) + ": its answer is not as Weaviate's are",
                error.what());
  }
}

}  // namespace

Collections created(const Client& client, const search::Space& space) {
  return understood(client, [&] { return make(client, space); });
}

std::vector<Collections> held(const Client& client) {
  return understood(client, [&] { return list(client); });
}

}  // namespace hearken::remote::weaviate
