// Groups that are there are found, named and counted; agreement against scikit-learn's numbers.
#include "hearken/cluster.h"

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "core/files/npy.h"
#include "core/numerics/k_means.h"
#include "search/toy_tracks.h"
#include "tasks/labels/agreement.h"

namespace hearken::tasks {
namespace {

// `n` rows about each of `groups` directions.
std::vector<float> bunches(std::size_t groups, std::size_t n, std::size_t dimension, float spread) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  std::vector<float> rows;
  for (std::size_t i = 0; i < groups * n; ++i) {
    std::vector<float> row(dimension);
    row[i % groups] = 1;
    double square = 0;
    for (float& x : row) x += spread * normal(random), square += static_cast<double>(x) * static_cast<double>(x);
    for (const float x : row) rows.push_back(x / static_cast<float>(std::sqrt(square)));
  }
  return rows;
}

TEST(KMeans, FindsTheBunchesThatAreThere) {
  const auto rows = bunches(5, 60, 24, 0.1F);
  const numerics::KMeans found = numerics::k_means(rows, 24, 5, 2);
  for (std::size_t i = 0; i < 300; ++i) {
    EXPECT_EQ(found.of[i], found.of[i % 5]) << i;
    EXPECT_GT(found.similarities[i], found.others[i]);
  }
  EXPECT_EQ(std::set(found.of.begin(), found.of.end()).size(), 5U);
  for (const double s : numerics::silhouettes(found)) EXPECT_GT(s, 0.5);
}

TEST(KMeans, DoesNotDependOnThreads) {
  const auto rows = bunches(3, 2000, 8, 0.6F);  // more than are seeded from
  const numerics::KMeans one = numerics::k_means(rows, 8, 7, 1), three = numerics::k_means(rows, 8, 7, 3);
  EXPECT_EQ(one.of, three.of);
  EXPECT_EQ(one.centres, three.centres);
  EXPECT_EQ(one.similarities, three.similarities);
}

TEST(KMeans, LeavesNoClusterEmpty) {
  const auto rows = bunches(4, 5, 6, 0.05F);
  for (const std::size_t k : {1U, 7U, 20U}) {
    const numerics::KMeans found = numerics::k_means(rows, 6, k, 1);
    EXPECT_EQ(std::set(found.of.begin(), found.of.end()).size(), k);
  }
  EXPECT_EQ(numerics::silhouettes(numerics::k_means(rows, 6, 1, 1)), std::vector<double>(20));
  const std::vector<float> same = {1, 0, 1, 0, 1, 0}, nothing(6);
  EXPECT_EQ(numerics::k_means(same, 2, 2, 1).of.size(), 3U);
  EXPECT_EQ(numerics::k_means(nothing, 2, 3, 1).of.size(), 3U);
}

TEST(Agreement, IsScikitLearns) {
  std::ifstream in(HEARKEN_SOURCE_DIR "/tests/golden/plane/plane.json");
  const auto golden = nlohmann::json::parse(in).at("agreements");
  ASSERT_EQ(golden.size(), 6U);
  for (const auto& c : golden) {
    SCOPED_TRACE(c.at("name").get<std::string>());
    const Agreement got =
        agreement(c.at("a").get<std::vector<std::size_t>>(), c.at("b").get<std::vector<std::size_t>>());
    EXPECT_NEAR(got.adjusted_rand, c.at("adjusted_rand").get<double>(), 1e-12);
    EXPECT_NEAR(got.normalised_mutual_information, c.at("normalised_mutual_information").get<double>(), 1e-12);
  }
}

class ClusterTest : public search::ToyTracksTest {};

TEST_F(ClusterTest, GroupsTracksAsManyAsThereAre) {
  std::mt19937 random(3);
  std::vector<std::vector<float>> kinds;
  for (int i = 0; i < 3; ++i) kinds.push_back(search::random_unit(random));
  for (int t = 0; t < 30; ++t) add(library::numbered("/m/", t), {kinds[static_cast<std::size_t>(t) % 3]});
  add("/m/odd", {kinds[0]});
  const Clustering got = cluster_library(library, nullptr, {}, {});
  ASSERT_EQ(got.clusters.size(), 3U);
  EXPECT_EQ(got.clusters[0].members.size(), 11U);
  EXPECT_EQ(got.items.at(got.clusters[0].members[0].item).id, 1);
  EXPECT_EQ(got.tried.front().k, 2U);
  EXPECT_NEAR(got.silhouette, 1, 1e-3);
  EXPECT_FALSE(got.adjusted_rand);

  ClusterOptions options;
  options.k = 2;
  EXPECT_EQ(cluster_library(library, nullptr, {}, options).clusters.size(), 2U);
  options.where = "id = 4";
  EXPECT_THROW(cluster_library(library, nullptr, {}, options), Error);
  options.k = 0;
  EXPECT_EQ(cluster_library(library, nullptr, {}, options).clusters.size(), 1U);
  options.where = "id = 99";
  EXPECT_THROW(cluster_library(library, nullptr, {}, options), Error);
}

TEST_F(ClusterTest, OfVectorsIsComparedWithTheirLabels) {
  write_npy(dir / "x.npy", bunches(4, 20, 12, 0.1F), 12);
  std::string csv = "label,name\n";
  for (int i = 0; i < 80; ++i) csv += (i < 4 ? "" : "kind" + std::to_string(i % 4)) + ",n" + std::to_string(i) + "\n";
  library::write_text(dir / "y.csv", csv);
  const Clustering got = cluster_vectors(dir / "x.npy", dir / "y.csv");
  EXPECT_EQ(got.clusters.size(), 4U);
  EXPECT_EQ(got.labelled, 76);
  EXPECT_NEAR(got.adjusted_rand.value(), 1, 1e-12);
  EXPECT_NEAR(got.normalised_mutual_information.value(), 1, 1e-12);
  EXPECT_EQ(got.items[5].title, "n5");
}

}  // namespace
}  // namespace hearken::tasks
