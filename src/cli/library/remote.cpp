// hearken remote: the group of subcommands, what they share, and those that only look: init and status.
#include "cli/library/remote.h"

#include <fmt/format.h>

#include "cli/engine.h"
#include "core/paths.h"

namespace hearken::cli {

void add_remote_options(CLI::App& command, RemoteOptions& options) {
  add_value(command, "--cluster,--engine", options.url,
            "weaviate://HOST[:PORT[:GRPC]][,HOST...]/COLLECTION (also HEARKEN_ENGINE)", "URL");
  add_common_options(command, options.common);
}

Remote connected(const RemoteOptions& options) {
  if (const std::string url = cluster_meant(options.url); !url.empty()) return Remote::connect(url);
  throw Error(ErrorCode::invalid_argument,
              "which engine? For example: --cluster weaviate://localhost/Archive, or HEARKEN_ENGINE");
}

std::string in_words(const VectorOrigin& origin) {
  return fmt::format("{}, windows of {}", display(origin.model), in_words(origin.windowing));
}

std::function<void(const RemoteProgress&)> shown_by(StatusLine& line, const char* what) {
  return [&line, what](const RemoteProgress& p) {
    if (!line.due(p.seconds)) return;
    line.draw(fmt::format("{}{} {} of {}, {}", bar(static_cast<double>(p.tracks), static_cast<double>(p.of_tracks)),
                          what, p.tracks, counted(p.of_tracks, "track"), counted(p.windows, "window")));
  };
}

nlohmann::json origin_json(const VectorOrigin& origin) {
  return {{"model", origin.model},
          {"fingerprint", origin.fingerprint},
          {"dimension", origin.dimension},
          {"window", origin.windowing.window_seconds},
          {"hop", origin.windowing.hop_seconds},
          {"precision", to_string(origin.precision)}};
}

namespace {

struct InitOptions {
  RemoteOptions remote;
  WindowingOptions windowing;
};

// What the library holds, or, without one that has vectors, what the model would make.
VectorOrigin origin_asked(const InitOptions& options) {
  const CommonOptions& common = options.remote.common;
  const LibraryInfo info = library_info_if_there(common.library_path());
  const bool chosen = options.windowing.window_seconds > 0 || options.windowing.hop_seconds > 0;
  for (const LibraryModel& model : info.models)
    if (!chosen && model.tracks > 0 && (common.model.empty() || model.name == common.model))
      return origin_of(Library::open(common.library_path(), OpenMode::read), model.name);
  const Model model = load_model(common, &info);
  return origin_of(model, chosen_windowing(options.windowing, info, model));
}

int init(const InitOptions& options) {
  const Remote remote = connected(options.remote);
  const VectorOrigin origin = origin_asked(options);
  const bool made = create(remote, origin);
  if (options.remote.common.json) {
    nlohmann::json document = origin_json(origin);
    document["engine"] = display(remote.url());
    document["created"] = made;
    print_json(document);
  } else {
    fmt::print("{}: {} for vectors of {}\n", display(remote.url()), made ? "made" : "was there already",
               in_words(origin));
  }
  return kDone;
}

int show_status(const RemoteOptions& options) {
  const Remote remote = connected(options);
  const RemoteStatus now = status(remote);
  if (options.common.json) {
    auto nodes = nlohmann::json::array(), spaces = nlohmann::json::array();
    for (const RemoteNode& node : now.nodes)
      nodes.push_back({{"name", node.name}, {"status", node.status}, {"version", node.version}});
    for (const RemoteSpace& space : now.spaces) {
      spaces.push_back(origin_json(space.origin));
      spaces.back()["tracks"] = space.tracks;
      spaces.back()["windows"] = space.windows;
      spaces.back()["replicas"] = space.replicas;
    }
    print_json({{"engine", display(remote.url())},
                {"version", now.version},
                {"nodes", std::move(nodes)},
                {"spaces", std::move(spaces)}});
    return kDone;
  }
  fmt::print("{}  Weaviate {}\n", display(remote.url()), display(now.version));
  for (const RemoteNode& node : now.nodes) fmt::print("  node {}  {}\n", display(node.name), display(node.status));
  for (const RemoteSpace& space : now.spaces)
    fmt::print("  {}, {}, {}  {}\n", counted(space.tracks, "track"), counted(space.windows, "window"),
               counted(space.replicas, "replica"), in_words(space.origin));
  if (now.spaces.empty()) fmt::print("  holds nothing yet: hearken remote init\n");
  return kDone;
}

}  // namespace

void add_remote_init(CLI::App& remote, int& status) {
  const auto [command, options] =
      add_command(remote, status, "init", "Make room for a library's vectors, or for a model's", init);
  add_remote_options(command, options.remote);
  add_windowing_options(command, options.windowing);
  command.footer(
      R"(Makes what is not there yet, with a copy on each of three nodes (of fewer: on all). The same command twice
changes nothing.

Example:
  hearken remote init --cluster weaviate://a.lan,b.lan,c.lan/Archive)");
}

void add_remote_status(CLI::App& remote, int& status) {
  const auto [command, options] =
      add_command(remote, status, "status", "The cluster's nodes, and what it holds", show_status);
  add_remote_options(command, options);
}

void add_remote(CLI::App& program, int& status) {
  CLI::App* remote = program.add_subcommand("remote", "A library in a cluster: make, push, pull, look, verify");
  remote->require_subcommand(1);
  for (const auto add : {add_remote_init, add_remote_push, add_remote_pull, add_remote_status, add_remote_verify})
    add(*remote, status);
  remote->footer(
      R"(The engine is a Weaviate cluster, named by --cluster or HEARKEN_ENGINE; its key is HEARKEN_ENGINE_KEY.
find, like, classify and serve then search it with --cluster. See docs/REMOTE.md.

Examples:
  export HEARKEN_ENGINE=weaviate://a.lan,b.lan,c.lan/Archive
  hearken remote init
  hearken remote push
  hearken remote verify
  hearken find "calm piano")");
}

}  // namespace hearken::cli
