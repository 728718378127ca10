// Labels by the name of a set or as a list, and how they are said in a template.
#include <algorithm>
#include <set>
#include <string>

#include "core/carried.h"
#include "core/paths.h"
#include "core/text.h"
#include "data/label_file.h"
#include "hearken/error.h"
#include "text/lines.h"

namespace hearken {
namespace {

Error wrong(const std::string& reason) { return {ErrorCode::invalid_argument, reason}; }

bool starts_with_a_word(std::string_view text, std::string_view word) {
  return text.size() > word.size() && text.starts_with(word) && text[word.size()] == ' ';
}

// By its letters: "an owl", "a ukulele"; an hour is beyond them.
bool vowel_begins(std::string_view wording) {
  for (const std::string_view consonant : {"eu", "uni", "uke", "uku", "use", "usu", "one"})
    if (wording.starts_with(consonant)) return false;
  return !wording.empty() && std::string_view("aeiou").find(wording.front()) != std::string_view::npos;
}

// The label set that labels/SET.txt is; empty for another file.
std::string_view set_in(const CarriedFile& file) {
  constexpr std::string_view kBefore = "labels/", kBehind = ".txt";
  if (!file.name.starts_with(kBefore)) return {};
  return file.name.substr(kBefore.size(), file.name.size() - kBefore.size() - kBehind.size());
}

}  // namespace

std::vector<std::string> label_set_names() {
  std::vector<std::string> names;
  for (const CarriedFile& file : carried_files())
    if (const auto name = set_in(file); !name.empty()) names.emplace_back(name);
  return names;
}

LabelSet label_set(std::string_view name) {
  std::string known;
  for (const CarriedFile& file : carried_files()) {
    const std::string_view set = set_in(file);
    if (set.empty()) continue;
    if (set == name) {
      LabelSet out = data::parse_labels(file.bytes, name);
      out.name = name;
      return out;
    }
    known += (known.empty() ? "" : ", ") + std::string(set);
  }
  throw Error(ErrorCode::not_found, "'" + display(name) + "' is no label set; there are " + known);
}

LabelSet labels_in(std::string_view list) {
  LabelSet out;
  std::set<std::string_view> seen;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    const std::string_view name = trimmed(list.substr(at, end - at));
    if (!is_utf8(name)) throw wrong("the label '" + display(name) + "' is not UTF-8");
    if (name.empty()) throw wrong("a label is empty in '" + display(list) + "'");
    if (!seen.insert(name).second) throw wrong("the label '" + display(name) + "' stands there twice");
    if (seen.size() > data::kMostWordings) throw wrong("more than " + std::to_string(data::kMostWordings) + " labels");
    out.labels.push_back({std::string(name), {data::wording_of(name)}, {}, {}});
    at = end + 1;
  }
  out.templates.emplace_back(kTemplate);
  return out;
}

std::string in_template(std::string_view sentence, std::string_view wording) {
  const std::size_t gap = sentence.find("{}");
  if (gap == std::string_view::npos) return std::string(sentence);
  std::string before(sentence.substr(0, gap));
  const std::string small = lower_ascii(wording), ahead = " " + lower_ascii(before);
  for (const std::string_view article : {" a ", " an "}) {
    if (!ahead.ends_with(article)) continue;
    before.resize(before.size() - (article.size() - 2));  // what is left of it is the case of its 'a'
    const bool own =
        starts_with_a_word(small, "a") || starts_with_a_word(small, "an") || starts_with_a_word(small, "the");
    if (own)
      before.pop_back();
    else
      before += vowel_begins(small) ? "n " : " ";
    break;
  }
  return before + std::string(wording) + std::string(sentence.substr(gap + 2));
}

void check_template(std::string_view sentence) {
  const std::size_t gap = sentence.find("{}");
  if (gap == std::string_view::npos || sentence.find("{}", gap + 1) != std::string_view::npos)
    throw wrong("the template '" + display(sentence) + "' needs one {} where the label goes, as in '" +
                std::string(kTemplate) + "'");
}

}  // namespace hearken
