// Printing rows, and starting other programs.
#include "cli/search/listing.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "core/environment.h"
#include "core/files/csv.h"
#include "core/paths.h"

extern char** environ;

namespace hearken::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAboutAll[] = {"query", "model", "precision", "fingerprint"};

bool is_on_path(const char* program) {
  std::istringstream folders(environment("PATH"));
  for (std::string folder; std::getline(folders, folder, ':');)
    if (!folder.empty() && ::access((fs::path(folder) / program).c_str(), X_OK) == 0) return true;
  return false;
}

// Waits for it: a player has the terminal until it ends.
int run_program(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));  // NOLINT: POSIX's type
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (const int error = ::posix_spawnp(&child, arguments.front(), nullptr, nullptr, arguments.data(), environ);
      error != 0)
    throw os_error(words.front(), "start it", error);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : kFailed;
}

std::vector<std::string> player_of(const ListedFile& file) {
  const std::string start = fmt::format("{:.3f}", file.start_seconds), path = file.path.native();
  if (is_on_path("mpv")) return {"mpv", "--no-video", "--start=" + start, "--", path};
  if (is_on_path("ffplay"))
    return {"ffplay", "-hide_banner", "-loglevel", "error", "-nodisp", "-autoexit", "-ss", start, "-i", path};
  if (is_on_path("cvlc")) return {"cvlc", "--play-and-exit", "--start-time=" + start, path};
  if (is_on_path("play")) return {"play", "-q", path, "trim", start};
  throw Error(ErrorCode::not_found,
              "--play: no player is there; mpv, ffplay, cvlc and play (sox) are looked for in PATH");
}

std::string cell(const nlohmann::json& value) {
  if (value.is_null()) return {};
  return value.is_string() ? csv_cell(value.get<std::string>()) : csv_cell(value.dump());
}

void print_csv(const nlohmann::json& document, std::span<const char* const> columns) {
  std::string head;
  for (const char* const column : columns) head += std::string(head.empty() ? "" : ",") + column;
  for (const char* const column : kAboutAll)
    if (document.contains(column)) head += std::string(",") + column;
  fmt::print("{}\n", head);
  for (const nlohmann::json& row : document["results"]) {
    std::string line;
    for (const char* const column : columns) line += (column == columns.front() ? "" : ",") + cell(row[column]);
    for (const char* const column : kAboutAll)
      if (document.contains(column)) line += "," + cell(document[column]);
    fmt::print("{}\n", line);
  }
}

void print_jsonl(const nlohmann::json& document) {
  for (nlohmann::json row : document["results"]) {
    for (const char* const field : kAboutAll)
      if (document.contains(field)) row[field] = document[field];
    fmt::print("{}\n", row.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
}

void print_paths(std::span<const ListedFile> files, bool nul) {
  for (const ListedFile& file : files) {
    const std::string& path = file.path.native();
    if (!nul && path.find('\n') != std::string::npos)
      throw Error(ErrorCode::unsupported,
                  display(path) + ": has a line break in its name, so one a line is not enough: -0");
    std::fwrite(path.data(), 1, path.size(), stdout);
    std::fputc(nul ? '\0' : '\n', stdout);
  }
}

}  // namespace

void add_listing_options(CLI::App& command, ListingOptions& options) {
  CLI::Option* forms[] = {
      command.add_flag("--paths", options.paths, "Only the files' paths, one a line"),
      command.add_flag("-0,--null", options.nul, "Only the paths, each with a NUL behind it (xargs -0)"),
      command.add_flag("--csv", options.csv, "The results as CSV, with a line of names"),
      command.add_flag("--jsonl", options.jsonl, "Each result as one line of JSON"), command.get_option("--json")};
  for (CLI::Option* one : forms)
    for (CLI::Option* other : forms)
      if (one != other) one->excludes(other);
  command.add_flag("--play", options.play, "Play what is found (mpv, ffplay, cvlc or sox's play)");
  command.add_flag("--open", options.open, "Open the first in the desktop's own program");
  command.add_flag("--fail-if-none", options.fail_if_none, "Exit status 1 when nothing sounds like that");
}

void print_listing(const ListingOptions& options, std::span<const ListedFile> files, const nlohmann::json& document,
                   std::span<const char* const> columns) {
  if (options.csv)
    print_csv(document, columns);
  else if (options.jsonl)
    print_jsonl(document);
  else
    print_paths(files, options.nul);
}

void play_or_open(const ListingOptions& options, std::span<const ListedFile> files) {
  std::fflush(stdout);
  if (options.open && !files.empty()) {
    if (!is_on_path("xdg-open")) throw Error(ErrorCode::not_found, "--open: xdg-open (package xdg-utils) is not there");
    run_program({"xdg-open", files.front().path.native()});
  }
  if (options.play)
    for (const ListedFile& file : files) run_program(player_of(file));
}

int status_of(const ListingOptions& options, bool anything, int status) {
  return !anything && options.fail_if_none ? kFailed : status;
}

void add_model_json(nlohmann::json& document, const Model& model, const Windowing& windowing) {
  document["model"] = model.info().name;
  document["precision"] = to_string(model.info().precision);
  document["fingerprint"] = model.fingerprint(windowing);
}

}  // namespace hearken::cli
