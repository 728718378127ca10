// From a name to files in the cache: planning, fetching, and what to say when the hub cannot be asked.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <system_error>
#include <utility>

#include "core/paths.h"
#include "hearken/hub.h"
#include "model/hub/cache.h"
#include "model/hub/client.h"
#include "model/hub/download.h"
#include "model/hub/model_files.h"
#include "model/hub/name.h"
#include "model/hub/settings.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;
namespace hub = model::hub;

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

fs::path pointer(std::string_view repo, std::string_view commit, std::string_view file) {
  return hub::repo_folder(repo) / "snapshots" / commit / file;
}

// What is in a folder of the cache, as entries of a plan. The folder stands for itself, so no ref will be written.
void add_cached(HubPlan& plan, std::string_view repo, const fs::path& folder, const std::vector<std::string>& files) {
  const std::string commit = folder.filename();
  for (const std::string& file : files)
    plan.files.push_back({.repo = std::string(repo),
                          .revision = commit,
                          .commit = commit,
                          .name = file,
                          .etag = {},
                          .bytes = size_of_file(folder / file),
                          .path = folder / file,
                          .cached = true});
}

void add(HubPlan& plan, hub::Client& client, const std::string& repo, const std::string& revision,
         const std::string& commit, const std::string& name) {
  HubFile file{.repo = repo,
               .revision = revision,
               .commit = commit,
               .name = name,
               .etag = {},
               .bytes = 0,
               .path = pointer(repo, commit, name),
               .cached = false};
  if (!commit.empty() && is_file(file.path)) {
    file.cached = true;
    file.bytes = size_of_file(file.path);
  } else {
    const hub::RemoteFile remote = client.about(repo, commit.empty() ? revision : commit, name);
    if (!commit.empty() && remote.commit != commit)
      throw Error(ErrorCode::corrupt, repo + ": " + display(name) + ": asked for commit " + commit +
                                          ", the hub answers with " + remote.commit);
    file.commit = remote.commit;
    file.path = pointer(repo, remote.commit, name);
    file.etag = remote.etag;
    file.bytes = remote.bytes.value_or(0);
    file.cached = is_file(file.path) || hub::blob_is_there(file);
    if (!file.cached) plan.bytes_to_fetch += file.bytes;
  }
  plan.files.push_back(std::move(file));
}

std::vector<std::string> tokenizer_in(const fs::path& folder) {
  return hub::files_of_tokenizer([&](std::string_view file) { return is_file(folder / file); });
}

void add_roberta_tokenizer(HubPlan& plan, hub::Client* client) {
  for (const std::string_view repo : hub::kRobertaRepos)
    if (const auto folder = hub::snapshot(repo))
      if (const auto files = tokenizer_in(*folder); !files.empty()) return add_cached(plan, repo, *folder, files);
  if (client != nullptr) add(plan, *client, std::string(hub::kRobertaRepos[0]), "main", "", "tokenizer.json");
}

HubPlan ask_hub(hub::Client& client, const hub::Name& name) {
  HubPlan plan;
  plan.endpoint = client.endpoint();
  if (!name.file.empty()) {
    if (hub::is_laion_checkpoint(name.file)) add_roberta_tokenizer(plan, &client);
    add(plan, client, name.repo, name.revision, "", name.file);
    plan.result = plan.files.back().path;
    return plan;
  }
  const hub::Listing listing = client.list(name.repo, name.revision);
  const auto files = hub::files_of_model(
      [&](std::string_view file) { return std::ranges::find(listing.files, file) != listing.files.end(); });
  if (!files.missing.empty())
    throw Error(ErrorCode::unsupported,
                fmt::format("model {}: the repository has no {}, so it is no model in the layout that Hearken loads{}",
                            name.repo, fmt::join(files.missing, ", no "),
                            std::ranges::any_of(listing.files, hub::is_laion_checkpoint)
                                ? "; one of its checkpoints is named as " + name.repo + ":FILE.pt"
                                : ""));
  for (const std::string& file : files.needed) add(plan, client, name.repo, name.revision, listing.commit, file);
  plan.result = pointer(name.repo, listing.commit, "").parent_path();
  return plan;
}

HubPlan plan_from_cache(const hub::Name& name, const fs::path& found) {
  HubPlan plan;
  plan.result = found;
  if (name.file.empty()) {
    add_cached(plan, name.repo, found, hub::files_of_model(found).needed);
  } else {
    if (hub::is_laion_checkpoint(name.file)) add_roberta_tokenizer(plan, nullptr);
    add_cached(plan, name.repo, hub::snapshot_folder(name.repo, name.revision), {name.file});
  }
  return plan;
}

// What is missing in the cache, with the exact place of each, and what has a path when it lies elsewhere.
struct Missing {
  std::string put, instead;
};

fs::path place_of_roberta_tokenizer() { return hub::snapshot_folder(hub::kRobertaRepos[0], "main") / "tokenizer.json"; }

Missing missing_of(const hub::Name& name) {
  const fs::path folder = hub::snapshot_folder(name.repo, name.revision);
  if (name.file.empty())
    return {fmt::format("{} into {}", fmt::join(hub::files_of_model(folder).missing, ", "), display(folder)),
            "the directory that holds them"};
  std::string put;
  if (!is_file(folder / name.file)) put = fmt::format("{} at {}", display(name.file), display(folder / name.file));
  if (hub::is_laion_checkpoint(name.file) && !find_roberta_tokenizer())
    put += fmt::format("{}roberta-base's tokenizer.json at {}", put.empty() ? "" : " and ",
                       display(place_of_roberta_tokenizer()));
  return {std::move(put), "the file"};
}

constexpr const char* kOffline = "HF_HUB_OFFLINE forbids asking the hub";

// For what is not in the cache when the hub cannot be asked; `why` says why not.
using NotHere = std::function<Error(const hub::Name& name, const std::string& why)>;

Error not_pulled(const hub::Name& name, const std::string& why) {
  const Missing missing = missing_of(name);
  return Error(
      ErrorCode::not_found,
      fmt::format("model {}: not in the cache, and {}. Without the hub: put {}; or use the path of {} instead "
                  "of the name",
                  name.repo + (name.file.empty() ? "" : ":" + display(name.file)), why, missing.put, missing.instead));
}

Error not_found_anywhere(std::string_view model, const hub::Name& name, const std::string& why) {
  if (!name.file.empty() && is_file(hub::snapshot_folder(name.repo, name.revision) / name.file))
    return Error(ErrorCode::not_found,
                 fmt::format("model {}: LAION's checkpoints carry no tokenizer, roberta-base's is not in the Hugging "
                             "Face cache, and {}. Put its tokenizer.json at {}",
                             display(model), why, display(place_of_roberta_tokenizer())));
  const Missing missing = missing_of(name);
  return Error(ErrorCode::not_found, fmt::format("model {}: no file or directory of that name, not in the Hugging Face "
                                                 "cache, and {}. Put {}, or give --model {}",
                                                 display(model), why, missing.put, missing.instead));
}

// `why`: "HF_HUB_OFFLINE forbids fetching roberta-base's".
Error no_tokenizer(ErrorCode code, std::string_view checkpoint, const std::string& why) {
  return Error(code,
               fmt::format("{}: LAION's checkpoints carry no tokenizer, and {}; put its tokenizer.json beside the "
                           "file or at {}",
                           display(checkpoint), why, display(place_of_roberta_tokenizer())));
}

HubPlan plan(std::string_view text, const NotHere& not_here) {
  const hub::Name name = hub::need_name(text);
  const auto cached = find_in_cache(text);
  HubPlan plan;
  if (cached && (hub::offline() || hub::is_commit(name.revision))) {
    plan = plan_from_cache(name, *cached);
  } else if (hub::offline()) {
    throw not_here(name, kOffline);
  } else {
    try {
      hub::Client client;
      plan = ask_hub(client, name);
    } catch (const hub::Unreachable& problem) {
      if (!cached) throw not_here(name, problem.what());
      plan = plan_from_cache(name, *cached);
    }
  }
  plan.name = text;
  return plan;
}

// roberta-base's tokenizer for the checkpoint at a path.
HubPlan plan_tokenizer(std::string_view checkpoint, std::string_view tokenizer) {
  if (hub::offline())
    throw no_tokenizer(ErrorCode::not_found, checkpoint, "HF_HUB_OFFLINE forbids fetching roberta-base's");
  try {
    return plan(tokenizer, [](const hub::Name&, const std::string& why) { return Error(ErrorCode::not_found, why); });
  } catch (const Error& error) {
    throw no_tokenizer(error.code(), checkpoint, "roberta-base's cannot be fetched: " + error.message());
  }
}

// The hub knows no such model, or does not give it out: perhaps the name was meant as a path.
Error refused(const Error& error, std::string_view model) {
  const hub::Name name = hub::need_name(model);
  std::string words = error.message();
  for (const std::string& prefix : {"model " + name.repo + ": ", display(name.file) + ": "})
    if (words.starts_with(prefix)) words.erase(0, prefix.size());
  return Error(error.code(),
               fmt::format("model {}: no file or directory of that name, and on the hub: {}", display(model), words),
               error.cause());
}

}  // namespace

bool is_hub_name(std::string_view name) {
  std::error_code ignored;
  return hub::parse_name(name).has_value() && !fs::exists(fs::path(name), ignored);
}

fs::path hub_cache_directory() { return hub::cache_directory(); }

std::optional<fs::path> find_roberta_tokenizer() {
  for (const std::string_view repo : hub::kRobertaRepos)
    if (auto folder = hub::snapshot(repo); folder && !tokenizer_in(*folder).empty()) return folder;
  return std::nullopt;
}

std::optional<fs::path> find_in_cache(std::string_view text) {
  const hub::Name name = hub::need_name(text);
  if (name.file.empty()) {
    auto folder = hub::snapshot(name.repo, name.revision);
    if (!folder || !hub::files_of_model(*folder).missing.empty()) return std::nullopt;
    return folder;
  }
  if (hub::is_laion_checkpoint(name.file) && !find_roberta_tokenizer()) return std::nullopt;
  return hub::find_cached(name.repo, name.revision, name.file);
}

std::optional<std::string> needed_from_hub(std::string_view model) {
  if (is_hub_name(model)) return find_in_cache(model) ? std::nullopt : std::optional<std::string>(model);
  const fs::path path(model);
  if (!hub::is_laion_checkpoint(path.filename().native()) || !is_file(path)) return std::nullopt;
  if (!tokenizer_in(fs::absolute(path).parent_path()).empty() || find_roberta_tokenizer()) return std::nullopt;
  return std::string(hub::kRobertaRepos[0]) + ":tokenizer.json";
}

HubPlan plan_pull(std::string_view text) { return plan(text, not_pulled); }

std::optional<HubPlan> plan_needed(std::string_view model) {
  const auto needed = needed_from_hub(model);
  if (!needed) return std::nullopt;
  if (*needed != model) return plan_tokenizer(model, *needed);
  // Set when the hub was not asked: then the error says so already.
  bool said = false;
  try {
    return plan(model, [&](const hub::Name& name, const std::string& why) {
      said = true;
      return not_found_anywhere(model, name, why);
    });
  } catch (const Error& error) {
    if (said || (error.code() != ErrorCode::not_found && error.code() != ErrorCode::permission_denied)) throw;
    throw refused(error, model);
  }
}

fs::path pull(const HubPlan& plan, const std::function<void(const PullProgress&)>& progress) {
  std::uint64_t arrived = 0;
  for (const HubFile& file : plan.files)
    if (!file.cached) arrived += size_of_file(hub::repo_folder(file.repo) / "blobs" / (file.etag + ".incomplete"));
  hub::need_space(hub::cache_directory(), plan.bytes_to_fetch - std::min(arrived, plan.bytes_to_fetch));

  std::optional<hub::Client> client;
  std::uint64_t before = 0;
  for (const HubFile& file : plan.files) {
    if (is_file(file.path)) continue;
    if (!client) client.emplace();
    hub::download(*client, file, [&](PullStage stage, std::uint64_t done) {
      if (progress)
        progress({.stage = stage,
                  .file = file.repo + ": " + display(file.name),
                  .done = before + done,
                  .total = plan.bytes_to_fetch});
    });
    if (!file.cached) before += file.bytes;
  }
  // Only now does the revision stand for this commit: until then an older snapshot, if there is one, stays in use.
  if (!plan.endpoint.empty())
    for (const HubFile& file : plan.files) hub::write_ref(file.repo, file.revision, file.commit);
  return plan.result;
}

fs::path pull(std::string_view name, const std::function<void(const PullProgress&)>& progress) {
  return pull(plan_pull(name), progress);
}

}  // namespace hearken
