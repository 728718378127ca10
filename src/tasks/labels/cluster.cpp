// Groups found, put in order, named.
#include "hearken/cluster.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <span>
#include <utility>

#include "core/numerics/k_means.h"
#include "core/numerics/vectors.h"
#include "core/paths.h"
#include "data/labelled_vectors.h"
#include "search/index/select.h"
#include "search/index/track_means.h"
#include "search/query/prompts.h"
#include "search/scan/stored_rows.h"
#include "tasks/labels/agreement.h"

namespace hearken {
namespace tasks {
namespace {

constexpr std::size_t kMostTried = 24, kMostNames = 3;

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// The number of clusters of the greatest silhouette; the least of equals. Large libraries are judged by a part.
std::size_t chosen_k(Clustering& out, std::span<const float> rows, std::size_t dimension, int threads) {
  const std::size_t n = rows.size() / dimension, judged = std::min(n, numerics::kSeedRows);
  const std::size_t step = (n + judged - 1) / judged;
  std::vector<float> part;
  for (std::size_t r = 0; r < n; r += step) {
    const auto row = rows.subspan(r * dimension, dimension);
    part.insert(part.end(), row.begin(), row.end());
  }
  std::size_t best = 1;
  double most = 0;
  const auto last = std::min(kMostTried, static_cast<std::size_t>(std::sqrt(static_cast<double>(n))));
  for (std::size_t k = 2; k <= last; ++k) {
    const double silhouette = mean(numerics::silhouettes(numerics::k_means(part, dimension, k, threads)));
    out.tried.push_back({k, silhouette});
    if (silhouette > most) most = silhouette, best = k;
  }
  return best;
}

// Puts items into clusters; returns the clusters' centres [clusters, dimension] in their order.
std::vector<float> group(Clustering& out, std::span<const float> rows, std::size_t dimension, std::size_t wanted,
                         int threads) {
  const std::size_t n = rows.size() / dimension;
  if (wanted > n)
    throw Error(ErrorCode::invalid_argument,
                std::to_string(wanted) + " clusters of " + std::to_string(n) + (n == 1 ? " item" : " items"));
  const std::size_t k = wanted > 0 ? wanted : chosen_k(out, rows, dimension, threads);
  const numerics::KMeans found = numerics::k_means(rows, dimension, k, threads);
  const std::vector<double> each = numerics::silhouettes(found);
  out.silhouette = mean(each);
  std::vector<Cluster> clusters(k);
  std::vector<std::size_t> first(k, n), order;
  for (std::size_t r = 0; r < n; ++r) {
    Cluster& cluster = clusters[found.of[r]];
    if (cluster.members.empty()) first[found.of[r]] = r, order.push_back(found.of[r]);
    cluster.members.push_back({r, found.similarities[r]});
    cluster.silhouette += each[r];
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return clusters[a].members.size() > clusters[b].members.size();
  });
  std::vector<float> centres;
  for (const std::size_t c : order) {
    Cluster& cluster = clusters[c];
    cluster.silhouette /= static_cast<double>(cluster.members.size());
    std::stable_sort(cluster.members.begin(), cluster.members.end(),
                     [](const ClusterMember& a, const ClusterMember& b) { return a.similarity > b.similarity; });
    out.clusters.push_back(std::move(cluster));
    const auto centre = std::span(found.centres).subspan(c * dimension, dimension);
    centres.insert(centres.end(), centre.begin(), centre.end());
  }
  return centres;
}

void name_clusters(Clustering& out, std::span<const float> rows, std::span<const float> centres, std::size_t dimension,
                   const Model& model, const LabelSet& names, int threads) {
  const std::vector<float> labels = search::label_vectors(model, names, {}, threads);
  const std::vector<float> all = mean_vector(rows, dimension, EmbeddingForm::unit);
  for (std::size_t c = 0; c < out.clusters.size(); ++c) {
    std::vector<ClusterName>& to = out.clusters[c].names;
    for (std::size_t l = 0; l < names.labels.size(); ++l) {
      const auto label = std::span(labels).subspan(l * dimension, dimension);
      const double score = numerics::dot(label, centres.subspan(c * dimension, dimension));
      const double lead = score - numerics::dot(label, all);
      if (lead > 0) to.push_back({names.labels[l].name, score, lead});
    }
    std::stable_sort(to.begin(), to.end(), [](const ClusterName& a, const ClusterName& b) { return a.lead > b.lead; });
    to.resize(std::min(to.size(), kMostNames));
  }
}

void compare_with_labels(Clustering& out) {
  std::map<std::string, std::size_t> numbers;
  std::vector<std::size_t> of_cluster(out.items.size()), mine, theirs;
  for (std::size_t c = 0; c < out.clusters.size(); ++c)
    for (const ClusterMember& member : out.clusters[c].members) of_cluster[member.item] = c;
  for (std::size_t i = 0; i < out.items.size(); ++i) {
    if (out.items[i].label.empty()) continue;
    mine.push_back(of_cluster[i]);
    theirs.push_back(numbers.emplace(out.items[i].label, numbers.size()).first->second);
  }
  out.labelled = static_cast<std::int64_t>(mine.size());
  if (mine.empty()) return;
  const Agreement found = agreement(mine, theirs);
  out.adjusted_rand = found.adjusted_rand;
  out.normalised_mutual_information = found.normalised_mutual_information;
}

}  // namespace
}  // namespace tasks

Clustering cluster_library(const Library& library, const Model* model, const LabelSet& names,
                           const ClusterOptions& options) {
  const search::Space space =
      model != nullptr ? search::spaces_made_by(library, *model).front() : search::space_named(library, options.model);
  const search::Selection selection = search::selection_of(options.under, options.where);
  const search::TrackMeans means = search::track_means(library, space, search::select_tracks(library, selection));
  if (means.tracks.empty()) throw Error(ErrorCode::not_found, display(library.path()) + ": no track to group");
  Clustering out;
  out.model = space.name;
  out.windowing = space.windowing;
  out.without_vectors = search::count_without(library, space, selection);
  for (const auto& track : means.tracks) out.items.push_back({track.id, track.path, track.title, track.artist, {}});
  const std::vector<float> centres = tasks::group(out, means.rows, space.dimension, options.k, options.threads);
  if (model != nullptr) tasks::name_clusters(out, means.rows, centres, space.dimension, *model, names, options.threads);
  return out;
}

Clustering cluster_vectors(const std::filesystem::path& vectors, const std::filesystem::path& labels, std::size_t k,
                           int threads) {
  data::LabelledVectors read =
      labels.empty() ? data::read_vectors(vectors) : data::read_labelled_vectors(vectors, labels);
  numerics::scale_to_unit(read.rows, read.dimension);
  Clustering out;
  for (std::size_t i = 0; i < read.labels.size(); ++i) out.items.push_back({0, {}, read.names[i], {}, read.labels[i]});
  tasks::group(out, read.rows, read.dimension, k, threads);
  tasks::compare_with_labels(out);
  return out;
}

}  // namespace hearken
