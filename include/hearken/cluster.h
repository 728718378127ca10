// Clusters: tracks, or any vectors, grouped by how they sound, without labels; each group is named from the text side.
//
// Spherical k-means (Dhillon and Modha, Machine Learning 42, 2001): a vector belongs to the cluster whose centre, the
// mean of its members scaled to length 1, has the highest cosine with it. Seeded by k-means++ (Arthur and
// Vassilvitskii, SODA 2007) with a fixed seed. The same bits on every run and for any number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "hearken/labels.h"
#include "hearken/library.h"
#include "hearken/model.h"
#include "hearken/run.h"

namespace hearken {

struct ClusterItem {
  std::int64_t id = 0;         // of a track; 0: a row of a file
  std::filesystem::path path;  // of a track
  std::string title, artist;   // of a track; of a row its name is the title
  std::string label;           // of a row: what the file says it is
};

struct ClusterMember {
  std::size_t item = 0;   // in Clustering::items
  double similarity = 0;  // cosine with the cluster's centre
};

/// A label that fits the cluster better than it fits everything.
struct ClusterName {
  std::string label;
  double score = 0;  // cosine with the cluster's centre
  double lead = 0;   // the score less the label's cosine with the mean of all items; positive
};

struct Cluster {
  std::vector<ClusterMember> members;  // the most central first, equal ones in the items' order
  std::vector<ClusterName> names;      // the greatest lead first, at most three; may be empty
  double silhouette = 0;               // the mean of its members
};

struct Clustering {
  std::string model;               // as the library names it; empty: vectors of a file
  Windowing windowing;             // of the library's vectors
  std::vector<ClusterItem> items;  // tracks by id; rows in their order
  std::vector<Cluster> clusters;   // the largest first, equal ones by their first item
  /// The mean simplified silhouette (Vendramin, Campello and Hruschka 2010), −1 to 1: of the distances 1 − cosine to
  /// the item's own centre, a, and to the nearest other one, b: (b − a) / max(a, b). 0 of one cluster.
  double silhouette = 0;
  struct Tried {
    std::size_t k = 0;
    double silhouette = 0;
  };
  std::vector<Tried> tried;  // where the number of clusters was not given: those tried, ascending
  /// With the labels of a file, over the rows that have one: the adjusted Rand index (Hubert and Arabie 1985) and the
  /// mutual information over the mean of the two entropies. scikit-learn's, of the same names.
  std::int64_t labelled = 0;
  std::optional<double> adjusted_rand, normalised_mutual_information;
  std::int64_t without_vectors = 0;  // tracks that were picked, but have other vectors only
};

struct ClusterOptions : RunOptions {
  std::size_t k = 0;            // how many clusters; 0: that of the greatest silhouette among 2 to √items, at most 24
  std::string model;            // where no Model names the clusters: as the library names it; empty: the library's own
  std::filesystem::path under;  // only tracks at or below this path; empty: all
  std::string where;            // only tracks of which this is true (docs/FIND.md); empty: all
};

/// Tracks by their normalised means. Reads no audio. `model` names the clusters with labels of `names`; it may be null,
/// which leaves them without names. Throws Error: what find() throws for its library, invalid_argument (a `where` that
/// is none, more clusters than tracks), not_found (no tracks are picked), corrupt.
Clustering cluster_library(const Library& library, const Model* model, const LabelSet& names,
                           const ClusterOptions& options = {});

/// Rows of an .npy file, scaled to length 1, with the labels of a CSV file unless `labels` is empty (hearken/map.h).
/// Throws Error as map_vectors(); invalid_argument.
Clustering cluster_vectors(const std::filesystem::path& vectors, const std::filesystem::path& labels, std::size_t k = 0,
                           int threads = 0);

}  // namespace hearken
