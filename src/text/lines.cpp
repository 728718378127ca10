// Reading lists line by line.
#include "text/lines.h"

#include <algorithm>

#include "core/files/descriptor.h"
#include "core/paths.h"
#include "core/text.h"

namespace hearken::text {
namespace {

Error too_long(const std::filesystem::path& path) {
  return Error(ErrorCode::unsupported, display(path) + ": more than " + std::to_string(kLongestList >> 20) +
                                           " MiB: too long for a list, one entry a line");
}

void check(std::string_view line, std::size_t number, const std::filesystem::path& path) {
  if (line.size() > kLongestLine)
    throw bad_line(path, number, 0, "longer than " + std::to_string(kLongestLine) + " bytes");
  for (std::size_t at = 0; at < line.size();) {
    const CodePoint c = first_code_point(line.substr(at));
    if (!c.well_formed) throw bad_line(path, number, at + 1, "not UTF-8; save the file as UTF-8");
    const bool control = (c.value < 0x20 && c.value != '\t') || (c.value >= 0x7F && c.value < 0xA0);
    if (control) throw bad_line(path, number, at + 1, "a control character: " + display(line.substr(at, c.length)));
    at += c.length;
  }
}

}  // namespace

Error bad_line(const std::filesystem::path& path, std::size_t number, std::size_t byte, std::string_view reason) {
  std::string place = "line " + std::to_string(number);
  if (byte > 0) place += ", byte " + std::to_string(byte);
  return Error(ErrorCode::corrupt, display(path) + ": " + place + ": " + std::string(reason));
}

std::vector<std::string> wordings_in(std::string_view list, std::string_view name, std::size_t number,
                                     const std::filesystem::path& path) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find('|', at), list.size());
    const std::string wording(trimmed(list.substr(at, end - at)));
    const std::string which = "wording " + std::to_string(out.size() + 1) + " of '" + display(name) + "' ";
    if (wording.empty()) throw bad_line(path, number, 0, which + "is empty");
    if (std::find(out.begin(), out.end(), wording) != out.end())
      throw bad_line(path, number, 0, which + "stands there already: '" + display(wording) + "'");
    out.push_back(wording);
    at = end + 1;
  }
  return out;
}

std::vector<Line> lines_of(std::string_view bytes, const std::filesystem::path& path) {
  if (bytes.size() > kLongestList) throw too_long(path);
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"))
    throw bad_line(path, 1, 1, "UTF-16; save the file as UTF-8");
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  std::vector<Line> lines;
  for (std::size_t number = 1; !bytes.empty(); ++number) {
    const std::size_t end = bytes.find('\n');
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    check(line, number, path);
    line = trimmed(line);
    if (!line.empty() && line.front() != '#') lines.push_back({number, std::string(line)});
  }
  return lines;
}

std::string read_list(const std::filesystem::path& path) {
  std::string bytes = read_file(path, kLongestList);
  if (bytes.size() > kLongestList) throw too_long(path);
  return bytes;
}

}  // namespace hearken::text
