// Labels a person wrote into a file, one a line: PARENT > NAME [CODE]: WORDING | WORDING
#include "data/label_file.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "core/ascii.h"
#include "core/paths.h"
#include "core/text.h"
#include "hearken/error.h"
#include "text/lines.h"

namespace hearken {
namespace data {
namespace {

// A set while its lines are read.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : path_(path) { set_.name = display(path); }

  void read(const text::Line& line) {
    line_ = line.number;
    if (line.text.find("{}") != std::string::npos) {
      if (line.text.find("{}", line.text.find("{}") + 1) != std::string::npos) throw bad("'{}' stands there twice");
      set_.templates.push_back(line.text);
      return;
    }
    const std::string_view whole = line.text;
    const std::size_t colon = std::min(whole.find(':'), whole.size());
    std::string_view names = whole.substr(0, colon);
    const std::string code = take_code(names);
    const std::size_t label = place(names);
    Label& own = set_.labels[label];
    if (!own.wordings.empty() || !own.code.empty())
      throw bad(quoted(own.name) + " is on line " + std::to_string(lines_[label]) + " already");
    lines_[label] = line_;
    own.code = code;
    if (colon == whole.size())
      own.wordings = {wording_of(own.name)};
    else if (code.empty() || !is_blank(whole.substr(colon + 1)))
      own.wordings = text::wordings_in(whole.substr(colon + 1), own.name, line_, path_);
    wordings_ += own.wordings.size();
    if (wordings_ > kMostWordings) throw bad("more than " + std::to_string(kMostWordings) + " wordings");
  }

  LabelSet finish() {
    if (wordings_ == 0) throw Error(ErrorCode::corrupt, display(path_) + ": holds no label, one a line");
    for (std::size_t i = 0; i < set_.labels.size(); ++i) {
      std::size_t steps = 0;
      for (auto at = set_.labels[i].parent; at; at = set_.labels[*at].parent) {
        line_ = lines_[i];
        if (*at == i) throw bad(quoted(set_.labels[i].name) + " lies under itself");
        if (++steps > kDeepest) throw bad("more than " + std::to_string(kDeepest) + " levels, or a circle of them");
      }
    }
    if (set_.templates.empty()) set_.templates.emplace_back(kTemplate);
    return std::move(set_);
  }

 private:
  Error bad(const std::string& reason) const { return text::bad_line(path_, line_, 0, reason); }
  static std::string quoted(std::string_view name) { return "'" + display(name) + "'"; }

  // "NAME [CODE]" becomes "NAME".
  std::string take_code(std::string_view& names) const {
    names = trimmed(names);
    const std::size_t open = names.rfind('[');
    if (!names.ends_with(']') || open == std::string_view::npos) return {};
    const std::string code(trimmed(names.substr(open + 1, names.size() - open - 2)));
    names = trimmed(names.substr(0, open));
    const bool word = !code.empty() && std::ranges::all_of(code, is_alphanumeric);
    if (!word) throw bad("a code is of letters and digits, as in [AEROHeli], not " + quoted(code));
    return code;
  }

  // The place of the last of "A > B > C"; each lies under the one before.
  std::size_t place(std::string_view names) {
    std::optional<std::size_t> above;
    for (std::size_t at = 0; at <= names.size();) {
      const std::size_t end = std::min(names.find('>', at), names.size());
      const std::string name(trimmed(names.substr(at, end - at)));
      if (name.empty()) throw bad(names.empty() ? "no name before the ':'" : "no name beside a '>'");
      const auto [known, is_new] = places_.emplace(name, set_.labels.size());
      if (set_.labels.size() > kMostWordings) throw bad("more than " + std::to_string(kMostWordings) + " labels");
      if (is_new) {
        set_.labels.push_back({name, {}, {}, {}});
        lines_.push_back(line_);
      }
      Label& label = set_.labels[known->second];
      if (above && label.parent && label.parent != above)
        throw bad(quoted(name) + " lies under " + quoted(set_.labels[*label.parent].name) + " already");
      if (above) label.parent = above;
      above = known->second;
      at = end + 1;
    }
    return *above;
  }

  const std::filesystem::path& path_;
  LabelSet set_;
  std::map<std::string, std::size_t, std::less<>> places_;
  std::vector<std::size_t> lines_;  // beside the labels: where each is worded, else where it comes up first
  std::size_t line_ = 0, wordings_ = 0;
};

}  // namespace

std::string wording_of(std::string_view name) {
  std::string out(name);
  std::ranges::replace(out, '_', ' ');
  return out;
}

LabelSet parse_labels(std::string_view bytes, const std::filesystem::path& path) {
  Reader reader(path);
  for (const text::Line& line : text::lines_of(bytes, path)) reader.read(line);
  return reader.finish();
}

}  // namespace data

LabelSet read_labels(const std::filesystem::path& path) { return data::parse_labels(text::read_list(path), path); }

}  // namespace hearken
