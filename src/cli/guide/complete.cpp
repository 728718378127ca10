// The words before the last one say which command it is and what it is about; the definition says what may follow.
#include "cli/guide/complete.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/common.h"
#include "cli/config/settings.h"
#include "cli/guide/definition.h"
#include "core/paths.h"
#include "library/catalogue/tracks.h"

namespace hearken::cli {
namespace {

constexpr std::size_t kMostTracks = 500;  // a list nobody reads further

struct Typed {
  const CLI::App* command;
  std::size_t arguments = 0;            // given without a name so far
  const CLI::Option* option = nullptr;  // whose value the last word is
  std::filesystem::path library;        // --library, where it was given
};

Typed read_words(const CLI::App& program, const std::vector<std::string>& words) {
  Typed typed{&program, 0, nullptr, {}};
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    if (typed.option != nullptr) {
      if (typed.option->check_lname("library")) typed.library = word;
      typed.option = nullptr;
    } else if (word.size() > 1 && word.front() == '-') {
      const CLI::Option* option = option_named(*typed.command, word.substr(0, word.find('=')));
      if (option != nullptr && !is_flag(*option) && word.find('=') == std::string::npos) typed.option = option;
    } else if (const CLI::App* below = command_named(*typed.command, word); below != nullptr) {
      typed.command = below;
    } else {
      ++typed.arguments;
    }
  }
  return typed;
}

class Candidates {
 public:
  Candidates(const CLI::App& program, const Typed& typed, std::string begun)
      : program_(program), typed_(typed), begun_(std::move(begun)) {}

  void add(const std::string& word, const std::string& what = {}) {
    if (word.starts_with(begun_) && display(word) == word) lines_.push_back(word + "\t" + display(what));
  }

  void add_kind(const std::string& kind) {
    for (const std::string& part : CLI::detail::split(kind, '|')) add_part(part);
  }

  void add_options() {
    for (const CLI::Option* option : shown_options(*typed_.command))
      for (const std::string& name : names_of(*option)) add(name, option->get_description());
  }

  void add_commands(const CLI::App& above) {
    for (const CLI::App* command : shown_commands(above)) add(command->get_name(), command->get_description());
  }

  std::vector<std::string> lines() && { return std::move(lines_); }

 private:
  void ask_shell(const char* what) {
    if (std::ranges::find(lines_, what) == lines_.end()) lines_.emplace_back(what);
  }

  void add_part(const std::string& part) {
    static const std::set<std::string> files = {"FILE", "PATH", "SOUND", "SEED", "FROM", "TO", "F.npy", "TRACK"};
    static const std::set<std::string> tracks = {"TRACK", "SOUND", "SEED", "FROM", "TO"};
    static const std::set<std::string> models = {"NAME", "MODEL", "TOWER"};
    if (tracks.contains(part)) add_tracks();
    if (files.contains(part)) ask_shell(":files");
    if (models.contains(part)) add_models();
    if (part == "DIR") ask_shell(":folders");
    if (part == "SET")
      for (const std::string& name : label_set_names()) add(name, "a set of labels");
    if (part == "LABEL") add_labels("", "");
    if (part == "CONDITION") add_labels("tag = '", "'");
    if (part == "COMMAND") add_commands(program_);
    if (part == "KEY")
      for (const std::string& key : setting_keys()) add(key);
    if (part.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ[{ ") == std::string::npos && !part.empty()) add(part);
  }

  void add_models() {
    add("starter", "comes with Hearken");
    for (const CachedModel& model : list_cached()) add(model.name, "in the cache");
  }

  Library library() const {
    CommonOptions options;
    options.library = typed_.library;
    return Library::open(options.library_path(), OpenMode::read);
  }

  // Of file names only those that begin so: without a beginning a library's would bury everything else.
  void add_tracks() {
    if (begun_.find('/') != std::string::npos) return;
    const bool by_number = begun_.starts_with("id:");
    if (!by_number) add("id:", "a track of the library by its number");
    if (begun_.empty()) return;
    const std::size_t most = lines_.size() + kMostTracks;
    library::for_each_track(library(), false, [&](Track&& track) {
      if (lines_.size() >= most) return;
      const std::string file = track.path.filename().native();
      add(by_number ? fmt::format("id:{}", track.id) : file, label(track.path, track.title, track.artist));
    });
  }

  void add_labels(const std::string& before, const std::string& after) {
    std::set<std::string> labels;
    for (const TaggedTrack& track : tagged_tracks(library()))
      for (const Tag& tag : track.tags) labels.insert(tag.label);
    for (const std::string& name : labels)
      if (after.empty() || name.find('\'') == std::string::npos) add(before + name + after, "a tag of the library");
  }

  const CLI::App& program_;
  const Typed& typed_;
  std::string begun_;
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> completions(const CLI::App& program, const std::vector<std::string>& words) {
  const Typed typed = read_words(program, words);
  std::string begun = words.empty() ? std::string() : words.back();
  const CLI::Option* option = typed.option;
  std::string before;  // "--model=" of "--model=st"
  if (const std::size_t equals = begun.find('=');
      option == nullptr && begun.starts_with("--") && equals != std::string::npos) {
    option = option_named(*typed.command, begun.substr(0, equals));
    before = begun.substr(0, equals + 1);
    begun = begun.substr(equals + 1);
  }
  Candidates candidates(program, typed, begun);
  try {
    if (option != nullptr) {
      candidates.add_kind(kind_of(*option));
    } else if (begun.starts_with("-")) {
      candidates.add_options();
    } else {
      candidates.add_commands(*typed.command);
      const std::vector<const CLI::Option*> arguments = shown_arguments(*typed.command);
      if (!arguments.empty() && (typed.arguments < arguments.size() || takes_many(*arguments.back())))
        candidates.add_kind(kind_of(*arguments[std::min(typed.arguments, arguments.size() - 1)]));
    }
  } catch (const Error&) {  // no library, or none that can be read: it has no tracks to offer
  }
  std::vector<std::string> lines = std::move(candidates).lines();
  if (!before.empty())
    for (std::string& line : lines)
      if (!line.starts_with(':')) line.insert(0, before);
  return lines;
}

}  // namespace hearken::cli
