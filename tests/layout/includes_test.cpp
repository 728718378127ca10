// The rooms of src/ look down only, and the public headers carry nothing but the standard library (see DESIGN's table).
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

// The floor each room is on. A room may include rooms of lower floors and itself.
const std::map<std::string, int, std::less<>> kFloors = {
    {"core", 0},                                   //
    {"audio", 1},   {"nn", 1},     {"text", 1},    //
    {"model", 2},                                  //
    {"library", 3}, {"data", 3},                   //
    {"search", 4},                                 //
    {"eval", 5},    {"tasks", 5},                  //
    {"train", 6},   {"remote", 6}, {"report", 6},  // train is validated with eval's figures
    {"server", 7},                                 //
    {"cli", 8},                                    //
};

// The room that implements a public header; including the header is looking at that room.
const std::map<std::string, std::string, std::less<>> kPublicHeaders = {
    {"hearken/run.h", "core"},          {"hearken/error.h", "core"},        {"hearken/version.h", "core"},
    {"hearken/bench.h", "model"},       {"hearken/hub.h", "model"},         {"hearken/model.h", "model"},
    {"hearken/model_tools.h", "model"}, {"hearken/dataset.h", "data"},      {"hearken/labels.h", "data"},
    {"hearken/index.h", "library"},     {"hearken/catalogue.h", "library"}, {"hearken/library.h", "library"},
    {"hearken/find.h", "search"},       {"hearken/like.h", "search"},       {"hearken/match.h", "search"},
    {"hearken/rate.h", "search"},       {"hearken/score.h", "search"},      {"hearken/similar.h", "search"},
    {"hearken/caption.h", "tasks"},     {"hearken/classify.h", "tasks"},    {"hearken/clean.h", "tasks"},
    {"hearken/cluster.h", "tasks"},     {"hearken/dedupe.h", "tasks"},      {"hearken/events.h", "tasks"},
    {"hearken/exchange.h", "tasks"},    {"hearken/filter.h", "tasks"},      {"hearken/playlist.h", "tasks"},
    {"hearken/tag.h", "tasks"},         {"hearken/stream.h", "tasks"},      {"hearken/compare.h", "eval"},
    {"hearken/eval.h", "eval"},         {"hearken/map.h", "eval"},          {"hearken/train.h", "train"},
    {"hearken/remote.h", "remote"},     {"hearken/hearken.h", "cli"},       {"hearken/check.h", "library"},
};

std::string first_part(std::string_view path) { return std::string(path.substr(0, path.find('/'))); }

// What is wrong with one file: one line per offence. `path` is relative to the clone, such as "src/nn/tower.h".
std::vector<std::string> offences(const std::string& path, const std::string& text) {
  const bool is_public = path.starts_with("include/");
  std::string room;  // of this file
  if (is_public) {
    const auto header = kPublicHeaders.find(path.substr(std::string_view("include/").size()));
    if (header == kPublicHeaders.end()) return {path + ": a public header that kPublicHeaders does not name"};
    room = header->second;
  } else {
    room = first_part(std::string_view(path).substr(std::string_view("src/").size()));
    if (!kFloors.contains(room)) return {path + ": a room that kFloors does not name"};
  }

  std::vector<std::string> found;
  static const std::regex include(R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"])re");
  static const std::regex condition(R"re(^\s*#\s*(if|ifdef|ifndef|elif|define)\b)re");
  static const std::regex standard_header("[a-z0-9_]+");
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const auto say = [&](const std::string& what) {
      found.push_back(path + ":" + std::to_string(number) + ": " + what);
    };
    if (is_public && std::regex_search(line, condition)) say("preprocessor logic in a public header");
    std::smatch match;
    if (!std::regex_search(line, match, include)) continue;
    const std::string target = match[2];
    if (match[1] == "<") {
      if (is_public && !std::regex_match(target, standard_header)) say("third-party header " + target);
      continue;
    }
    std::string looked_at;
    if (target.starts_with("hearken/")) {
      const auto header = kPublicHeaders.find(target);
      if (header == kPublicHeaders.end()) {
        say("public header " + target + " that kPublicHeaders does not name");
        continue;
      }
      looked_at = header->second;
    } else {
      looked_at = first_part(target);
    }
    if (looked_at == room) {
      // The executors of nn are for choosing between, so they do not know each other.
      const bool cpu_to_torch = path.starts_with("src/nn/cpu/") && target.starts_with("nn/torch/");
      const bool torch_to_cpu = path.starts_with("src/nn/torch/") && target.starts_with("nn/cpu/");
      if (cpu_to_torch || torch_to_cpu) say("one executor looks at the other: " + target);
      continue;
    }
    const auto floor = kFloors.find(looked_at);
    if (floor == kFloors.end()) {
      say("\"" + target + "\" is in no room; write it from src/ on");
    } else if (floor->second >= kFloors.at(room)) {
      say(room + " must not look at " + looked_at + " (" + target + ")");
    }
  }
  return found;
}

std::string lines_of_source(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(Includes, OfTheSourcesLookDown) {
  const fs::path root = HEARKEN_SOURCE_DIR;
  int files = 0;
  for (const char* tree : {"src", "include"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / tree)) {
      if (entry.path().extension() != ".h" && entry.path().extension() != ".cpp") continue;
      ++files;
      for (const auto& offence :
           offences(fs::relative(entry.path(), root).generic_string(), lines_of_source(entry.path()))) {
        ADD_FAILURE() << offence;
      }
    }
  }
  EXPECT_GT(files, 20);  // else this looked in the wrong place
}

TEST(Includes, EverythingPublicIsInOneHeader) {
  const fs::path headers = HEARKEN_SOURCE_DIR "/include/hearken";
  const std::string whole = lines_of_source(headers / "hearken.h");
  for (const auto& entry : fs::directory_iterator(headers)) {
    const std::string name = entry.path().filename().string();
    if (name == "hearken.h") continue;
    EXPECT_NE(whole.find("#include \"hearken/" + name + "\"\n"), std::string::npos) << "hearken.h omits " << name;
  }
}

TEST(Includes, FoldersAreSmallAndInTheArchitecture) {
  const fs::path root = HEARKEN_SOURCE_DIR;
  const std::string page = lines_of_source(root / "docs/ARCHITECTURE.md");
  const auto few = [](const fs::path& folder) {
    int files = 0;
    for (const auto& entry : fs::directory_iterator(folder))
      files += entry.is_regular_file() && entry.path().stem().string().find("_test") == std::string::npos;
    EXPECT_LE(files, 25) << folder;
  };
  for (const auto& room : fs::directory_iterator(root / "src")) {
    few(room);
    std::smatch row;
    const std::regex named("\n\\| `" + room.path().filename().string() + "` \\|([^\n]*)");
    const std::string wings = std::regex_search(page, row, named) ? row[1].str() : "";
    for (const auto& wing : fs::directory_iterator(room)) {
      if (!wing.is_directory()) continue;
      few(wing);
      EXPECT_NE(wings.find("`" + wing.path().filename().string() + "`"), std::string::npos)
          << wing << ": not in docs/ARCHITECTURE.md";
    }
  }
}

using Lines = std::vector<std::string>;

TEST(Includes, DownwardAndOwnRoomAreFine) {
  EXPECT_EQ(offences("src/model/towers/ced.h",
                     "#include <vector>\n#include \"nn/cpu/linear.h\"\n#include \"model/names.h\"\n"),
            Lines{});
  EXPECT_EQ(offences("src/core/error.cpp", "#include <fmt/core.h>\n#include \"hearken/error.h\"\n"), Lines{});
  EXPECT_EQ(offences("include/hearken/find.h", "#pragma once\n#include <string>\n#include \"hearken/model.h\"\n"),
            Lines{});
}

TEST(Includes, UpwardLookIsFound) {
  EXPECT_EQ(offences("src/nn/tower.h", "// one\n  #  include \"model/model.h\"\n"),
            Lines{"src/nn/tower.h:2: nn must not look at model (model/model.h)"});
  EXPECT_EQ(offences("src/audio/decode/decode.cpp", "#include \"hearken/index.h\"\n"),
            Lines{"src/audio/decode/decode.cpp:1: audio must not look at library (hearken/index.h)"});
  EXPECT_EQ(offences("include/hearken/error.h", "#include \"hearken/library.h\"\n"),
            Lines{"include/hearken/error.h:1: core must not look at library (hearken/library.h)"});
}

TEST(Includes, SidewardLookIsFound) {
  EXPECT_EQ(offences("src/audio/mel/mel.cpp", "#include \"text/tokenizer/wordpiece.h\"\n"),
            Lines{"src/audio/mel/mel.cpp:1: audio must not look at text (text/tokenizer/wordpiece.h)"});
  EXPECT_EQ(offences("src/nn/cpu/linear.cpp", "#include \"nn/torch/linear.h\"\n"),
            Lines{"src/nn/cpu/linear.cpp:1: one executor looks at the other: nn/torch/linear.h"});
}

TEST(Includes, StrangersAreFound) {
  EXPECT_EQ(offences("src/garage/car.cpp", ""), Lines{"src/garage/car.cpp: a room that kFloors does not name"});
  EXPECT_EQ(offences("include/hearken/car.h", ""),
            Lines{"include/hearken/car.h: a public header that kPublicHeaders does not name"});
  EXPECT_EQ(offences("src/nn/tower.cpp", "#include \"tower.h\"\n"),
            Lines{"src/nn/tower.cpp:1: \"tower.h\" is in no room; write it from src/ on"});
}

TEST(Includes, PublicHeadersAreTheStandardLibraryOnly) {
  EXPECT_EQ(
      offences("include/hearken/model.h", "#include <sqlite3.h>\n#ifdef __linux__\n#endif\n#include <fmt/core.h>\n"),
      (Lines{"include/hearken/model.h:1: third-party header sqlite3.h",
             "include/hearken/model.h:2: preprocessor logic in a public header",
             "include/hearken/model.h:4: third-party header fmt/core.h"}));
}

}  // namespace
