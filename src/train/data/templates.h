// Captions from what is known of a track: sentences with fields to fill in, which do without the fields that are
// missing.
//
// A template is text with {title}, {artist}, {album}, {genre} and {tags}; the text around them stays as it is written.
// What goes with a missing field:
//
//   the sentence    where none of its fields is there: "Genre: {genre}."
//   the piece       between two commas, where none of its fields is there: ", tagged {tags}"
//   the clause      else: the field, quotation marks and brackets around it, and the words that lead to it ("by",
//                   "called", "from the album", "and", a dash, …)
//
//   "{title}" by {artist}. Genre: {genre}. Tags: {tags}.
//     without artist                 "Blue". Genre: Jazz. Tags: slow, piano.
//     without genre and tags         "Blue" by Ann.
//     without title                  By Ann. Genre: Jazz. Tags: slow, piano.
//   A {genre} track called "{title}" by {artist}.
//     without genre                  A track called "Blue" by Ann.
//     without title                  A Jazz track by Ann.
//     without title and artist       A Jazz track.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hearken::train {

/// What is known of a track; empty: missing. Valid UTF-8 on one line.
struct Metadata {
  std::string title, artist, album, genre, tags;
};

/// The five that are used where nobody gives any.
std::span<const std::string_view> built_in_templates();

/// One a line, as text::lines_of() reads lines (blank ones and those that begin with '#' left out). Throws Error as
/// read_list() and lines_of() do; corrupt, naming file and line, for an unknown field, a brace that belongs to none, a
/// line without a field or one that stands there twice; and for a file without any.
std::vector<std::string> read_templates(const std::filesystem::path& path);
/// Of the file's bytes; `path` is what errors name.
std::vector<std::string> parse_templates(std::string_view bytes, const std::filesystem::path& path);

/// The template, which is well-formed, filled in; empty where none of its fields is there.
std::string filled(std::string_view sentences, const Metadata& metadata);

/// What every template makes of it: without empty captions, each once, in the templates' order.
std::vector<std::string> captions_from(std::span<const std::string> templates, const Metadata& metadata);

}  // namespace hearken::train
