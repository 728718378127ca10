// A space's two collections on a real cluster: made, found again, and told apart where they are half-made or otherwise.
#include "remote/weaviate/collections.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "core/testing/refusal.h"
#include "hearken/error.h"
#include "remote/weaviate/test_cluster.h"

namespace hearken::remote::weaviate {
namespace {

using nlohmann::json;

TEST(WeaviateCollections, AreNamedAfterTheirSpace) {
  const Address address = parse_address("weaviate://localhost/songs");
  const Collections one = named(address, toy_space());
  EXPECT_TRUE(one.windows.starts_with("Songs_"));
  EXPECT_TRUE(one.windows.ends_with("_Windows"));
  EXPECT_EQ(one.tracks, one.windows.substr(0, 18) + "_Tracks");
  search::Space other = toy_space();
  other.windowing.hop_seconds = 1;
  EXPECT_NE(named(address, other).windows, one.windows);
  other = toy_space();
  other.fingerprint = "another";
  EXPECT_NE(named(address, other).windows, one.windows);
}

class WeaviateSchema : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string reason = why_no_cluster(); !reason.empty()) GTEST_SKIP() << reason;
    client_ = std::make_unique<Client>(test_address(), access_from_environment());
    names_ = named(client_->address(), toy_space());
    TearDown();
  }
  void TearDown() override {
    if (!client_) return;
    for (const std::string& name : {names_.windows, names_.tracks, client_->address().collection + "_Other_Windows"})
      client_->rest("DELETE", "/v1/schema/" + name);
  }

  json schema(const std::string& name) const { return json::parse(client_->rest("GET", "/v1/schema/" + name).body); }
  // Makes it anew, as it was but for a change.
  template <class Change>
  void changed(const std::string& name, const Change& change) const {
    json collection = schema(name);
    change(collection);
    ASSERT_EQ(client_->rest("DELETE", "/v1/schema/" + name).status, 200);
    const RestReply made = client_->rest("POST", "/v1/schema", collection.dump());
    ASSERT_EQ(made.status, 200) << made.body;
  }
  template <class Do>
  static std::string mismatch(const Do& what) {
    return refusal(ErrorCode::mismatch, what);
  }
  std::string held_mismatch() const {
    return mismatch([&] { held(*client_); });
  }
  std::string created_mismatch() const {
    return mismatch([&] { created(*client_, toy_space()); });
  }

  std::unique_ptr<Client> client_;
  Collections names_;
};

void expect_has(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST_F(WeaviateSchema, IsMadeOnceAndFoundAgain) {
  EXPECT_TRUE(held(*client_).empty());
  const Collections made = created(*client_, toy_space());
  const std::string windows = schema(made.windows).dump(), tracks = schema(made.tracks).dump();
  EXPECT_EQ(created(*client_, toy_space()).replicas, made.replicas);
  EXPECT_EQ(schema(made.windows).dump(), windows);
  EXPECT_EQ(schema(made.tracks).dump(), tracks);

  const std::vector<Collections> all = held(*client_);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].windows, made.windows);
  EXPECT_EQ(all[0].tracks, made.tracks);
  EXPECT_EQ(all[0].replicas, made.replicas);
  EXPECT_EQ(all[0].space.name, "toy");
  EXPECT_EQ(all[0].space.fingerprint, "toy");
  EXPECT_EQ(all[0].space.dimension, toy_space().dimension);
  EXPECT_EQ(all[0].space.windowing.window_seconds, 1.0);
  EXPECT_EQ(all[0].space.windowing.hop_seconds, 0.5);

  const std::size_t nodes = json::parse(client_->rest("GET", "/v1/nodes").body)["nodes"].size();
  const json one = json::parse(windows), other = json::parse(tracks);
  for (const json& collection : {one, other}) {
    EXPECT_EQ(collection["replicationConfig"]["factor"], std::min<std::size_t>(3, nodes));
    EXPECT_EQ(collection["replicationConfig"]["asyncEnabled"], true);
  }
  for (const json& index : {one["vectorIndexConfig"], other["vectorConfig"]["mean"]["vectorIndexConfig"],
                            other["vectorConfig"]["direction"]["vectorIndexConfig"]}) {
    EXPECT_EQ(index["distance"], "dot");
    for (const char* quantisation : {"pq", "bq", "sq", "rq"})
      EXPECT_FALSE(index.contains(quantisation) && index[quantisation].value("enabled", false)) << quantisation;
  }
}

TEST_F(WeaviateSchema, AllNodesKnowWhatWasMade) {
  for (int i = 0; i < 5; ++i) {
    TearDown();
    created(*client_, toy_space());
    for (const Endpoint& endpoint : client_->address().endpoints) {
      Address one = client_->address();
      one.endpoints = {endpoint};
      const Client client(one, access_from_environment());
      EXPECT_EQ(client.count(names_.windows), 0) << endpoint.rest_port;
      EXPECT_EQ(client.count(names_.tracks), 0) << endpoint.rest_port;
    }
  }
}

TEST_F(WeaviateSchema, HalfOfItIsToldApartAndCompleted) {
  created(*client_, toy_space());
  for (const std::string& missing : {names_.windows, names_.tracks}) {
    client_->rest("DELETE", "/v1/schema/" + missing);
    const std::string reason = held_mismatch();
    expect_has(reason, missing + " is not");
    expect_has(reason, "hearken remote init completes what is missing");
    created(*client_, toy_space());
    EXPECT_EQ(held(*client_).size(), 1U);
  }
}

TEST_F(WeaviateSchema, AMissingPropertyIsNamedAndCompleted) {
  created(*client_, toy_space());
  changed(names_.windows, [](json& collection) {
    std::erase_if(collection["properties"].get_ref<json::array_t&>(),
                  [](const json& p) { return p["name"] == "tempo"; });
  });
  expect_has(held_mismatch(), names_.windows + " has no property 'tempo'");
  created(*client_, toy_space());
  EXPECT_EQ(held(*client_).size(), 1U);
}

TEST_F(WeaviateSchema, WhatIsOtherwiseIsNamed) {
  created(*client_, toy_space());
  const auto property = [](json& collection, const char* name) -> json& {
    return *std::ranges::find_if(collection["properties"], [&](const json& p) { return p["name"] == name; });
  };
  changed(names_.windows, [&](json& collection) { property(collection, "title")["tokenization"] = "word"; });
  for (const std::string& reason : {held_mismatch(), created_mismatch()})
    expect_has(reason, names_.windows + R"( its property 'title' has the tokenization "word", not "field")");
  changed(names_.windows, [&](json& collection) {
    property(collection, "title")["tokenization"] = "field";
    collection["vectorIndexConfig"]["distance"] = "cosine";
  });
  expect_has(created_mismatch(), names_.windows + " compares its vectors otherwise than by dot products");
  changed(names_.windows, [&](json& collection) { collection["vectorIndexConfig"]["distance"] = "dot"; });
  changed(names_.tracks, [&](json& collection) { collection["vectorConfig"].erase("direction"); });
  expect_has(held_mismatch(), names_.tracks + " has no vector 'direction'");
}

TEST_F(WeaviateSchema, OtherProgramsCollectionsAreLeftAlone) {
  created(*client_, toy_space());
  const std::string other = client_->address().collection + "_Other_Windows";
  for (const char* description : {"", "somebody's", "[1]", "{}"}) {
    const json collection = {{"class", other}, {"description", description}, {"vectorizer", "none"}};
    ASSERT_EQ(client_->rest("POST", "/v1/schema", collection.dump()).status, 200);
    EXPECT_EQ(held(*client_).size(), 1U) << description;
    client_->rest("DELETE", "/v1/schema/" + other);
  }
  for (const char* description : {R"({"hearken": 2})", R"({"hearken": 1})", R"({"hearken": "one"})"}) {
    const json collection = {{"class", other}, {"description", description}, {"vectorizer", "none"}};
    ASSERT_EQ(client_->rest("POST", "/v1/schema", collection.dump()).status, 200);
    expect_has(held_mismatch(), client_->address().written);
    client_->rest("DELETE", "/v1/schema/" + other);
  }
}

}  // namespace
}  // namespace hearken::remote::weaviate
