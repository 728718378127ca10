// Writing the card, and reading what other cards say.
#include "model/making/model_card.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <system_error>

#include "core/paths.h"

namespace hearken::model {
namespace {

namespace fs = std::filesystem;

// The first line of README.md that begins so, without that beginning; of the file's first 64 KiB.
std::string line_after(const fs::path& directory, std::string_view beginning) {
  std::string head(1U << 16, '\0');
  std::ifstream in(directory / "README.md", std::ios::binary);
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  std::istringstream lines(head.substr(0, static_cast<std::size_t>(in.gcount())));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(beginning)) return display(line.substr(beginning.size()));
  return {};
}

std::vector<fs::path> licences_in(const fs::path& directory) {
  std::error_code error;
  if (!fs::is_directory(directory, error)) return {};
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (!entry.is_regular_file(error)) continue;
    const std::string name = entry.path().filename();
    if (name.starts_with("LICENSE") || name.starts_with("NOTICE") || name.starts_with("COPYING"))
      out.push_back(entry.path());
  }
  if (error) throw os_error(directory, "read the directory", error.value());
  std::sort(out.begin(), out.end());
  return out;
}

std::string licence_words(const CardSource& source, const std::vector<std::string>& files) {
  const std::string said = line_after(source.path, "license:");
  std::string words = fmt::format("- {}: ", source.name);
  words += files.empty() ? "no licence file came with it" : fmt::format("`{}`", fmt::join(files, "`, `"));
  if (!said.empty()) words += fmt::format("; its README.md says \"license:{}\"", said);
  return words + ".\n";
}

}  // namespace

void add_card(ModelDirectory& out, const std::string& title, std::span<const CardSource> sources,
              const std::string& command, std::span<const std::string> facts) {
  std::set<std::string> names;
  std::string licences, from;
  for (const CardSource& source : sources) {
    std::vector<std::string> copied;
    for (const fs::path& file : licences_in(source.path)) {
      std::string name = file.filename();
      while (!names.insert(name).second) name += "-2";  // the other source has one of that name
      out.add_copy(file, name);
      copied.push_back(std::move(name));
    }
    licences += licence_words(source, copied);
    from += (from.empty() ? "" : " and ") + source.name;
  }
  std::string text = fmt::format("# {}\n\nMade from {} by Hearken:\n\n    {}\n", title, from, command);
  if (!facts.empty()) text += "\n";
  for (const std::string& fact : facts) text += fmt::format("- {}\n", fact);
  text += "\n## Licences of what it was made from\n\n" + licences;
  out.add_text("README.md", text);
}

std::string card_title(const fs::path& directory) { return line_after(directory, "# "); }

}  // namespace hearken::model
