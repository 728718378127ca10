// A cluster to test with, and a space of toy tracks on it.
#pragma once

#include <gtest/gtest.h>

#include <cctype>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "library/window_flags.h"
#include "remote/stored.h"
#include "remote/weaviate/collections.h"
#include "remote/weaviate/protocol/client.h"
#include "search/index/contract_tracks.h"

namespace hearken::remote::weaviate {

/// Empty: HEARKEN_TEST_ENGINE names one, weaviate://HOST:PORT:GRPC,…/Collection. Else why tests are skipped.
inline std::string why_no_cluster() {
  return std::getenv("HEARKEN_TEST_ENGINE") != nullptr
             ? ""
             : "HEARKEN_TEST_ENGINE is not set: weaviate://HOST:PORT:GRPC,…/Collection of a cluster to test with";
}

/// Its address, with the collection's name replaced by one that is the running test's.
inline Address test_address() {
  Address out = parse_address(std::getenv("HEARKEN_TEST_ENGINE"));
  out.collection = "Index";
  const testing::TestInfo& test = *testing::UnitTest::GetInstance()->current_test_info();
  for (const char c : std::string(test.test_suite_name()) + test.name())
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) out.collection += c;
  return out;
}

inline search::Space toy_space() {
  search::Space out;
  out.name = out.fingerprint = "toy";
  out.dimension = search::kContractDimension;
  out.windowing = {1.0, 0.5};
  return out;
}

inline RemoteTrack remote_track(const search::ToyTrack& track) {
  RemoteTrack out;
  out.path = track.path.native();
  out.content = track.content;
  out.title = track.title;
  out.artist = track.artist;
  out.album = track.album;
  out.genre = track.genre;
  out.duration_seconds = track.duration_seconds;
  out.added_at = track.added_at;
  out.loudness = track.loudness;
  out.tempo = track.tempo;
  out.brightness = track.brightness;
  if (!track.key.empty()) out.key = track.key;
  out.tags = track.tags;
  out.starts_seconds = track.starts;
  out.flags = track.flags;
  std::vector<double> mean(search::kContractDimension);
  double heard = 0;
  for (std::size_t w = 0; w < track.windows.size(); ++w) {
    const std::vector<float>& window = track.windows[w];
    out.vectors.insert(out.vectors.end(), window.begin(), window.end());
    if (!track.flags.empty() && library::is_silent(track.flags[w])) continue;
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += static_cast<double>(window[i]);
    ++heard;
  }
  for (const double sum : mean) out.mean.push_back(static_cast<float>(sum / heard));
  return out;
}

/// Until each node holds `count` of the collection: a quorum has them at once, and reads ask one node.
inline void wait_everywhere(const Client& client, const std::string& collection, std::int64_t count) {
  for (const Endpoint& endpoint : client.address().endpoints) {
    Address one = client.address();
    one.endpoints = {endpoint};
    const Client there(one, access_from_environment());
    constexpr int kTries = 600;
    for (int i = 0; i < kTries && there.count(collection) < count; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_EQ(there.count(collection), count) << endpoint.rest_port;
  }
}

/// Holds the tracks, on all nodes; takes its collections out of the cluster when it is gone.
class ToySpace {
 public:
  explicit ToySpace(const std::vector<search::ToyTrack>& tracks)
      : client_(std::make_shared<Client>(test_address(), access_from_environment())) {
    const Collections names = named(client_->address(), toy_space());
    remove(names);
    collections_ = created(*client_, toy_space());
    std::vector<RemoteTrack> all;
    std::int64_t windows = 0;
    for (const search::ToyTrack& track : tracks) {
      all.push_back(remote_track(track));
      windows += static_cast<std::int64_t>(track.starts.size());
    }
    put_tracks(*client_, collections_, all);
    wait_everywhere(*client_, collections_.windows, windows);
    wait_everywhere(*client_, collections_.tracks, static_cast<std::int64_t>(tracks.size()));
  }
  ~ToySpace() { remove(collections_); }
  ToySpace(const ToySpace&) = delete;
  ToySpace& operator=(const ToySpace&) = delete;

  const std::shared_ptr<const Client>& client() const { return client_; }
  const Collections& collections() const { return collections_; }

 private:
  void remove(const Collections& names) const {
    for (const std::string* name : {&names.windows, &names.tracks}) client_->rest("DELETE", "/v1/schema/" + *name);
  }

  std::shared_ptr<const Client> client_;
  Collections collections_;
};

}  // namespace hearken::remote::weaviate
