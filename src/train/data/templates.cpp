// Parsing and filling caption templates.
#include "train/data/templates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/paths.h"
#include "core/text.h"
#include "text/lines.h"

namespace hearken::train {
namespace {

constexpr std::array<std::string_view, 5> kBuiltIn = {
    R"("{title}" by {artist}. Genre: {genre}. Tags: {tags}.)",
    R"(A {genre} track called "{title}" by {artist}.)",
    R"(This is {genre} music by {artist}, tagged {tags}.)",
    R"({genre}: "{title}", from the album "{album}" by {artist}.)",
    R"(A recording of {genre} music. It is described as {tags}.)",
};

struct Field {
  std::string_view name;  // with its braces
  std::string Metadata::* value;
};
constexpr std::array<Field, 5> kFields = {{{"{title}", &Metadata::title},
                                           {"{artist}", &Metadata::artist},
                                           {"{album}", &Metadata::album},
                                           {"{genre}", &Metadata::genre},
                                           {"{tags}", &Metadata::tags}}};

// Words that lead to a field and mean nothing without it, and those that may stand between such a word and the field.
constexpr std::array<std::string_view, 24> kLeading = {
    "by",   "called", "named", "titled", "entitled", "from", "in",  "on", "off", "of", "with",   "featuring",
    "feat", "feat.",  "as",    "like",   "tagged",   "and",  "for", "or", "&",   "-",  "\u2013", "\u2014"};
constexpr std::array<std::string_view, 12> kBetween = {"the",    "album",     "artist", "band",     "genre",    "style",
                                                       "record", "performed", "played", "composed", "released", "tags"};

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  const std::string small = lower_ascii(word);
  return std::find(words.begin(), words.end(), small) != words.end();
}

// The field that begins at the brace `at`; nullptr: none.
const Field* field_at(std::string_view text, std::size_t at) {
  for (const Field& field : kFields)
    if (text.substr(at).starts_with(field.name)) return &field;
  return nullptr;
}

struct Counted {
  int there = 0, missing = 0;
};
Counted count(std::string_view text, const Metadata& metadata) {
  Counted out;
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1))
    ++(((metadata.*field_at(text, at)->value).empty()) ? out.missing : out.there);
  return out;
}

// Sentences with their full stops, without the spaces between them.
std::vector<std::string_view> sentences_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin;
    while (end < text.size() && !(std::string_view(".!?;").find(text[end]) != std::string_view::npos &&
                                  (end + 1 == text.size() || text[end + 1] == ' ')))
      ++end;
    end = std::min(end + 1, text.size());
    out.push_back(text.substr(begin, end - begin));
    begin = std::min(text.find_first_not_of(' ', end), text.size());
  }
  return out;
}

// The text between its commas; commas inside quotation marks are text.
std::vector<std::string> pieces_of(std::string_view text) {
  std::vector<std::string> out{""};
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (!quoted && text.substr(i).starts_with(", ")) {
      out.emplace_back();
      ++i;
    } else {
      out.back() += text[i];
    }
  }
  return out;
}

// Where the words that lead to the field at `begin` begin; `begin` itself where none do.
std::size_t lead(std::string_view piece, std::size_t begin) {
  std::size_t out = begin, at = begin;
  for (;;) {
    while (at > 0 && piece[at - 1] == ' ') --at;
    const std::size_t space = at == 0 ? std::string_view::npos : piece.rfind(' ', at - 1);
    std::size_t word = space == std::string_view::npos ? 0 : space + 1;
    if (word < at && (piece[word] == '(' || piece[word] == '[')) ++word;
    const std::string_view spelt = piece.substr(word, at - word);
    if (is_one_of(spelt, kLeading)) {
      out = word;
    } else if (!is_one_of(spelt, kBetween)) {
      return out;
    }
    at = word;
  }
}

// Without the field at `at` and what belongs to it alone.
std::string without(std::string_view piece, std::size_t at) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kAround = {
      {{"\"", "\""}, {"'", "'"}, {"(", ")"}, {"[", "]"}, {"\u201C", "\u201D"}, {"\u00AB", "\u00BB"}}};
  std::size_t begin = at, end = at + field_at(piece, at)->name.size();
  const auto take_marks = [&] {
    for (const auto& [open, close] : kAround) {
      if (!piece.substr(0, begin).ends_with(open) || !piece.substr(end).starts_with(close)) continue;
      begin -= open.size();
      end += close.size();
    }
  };
  take_marks();
  begin = lead(piece, begin);
  take_marks();
  std::string_view front = piece.substr(0, begin), back = piece.substr(end);
  while (front.ends_with(' ')) front.remove_suffix(1);
  while (back.starts_with(' ')) back.remove_prefix(1);
  if (back.empty() && front.ends_with(':')) front.remove_suffix(1);
  std::string out(front);
  if (!front.empty() && !back.empty() && std::string_view(":,.;!?)").find(back.front()) == std::string_view::npos)
    out += ' ';
  out += back;
  // What joined it to the rest joins nothing now.
  constexpr std::array<std::string_view, 6> kJoins = {"and ", "or ", "& ", "- ", ": ", ":"};
  if (front.empty())
    for (const std::string_view join : kJoins)
      if (out.starts_with(join)) out.erase(0, join.size());
  return out;
}

// A sentence that has fields, some of which are missing and some not, without the missing ones.
std::string without_missing(std::string_view sentence, const Metadata& metadata) {
  std::string_view stop;
  if (std::string_view(".!?;").find(sentence.back()) != std::string_view::npos) {
    stop = sentence.substr(sentence.size() - 1);
    sentence.remove_suffix(1);
  }
  std::string out;
  for (std::string piece : pieces_of(sentence)) {
    if (const Counted fields = count(piece, metadata); fields.missing > 0 && fields.there == 0) continue;
    for (std::size_t at = 0; (at = piece.find('{', at)) != std::string::npos;) {
      if ((metadata.*field_at(piece, at)->value).empty()) {
        piece = without(piece, at);
        at = 0;
      } else {
        ++at;
      }
    }
    if (!out.empty()) out += ", ";
    out += piece;
  }
  // A sentence that lost its beginning begins anew.
  if (!sentence.starts_with(out.front()) && out.front() >= 'a' && out.front() <= 'z')
    out.front() = static_cast<char>(out.front() - 'a' + 'A');
  return out.append(stop);
}

void check_template(const text::Line& line, const std::filesystem::path& path) {
  const std::string& text = line.text;
  bool has_field = false;
  for (std::size_t at = text.find_first_of("{}"); at != std::string::npos; at = text.find_first_of("{}", at + 1)) {
    const Field* field = text[at] == '{' ? field_at(text, at) : nullptr;
    if (field == nullptr) {
      const std::size_t end = text[at] == '{' ? std::min(text.find('}', at), text.size() - 1) : at;
      throw text::bad_line(path, line.number, at + 1,
                           fmt::format("'{}' is no field; there are {{title}}, {{artist}}, {{album}}, {{genre}} and "
                                       "{{tags}}",
                                       display(text.substr(at, std::min<std::size_t>(end + 1 - at, 40)))));
    }
    at += field->name.size() - 1;
    has_field = true;
  }
  if (!has_field) throw text::bad_line(path, line.number, 0, "has no field: every track would be called the same");
}

}  // namespace

std::span<const std::string_view> built_in_templates() { return kBuiltIn; }

std::vector<std::string> read_templates(const std::filesystem::path& path) {
  return parse_templates(text::read_list(path), path);
}

std::vector<std::string> parse_templates(std::string_view bytes, const std::filesystem::path& path) {
  std::vector<std::string> out;
  std::set<std::string> seen;
  for (const text::Line& line : text::lines_of(bytes, path)) {
    check_template(line, path);
    if (!seen.insert(line.text).second) throw text::bad_line(path, line.number, 0, "stands there already");
    out.push_back(line.text);
  }
  if (out.empty()) throw Error(ErrorCode::corrupt, display(path) + ": no template in there");
  return out;
}

std::string filled(std::string_view sentences, const Metadata& metadata) {
  std::string kept;
  bool any = false;
  for (const std::string_view sentence : sentences_of(sentences)) {
    const Counted fields = count(sentence, metadata);
    if (fields.missing > 0 && fields.there == 0) continue;
    any = any || fields.there > 0;
    if (!kept.empty()) kept += ' ';
    kept += fields.missing == 0 ? std::string(sentence) : without_missing(sentence, metadata);
  }
  if (!any) return {};
  std::string out;
  for (std::size_t at = 0; at < kept.size();) {
    const Field* field = kept[at] == '{' ? field_at(kept, at) : nullptr;
    if (field == nullptr) {
      out += kept[at++];
    } else {
      out += metadata.*field->value;
      at += field->name.size();
    }
  }
  return out;
}

std::vector<std::string> captions_from(std::span<const std::string> templates, const Metadata& metadata) {
  std::vector<std::string> out;
  for (const std::string& sentences : templates) {
    std::string caption = filled(sentences, metadata);
    if (!caption.empty() && std::find(out.begin(), out.end(), caption) == out.end()) out.push_back(std::move(caption));
  }
  return out;
}

}  // namespace hearken::train
