// Models from the Hugging Face hub: looked for in the standard cache that other programs use too, downloaded into it.
//
// A name is `org/repo` (the model that a repository is), `org/repo@revision`, or `org/repo:file.pt` (one checkpoint of
// a repository; LAION's carry no tokenizer, so roberta-base's comes with them). The environment variables of the
// Hugging Face tools hold here as well: HF_HOME, HF_HUB_CACHE, HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE,
// HF_HUB_DOWNLOAD_TIMEOUT. See docs/HUB.md.
//
// Thread rules: all functions may be called at any time from any thread and any process; two that fetch the same file
// wait for each other. Nothing is visible in the cache before it is complete and its hash is right.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hearken {

/// A file that a model needs.
struct HubFile {
  std::string repo;            // "laion/clap-htsat-unfused"
  std::string revision;        // as asked for: "main"
  std::string commit;          // what that stands for, 40 hex digits
  std::string name;            // within the repository
  std::string etag;            // of a file to fetch: the hash of its content, hex
  std::uint64_t bytes = 0;     // 0 when the hub does not say
  std::filesystem::path path;  // where it is in the cache, or will be
  bool cached = false;         // its content is there: nothing has to be fetched
};

/// What a pull would do.
struct HubPlan {
  std::string name;              // as asked for
  std::string endpoint;          // the hub that the files come from; empty when it was not asked
  std::filesystem::path result;  // what pull() returns
  std::vector<HubFile> files;    // in the order in which they are fetched
  std::uint64_t bytes_to_fetch = 0;
};

enum class PullStage {
  waiting,  // another process is fetching this file
  fetching,
  checking,  // the hash of a fetched file
};

struct PullProgress {
  PullStage stage = PullStage::fetching;
  std::string file;        // "org/repo: model.safetensors"
  std::uint64_t done = 0;  // bytes of all that is to be fetched; may go back when a server cannot go on in the middle
  std::uint64_t total = 0;
};

/// A name that can only mean the hub: of the form above, and no file or directory of that name is there.
bool is_hub_name(std::string_view name);

/// The cache's directory, which need not exist.
std::filesystem::path hub_cache_directory();

/// What the name stands for, as far as it is in the cache, complete and usable without a network: the directory, or the
/// file for org/repo:file. Never asks the hub.
/// Throws Error(invalid_argument) for what is no name on the hub.
std::optional<std::filesystem::path> find_in_cache(std::string_view name);

/// The directory in the cache that holds roberta-base's tokenizer (tokenizer.json, or vocab.json and merges.txt),
/// for checkpoints that carry none.
std::optional<std::filesystem::path> find_roberta_tokenizer();

/// What has to be pulled before Model::load(model) can succeed: the name itself when it is one of the hub's that is not
/// in the cache, roberta-base's tokenizer for a LAION checkpoint that has none beside it; or nothing.
std::optional<std::string> needed_from_hub(std::string_view model);

/// Asks the hub which files the model consists of and which of them are missing. When the hub must not or cannot be
/// asked (HF_HUB_OFFLINE, no connection), a complete model in the cache is the plan.
/// Throws Error: invalid_argument (no name), not_found (no such repository, revision or file; not in the cache and the
/// hub cannot be asked: names the place to put the files), permission_denied (a token is missing, terms are to be
/// accepted), unsupported (the repository is no model that Hearken loads), corrupt, io.
HubPlan plan_pull(std::string_view name);

/// The plan for needed_from_hub(model); nothing when nothing is needed. Throws as plan_pull, in words for somebody who
/// named a model and may have meant a path: they begin with that model, not with what it needs.
std::optional<HubPlan> plan_needed(std::string_view model);

/// Fetches what is missing and returns the snapshot's directory, or the file for org/repo:file. `progress` is called
/// from this thread, often: the caller throttles what it shows. What it throws stops the pull and comes out; a later
/// pull goes on where this one stopped.
/// Throws Error as plan_pull; io (disk full, connection lost for good), corrupt (content that is not what the hub
/// promised; it is deleted).
std::filesystem::path pull(const HubPlan& plan, const std::function<void(const PullProgress&)>& progress = {});
std::filesystem::path pull(std::string_view name, const std::function<void(const PullProgress&)>& progress = {});

/// A model in the cache that pull() would not have to fetch.
struct CachedModel {
  std::string name;            // what --model takes
  std::string commit;          // the snapshot's folder name
  std::filesystem::path path;  // what find_in_cache returns for the name
  std::uint64_t bytes = 0;     // on disk: of the whole snapshot, or of the one file
};

/// CLAP models and .pt checkpoints, in the order of their names. A cache that is not there is empty; repositories that
/// cannot be read are left out.
std::vector<CachedModel> list_cached();

struct Removal {
  std::vector<std::filesystem::path> paths;  // files and directories, the latter with all they hold
  std::uint64_t bytes = 0;                   // of content that goes
};

/// Takes out of the cache: for org/repo everything of the repository, for org/repo@revision that snapshot, for
/// org/repo:file that file of its snapshot. Content that another snapshot still refers to stays.
/// With `rehearse`, says what would go and deletes nothing.
/// Throws Error: invalid_argument, not_found, busy (a download into this repository is running), io.
Removal remove_cached(std::string_view name, bool rehearse = false);

}  // namespace hearken
