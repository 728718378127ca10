// hearken cluster
#include "hearken/cluster.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/common.h"
#include "cli/selecting.h"
#include "core/paths.h"
#include "core/threads/threads.h"

namespace hearken::cli {
namespace {

struct ClusterArguments {
  CommonOptions common;
  std::size_t k = 0;
  std::string names, where;  // names are empty unless --name-from was given
  std::filesystem::path under, vectors, labels;
};

constexpr std::size_t kMembersShown = 3;  // members of each cluster

nlohmann::json cluster_json(const Clustering& result, const Cluster& cluster, std::size_t number) {
  auto names = nlohmann::json::array(), members = nlohmann::json::array();
  for (const ClusterName& name : cluster.names)
    names.push_back({{"label", name.label}, {"score", name.score}, {"lead", name.lead}});
  for (const ClusterMember& member : cluster.members) {
    const ClusterItem& item = result.items[member.item];
    nlohmann::json row{{"title", item.title}, {"similarity", member.similarity}};
    if (item.id > 0) {
      row["id"] = item.id;
      row["path"] = display(item.path);
      row["artist"] = item.artist;
    } else {
      row["row"] = member.item;
      row["label"] = item.label;
    }
    members.push_back(std::move(row));
  }
  return {{"cluster", number},
          {"size", cluster.members.size()},
          {"silhouette", cluster.silhouette},
          {"names", std::move(names)},
          {"members", std::move(members)}};
}

nlohmann::json cluster_json(const Clustering& result, const ClusterArguments& options, double seconds) {
  auto clusters = nlohmann::json::array(), tried = nlohmann::json::array();
  for (std::size_t c = 0; c < result.clusters.size(); ++c)
    clusters.push_back(cluster_json(result, result.clusters[c], c + 1));
  for (const Clustering::Tried& t : result.tried) tried.push_back({{"k", t.k}, {"silhouette", t.silhouette}});
  nlohmann::json out{{"of", result.model.empty() ? "vectors" : "tracks"},
                     {"items", result.items.size()},
                     {"k", result.clusters.size()},
                     {"silhouette", result.silhouette},
                     {"tried", std::move(tried)},
                     {"clusters", std::move(clusters)},
                     {"without_vectors", result.without_vectors},
                     {"timings_ms", {{"total", seconds * 1000}}}};
  if (!result.model.empty()) {
    out["model"] = result.model;
    out["window"] = result.windowing.window_seconds;
    out["hop"] = result.windowing.hop_seconds;
    out["names_from"] = options.names;
  }
  if (result.labelled > 0)
    out["agreement"] = {{"items", result.labelled},
                        {"adjusted_rand", optional_json(result.adjusted_rand)},
                        {"normalised_mutual_information", optional_json(result.normalised_mutual_information)}};
  return out;
}

std::string name_of(const ClusterItem& item, std::size_t row) {
  if (item.id > 0) return fmt::format("{}  (id:{})", label(item.path, item.title, item.artist), item.id);
  std::string name = item.title.empty() ? fmt::format("row {}", row) : display(item.title);
  return item.label.empty() ? name : name + "  (" + display(item.label) + ")";
}

void print_cluster(const Clustering& result) {
  const std::string what = result.model.empty() ? "vector" : "track";
  for (std::size_t c = 0; c < result.clusters.size(); ++c) {
    const Cluster& cluster = result.clusters[c];
    std::string names;
    for (const ClusterName& name : cluster.names) names += (names.empty() ? "" : ", ") + display(name.label);
    fmt::print("{:>3}  {}{}{}, silhouette {:.2f}\n", c + 1, names, names.empty() ? "" : " — ",
               counted(static_cast<std::int64_t>(cluster.members.size()), what), cluster.silhouette);
    for (std::size_t m = 0; m < std::min(kMembersShown, cluster.members.size()); ++m)
      fmt::print("       {:6.3f}  {}\n", cluster.members[m].similarity,
                 name_of(result.items[cluster.members[m].item], cluster.members[m].item));
  }
}

// A set that the program carries, or a file of labels.
LabelSet named_labels(const std::string& name) {
  std::error_code ignored;
  const auto sets = label_set_names();
  const bool known = std::find(sets.begin(), sets.end(), name) != sets.end();
  return !known && std::filesystem::exists(name, ignored) ? read_labels(name) : label_set(name);
}

// Says in `options` what names the groups.
Clustering of_library(ClusterArguments& options) {
  const Library library = Library::open(options.common.library_path(), OpenMode::read);
  ClusterOptions cluster_options;
  cluster_options.k = options.k;
  cluster_options.model = options.common.model;
  cluster_options.under = options.under;
  cluster_options.where = options.where;
  cluster_options.threads = options.common.threads;
  const LibraryInfo info = library.info();
  if (options.names.empty()) options.names = foreign_meant(options.common, info) != nullptr ? "none" : "audioset";
  if (options.names == "none") return cluster_library(library, nullptr, {}, cluster_options);
  check_not_foreign(options.common, info);
  const LabelSet names = named_labels(options.names);
  const Model model = load_model(options.common, &info);
  return cluster_library(library, &model, names, cluster_options);
}

int run_cluster(ClusterArguments options) {
  const double began = monotonic_seconds();
  if (!good_where(options.where)) return kWrongUsage;
  const Clustering result = options.vectors.empty()
                                ? of_library(options)
                                : cluster_vectors(options.vectors, options.labels, options.k, options.common.threads);
  const double seconds = monotonic_seconds() - began;
  if (options.common.json)
    print_json(cluster_json(result, options, seconds));
  else
    print_cluster(result);
  const std::string what = result.model.empty() ? "vector" : "track";
  print_note(options.common, fmt::format("{} in {}{}; silhouette {:.3f}, in {:.0f} ms",
                                         counted(static_cast<std::int64_t>(result.items.size()), what),
                                         counted(static_cast<std::int64_t>(result.clusters.size()), "cluster"),
                                         options.k > 0 ? "" : ", as many as give the greatest silhouette",
                                         result.silhouette, seconds * 1000));
  if (result.adjusted_rand)
    print_note(options.common,
               fmt::format("agreement with the labels of {}: adjusted Rand index {:.3f}, normalised mutual "
                           "information {:.3f}",
                           counted(result.labelled, what), *result.adjusted_rand,
                           result.normalised_mutual_information.value_or(0)));
  if (result.without_vectors > 0)
    print_note(options.common,
               fmt::format("{} left out: no vectors of this model", counted(result.without_vectors, "track")));
  return kDone;
}

}  // namespace

void add_cluster(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "cluster", "Group the library by how it sounds, and name the groups", run_cluster);
  within(command.add_option("-k", options.k, "How many groups (default: as many as give the greatest silhouette)"), 1,
         10'000, "N");
  add_value(command, "--name-from", options.names,
            "Labels to name the groups with: a label set, a file of labels, or none (default: "
            "audioset)",
            "SET|FILE|none");
  add_selection_options(command, options.under, options.where);
  CLI::Option* vectors =
      add_value(command, "--vectors", options.vectors, "Group the rows of an .npy file (float32) instead", "FILE");
  add_value(command, "--labels", options.labels,
            "Their labels, to compare the groups with: a CSV file with a column label, and name if "
            "you like",
            "FILE")
      ->needs(vectors);
  add_common_options(command, options.common);
  command.footer(
      std::string(
          R"(A track belongs to the group whose centre its mean vector is nearest to; no audio is read. A group's names are
the labels that fit its centre better than they fit the library as a whole. The tracks listed are the most
central ones, with their cosine to the centre; --json has all. See docs/CLUSTER.md.

)") + kConditionHelp +
      R"(
Examples:
  hearken cluster
  hearken cluster -k 8 --name-from moods --under ~/Music
  hearken cluster --vectors x.npy --labels y.csv -k 10 --json)");
}

}  // namespace hearken::cli
