// Labels: what a sound may be called, one by one or as a set that comes with the program.
//
// A set says how a model is asked about it: each label in one or several wordings, each wording put into each of the
// set's templates ("This is a sound of {}."). Labels may lie under others: "Dog" under "Animal".
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hearken {

struct Label {
  std::string name;                   // unique in its set
  std::vector<std::string> wordings;  // what stands for "{}"; none: a group, known by its children alone, or by hand
  std::optional<std::size_t> parent;  // its place in the set, before or behind the label's own
  std::string code;                   // a short name for file names, as UCS's CatID "AEROHeli"; empty: none
};

struct LabelSet {
  std::string name;  // "esc50", a file's path, or empty for a list
  std::vector<Label> labels;
  std::vector<std::string> templates;  // one or more, "{}" stands for a wording
};

/// What a wording is put into where nobody says otherwise.
inline constexpr std::string_view kTemplate = "This is a sound of {}.";

/// The sets that the program carries, by name.
std::vector<std::string> label_set_names();

/// One of them. Throws Error(not_found), which lists them.
LabelSet label_set(std::string_view name);

/// Names in a list, "rain, dog barking": each its own wording, underscores read as spaces, under kTemplate.
/// Throws Error(invalid_argument): not UTF-8, an empty name, one that stands there twice, more than 10,000.
LabelSet labels_in(std::string_view list);

/// Labels of a file, one a line:
///
///     # a comment
///     This audio is a {} song.            a line with {} is a template; without one: kTemplate
///     rain
///     dog: a dog barking | dogs howling   wordings; without them: the name, underscores read as spaces
///     Animal > cat                        Animal is its parent; when no line of its own says how Animal is worded,
///     Animal > Bird > owl                 it is a group
///     AIRCRAFT > JET [AEROJet]: jet plane its code
///     CARTOON > CARTOON-POP [TOONPop]:    with a code and without wordings: for people to give, no model is asked
///
/// UTF-8, with or without a byte order mark, lines ending in LF or CRLF. Throws Error: not_found, permission_denied,
/// io; corrupt and unsupported naming file, line and reason (not UTF-8, too long, a name twice, under two parents or
/// under itself, an empty or repeated wording, no label in it, more than 10,000 wordings).
LabelSet read_labels(const std::filesystem::path& path);

/// The wording in the template, as one says it: "a {} song" with "electronic" is "an electronic song", and an article
/// before "{}" goes where the wording brings its own ("a crowd"). A template without "{}" is taken as it is.
std::string in_template(std::string_view sentence, std::string_view wording);

/// Throws Error(invalid_argument) for what has not exactly one "{}".
void check_template(std::string_view sentence);

}  // namespace hearken
