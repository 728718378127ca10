// Shared options, errors and output.
#include "cli/common.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "cli/config/settings.h"
#include "cli/guide/definition.h"
#include "cli/models/model.h"
#include "cli/terminal.h"
#include "core/environment.h"
#include "core/paths.h"

namespace hearken::cli {

namespace fs = std::filesystem;

int exit_status(ErrorCode code) noexcept { return code == ErrorCode::invalid_argument ? kWrongUsage : kFailed; }

int exit_status(std::span<const FileNote> skipped, bool anything) noexcept {
  if (skipped.empty()) return kDone;
  return anything ? kSomeSkipped : kFailed;
}

fs::path CommonOptions::library_path() const { return library.empty() ? chosen_library().path : library; }

void add_common_options(CLI::App& command, CommonOptions& options) {
  command.add_option("--library", options.library, "The library file (also HEARKEN_LIBRARY; hearken config)")
      ->type_name("FILE");
  add_value(command, "--model", options.model,
            "starter, a directory, a LAION .pt file, or a name on the hub (default: the library's "
            "own, else starter)",
            "NAME|DIR|FILE");
  rare(add_precision_option(command, options.precision));
  rare(add_threads_option(command, options.threads));
  rare(command
           .add_option("--device", options.device, "Where to compute: cpu, cuda, or cuda:1 for the second of several")
           ->check(CLI::Validator(
               [](std::string& text) {
                 const bool numbered = text.starts_with("cuda:") && text.size() <= 7 && text.size() > 5 &&
                                       text.find_first_not_of("0123456789", 5) == std::string::npos;
                 return text == "cpu" || text == "cuda" || numbered ? "" : text + " is none of cpu, cuda and cuda:N";
               },
               ""))
           ->type_name("cpu|cuda[:N]"));
  add_output_options(command, options);
}

const LibraryModel* foreign_meant(const CommonOptions& options, const LibraryInfo& library) {
  if (options.model.empty())
    return own_model(library.models) == nullptr && !library.models.empty() ? &library.models.front() : nullptr;
  for (const LibraryModel& model : library.models)
    if (model.name == options.model && is_foreign(model.fingerprint)) return &model;
  return nullptr;
}

void check_not_foreign(const CommonOptions& options, const LibraryInfo& library) {
  const LibraryModel* foreign = foreign_meant(options, library);
  if (foreign == nullptr) return;
  throw Error(
      ErrorCode::unsupported,
      fmt::format("another program made the vectors of '{}': they know no texts, and hear no files; like id:42, "
                  "similar, map, cluster and export work with them",
                  display(foreign->name)));
}

Model load_model(const CommonOptions& options, const LibraryInfo* library) {
  const LibraryModel* own = library != nullptr ? own_model(library->models) : nullptr;
  if (library != nullptr && !options.model.empty()) check_not_foreign(options, *library);
  const std::string name = !options.model.empty() ? options.model
                           : own != nullptr       ? own->name
                                                  : one_setting("model").value_or("starter");
  Precision precision = parse_precision(options.precision);
  const bool on_cpu = options.device == "cpu";
  if (precision == Precision::automatic && own != nullptr && options.model.empty() && on_cpu)
    precision = own->precision;
  fetch_needed(name, options.quiet);
  return Model::load(name, precision, options.device);
}

void resolve_roots(std::vector<std::filesystem::path>& roots) {
  for (std::filesystem::path& root : roots) {
    std::error_code error;
    const std::filesystem::path resolved = std::filesystem::canonical(root, error);
    if (error) throw os_error(root, "allow it", error.value());
    root = resolved;
  }
}

LibraryInfo library_info_if_there(const fs::path& path) {
  try {
    return Library::open(path, OpenMode::read).info();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return {};
  }
}

std::optional<Library> library_if_usable(const CommonOptions& options) {
  try {
    return Library::open(options.library_path(), OpenMode::read);
  } catch (const Error& error) {
    const bool expected = error.code() != ErrorCode::not_found || !options.library.empty();
    if (expected && !options.quiet) print_error(std::string(error.what()) + "; going on without the library");
    return std::nullopt;
  }
}

void add_windowing_options(CLI::App& command, WindowingOptions& options) {
  const char* const what = "a number of seconds above 0";
  positive(command.add_option("--window", options.window_seconds,
                              "Seconds of sound per vector (default: as the library, else 10)"),
           what, "S");
  positive(command.add_option("--hop", options.hop_seconds,
                              "Seconds from one window to the next (default: as the library, else 5)"),
           what, "S");
}

Windowing chosen_windowing(const WindowingOptions& options, const LibraryInfo& library, const Model& model) {
  Windowing windowing;
  if (const LibraryModel* own = newest_made_by(model, library); own != nullptr)
    windowing = own->windowing;
  else if (const LibraryModel* first = own_model(library.models); first != nullptr)
    windowing = first->windowing;
  if (options.window_seconds > 0) windowing.window_seconds = options.window_seconds;
  if (options.hop_seconds > 0) windowing.hop_seconds = options.hop_seconds;
  try {
    model.window_samples(windowing.window_seconds);
  } catch (const Error& error) {
    if (options.window_seconds > 0) throw;
    throw Error(error.code(), error.message() + "; the library's windows are so long, others are chosen with --window");
  }
  model.hop_samples(windowing.hop_seconds);
  return windowing;
}

std::string options_again(const CommonOptions& options, const LibraryInfo& library, const Model& model) {
  std::string again;
  const LibraryModel* first = own_model(library.models);
  if (!options.model.empty() && (first == nullptr || !made_by(model, first->windowing, first->fingerprint)))
    again += " --model " + shell_word(options.model);
  if (!options.library.empty()) again += " --library " + shell_word(options.library.native());
  return again;
}

std::string shell_word(const std::string& given) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@%+,=-";
  std::string text = display(given);
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  for (std::size_t at = text.find('\''); at != std::string::npos; at = text.find('\'', at + 4))
    text.replace(at, 1, "'\\''");
  return "'" + text + "'";
}

std::string command_again(const CLI::App& command) {
  std::string again = "hearken " + command.get_name();
  for (const CLI::Option* option : command.get_options()) {
    const bool flag = option->get_items_expected_max() == 0;
    if (flag && option->count() > 0) again += " " + option->get_name();
    for (const std::string& value : flag ? std::vector<std::string>() : option->results())
      again += (option->get_positional() ? " " : " " + option->get_name() + " ") + shell_word(value);
  }
  return again;
}

std::string counted(std::int64_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

void print_error(std::string_view message) { fmt::print(stderr, "hearken: {}\n", message); }

std::string with_hint(std::string reason) {
  return reason + (reason.ends_with(std::strerror(ENOENT)) ? "; check the path" : "");
}

void print_skipped(std::span<const FileNote> skipped) {
  for (const FileNote& note : skipped) {
    std::string line = fmt::format("skipped {}: {}", short_path(note.path), with_hint(note.reason));
    if (note.code == ErrorCode::not_found && note.path.native().starts_with("id:"))
      line += "; hearken find --json tells the ids";
    print_error(line);
  }
}

void print_note(const CommonOptions& options, std::string_view line) {
  if (options.quiet || options.json) return;
  std::fflush(stdout);  // so that the remark stands below the result it is about
  fmt::print(stderr, "{}\n", line);
}

void remark_on_words(const CommonOptions& options, std::string_view typed, std::string_view wanted,
                     std::span<const std::string> without) {
  if (typed == wanted) return;
  std::string all;
  for (const std::string& text : without) all += fmt::format("{}\"{}\"", all.empty() ? "" : ", ", display(text));
  print_note(options, fmt::format("understood as \"{}\"{}{}", display(wanted), all.empty() ? "" : " without ", all));
}

void remark_on_ratings(const CommonOptions& options, std::int64_t ratings) {
  if (ratings > 0)
    print_note(options, fmt::format("re-ordered by {} (--no-ratings: by score alone)", counted(ratings, "rating")));
}

void print_json(const nlohmann::json& document) {
  fmt::print("{}\n", document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::string clock_time(double seconds) {
  const auto whole = static_cast<long long>(std::floor(seconds));
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

std::string short_path(const fs::path& path) {
  std::error_code ignored;
  const auto below = [](const fs::path& p, const fs::path& base) {
    const auto relative = p.lexically_relative(base);
    return !base.empty() && !relative.empty() && *relative.begin() != "..";
  };
  if (const fs::path here = fs::current_path(ignored); below(path, here)) return display(path.lexically_relative(here));
  if (const fs::path home = user_home(); below(path, home)) return "~/" + display(path.lexically_relative(home));
  return display(path);
}

std::string label(const fs::path& path, const std::string& title, const std::string& artist) {
  if (title.empty()) return display(path.filename());
  return display(artist.empty() ? title : title + " — " + artist);
}

std::string padded_level(Level level) {
  const std::string name = fmt::format("{:<8}", to_string(level));
  return level == Level::low ? name : styled(name, level == Level::high ? Style::high : Style::moderate);
}

}  // namespace hearken::cli
