// The models in the cache, and taking them out.
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <system_error>

#include "core/paths.h"
#include "hearken/hub.h"
#include "model/config.h"
#include "model/hub/cache.h"
#include "model/hub/name.h"
#include "model/hub/settings.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;
namespace hub = model::hub;

std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

// All that are no directories, to the bottom; links are not followed.
std::vector<fs::path> leaves(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(folder, ignored))
    if (!entry.is_directory(ignored) || entry.is_symlink(ignored)) found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

// The blob that a snapshot's link leads to; empty for anything else.
fs::path blob_of(const fs::path& repo, const fs::path& link) {
  std::error_code ignored;
  const fs::path target = fs::read_symlink(link, ignored);
  if (ignored) return {};
  const fs::path blob = (link.parent_path() / target).lexically_normal();
  return blob.parent_path() == (repo / "blobs").lexically_normal() ? blob : fs::path();
}

std::uint64_t bytes_of_snapshot(const fs::path& snapshot) {
  std::set<fs::path> contents;
  std::error_code ignored;
  for (const fs::path& file : leaves(snapshot)) contents.insert(fs::weakly_canonical(file, ignored));
  std::uint64_t bytes = 0;
  for (const fs::path& file : contents) bytes += size_of_file(file);
  return bytes;
}

// The repository of a folder in the cache, empty when it is none of a model with an organisation.
std::string repo_of(const fs::path& folder) {
  constexpr std::string_view kPrefix = "models--";
  std::string name = folder.filename();
  if (!name.starts_with(kPrefix)) return {};
  name.erase(0, kPrefix.size());
  const std::size_t dashes = name.find("--");
  if (dashes == std::string::npos) return {};
  name.replace(dashes, 2, "/");
  return hub::valid_repo(name) ? name : "";
}

// The revisions (branches and tags) that refs/ knows, with their commits.
std::map<std::string, std::string> refs_of(const fs::path& repo_folder, const std::string& repo) {
  std::map<std::string, std::string> refs;
  for (const fs::path& file : leaves(repo_folder / "refs")) {
    const std::string revision = file.lexically_relative(repo_folder / "refs");
    if (hub::valid_revision(revision)) refs[revision] = hub::snapshot_folder(repo, revision).filename();
  }
  return refs;
}

bool is_clap(const fs::path& snapshot) {
  try {
    const std::string type = model::Config::read(snapshot / "config.json").text("model_type");
    return type == "clap" || type == "hearken-clap";
  } catch (const Error&) {
    return false;
  }
}

bool is_zip(const fs::path& file) {
  char head[2] = {};
  std::ifstream(file, std::ios::binary).read(head, sizeof head);
  return head[0] == 'P' && head[1] == 'K';
}

void list_snapshot(std::vector<CachedModel>& models, const std::string& name, const fs::path& snapshot) {
  const auto add = [&](const std::string& what, std::uint64_t bytes) {
    if (!hub::parse_name(what)) return;
    if (const auto path = find_in_cache(what)) models.push_back({what, snapshot.filename(), *path, bytes});
  };
  if (is_clap(snapshot)) return add(name, bytes_of_snapshot(snapshot));
  for (const fs::path& file : leaves(snapshot)) {
    const std::string inside = file.lexically_relative(snapshot);
    if (hub::is_laion_checkpoint(inside) && is_zip(file)) add(name + ":" + inside, size_of_file(file));
  }
}

void delete_all(const std::vector<fs::path>& paths) {
  for (const fs::path& path : paths) {
    std::error_code problem;
    fs::remove_all(path, problem);
    if (problem) throw os_error(path, "delete", problem.value());
  }
}

Removal whole_repo(const fs::path& folder) {
  Removal removal{{folder}, 0};
  std::error_code ignored;
  for (const fs::path& file : leaves(folder))
    if (!fs::is_symlink(file, ignored)) removal.bytes += size_of_file(file);
  return removal;
}

// `links` go; with them the blobs that no link outside of `links` leads to.
void add_links(Removal& removal, const fs::path& folder, const std::vector<fs::path>& links) {
  std::set<fs::path> kept;
  for (const fs::path& file : leaves(folder / "snapshots"))
    if (std::ranges::find(links, file) == links.end()) kept.insert(blob_of(folder, file));
  std::set<fs::path> blobs;
  for (const fs::path& link : links) {
    const fs::path blob = blob_of(folder, link);
    std::error_code ignored;
    if (blob.empty()) {
      if (!fs::is_symlink(link, ignored)) removal.bytes += size_of_file(link);
    } else if (!kept.contains(blob) && blobs.insert(blob).second) {
      removal.bytes += size_of_file(blob);
    }
  }
  removal.paths.insert(removal.paths.end(), blobs.begin(), blobs.end());
}

Removal plan_removal(const hub::Name& name, bool whole, std::string_view text) {
  const auto not_there = [&] {
    return Error(ErrorCode::not_found,
                 "model " + display(text) + ": not in the cache " + display(hub::cache_directory()));
  };
  const fs::path folder = hub::repo_folder(name.repo);
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) throw not_there();
  if (whole) return whole_repo(folder);

  const fs::path snapshot = hub::snapshot_folder(name.repo, name.revision);
  const std::vector<fs::path> everything = leaves(folder / "snapshots");
  Removal removal;
  std::vector<fs::path> links;
  if (!name.file.empty()) {
    links = {snapshot / name.file};
    if (!fs::exists(fs::symlink_status(links[0], ignored))) throw not_there();
    removal.paths = links;
  } else {
    if (!fs::is_directory(snapshot, ignored)) throw not_there();
    links = leaves(snapshot);
    removal.paths = {snapshot};
    for (const auto& [revision, commit] : refs_of(folder, name.repo))
      if (commit == snapshot.filename()) removal.paths.push_back(folder / "refs" / revision);
  }
  if (links.size() >= everything.size()) return whole_repo(folder);
  add_links(removal, folder, links);
  return removal;
}

}  // namespace

std::vector<CachedModel> list_cached() {
  std::vector<CachedModel> models;
  std::error_code ignored;
  for (const fs::path& folder : entries(hub::cache_directory())) {
    const std::string repo = repo_of(folder);
    if (repo.empty()) continue;
    const auto refs = refs_of(folder, repo);
    for (const fs::path& snapshot : entries(folder / "snapshots")) {
      if (!fs::is_directory(snapshot, ignored)) continue;
      std::string name = repo + "@" + snapshot.filename().native();
      if (hub::snapshot_folder(repo, "main") == snapshot) {
        name = repo;
      } else if (const auto ref =
                     std::ranges::find_if(refs, [&](const auto& r) { return r.second == snapshot.filename(); });
                 ref != refs.end()) {
        name = repo + "@" + ref->first;
      }
      list_snapshot(models, name, snapshot);
    }
  }
  std::ranges::sort(models, {}, &CachedModel::name);
  return models;
}

Removal remove_cached(std::string_view text, bool rehearse) {
  const hub::Name name = hub::need_name(text);
  const bool whole = name.file.empty() && text.find('@') == std::string_view::npos;
  Removal removal = plan_removal(name, whole, text);
  if (hub::in_use(name.repo))
    throw Error(ErrorCode::busy, "model " + display(text) + ": a program is downloading into it; stop that first");
  if (!rehearse) delete_all(removal.paths);
  return removal;
}

}  // namespace hearken
