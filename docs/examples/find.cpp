// Index a folder and find sounds in it by a description, with the public library:
//   find LIBRARY FOLDER TEXT        such as: find sounds.db samples "a dog barking"
#include <cstdio>
#include <filesystem>
#include <span>
#include <string>

#include "hearken/hearken.h"

int main(int argc, char** argv) try {
  if (argc != 4) {
    std::fprintf(stderr, "usage: find LIBRARY FOLDER TEXT\n");
    return 2;
  }
  const std::filesystem::path folder = argv[2];

  const hearken::Model model = hearken::Model::load("starter");
  hearken::Library library = hearken::Library::open(argv[1], hearken::OpenMode::create);

  hearken::IndexOptions options;
  options.progress = [](const hearken::IndexProgress& progress) {
    std::fprintf(stderr, "\r%lld of %lld files", static_cast<long long>(progress.files_done),
                 static_cast<long long>(progress.files_total));
  };
  const hearken::IndexReport report = hearken::index(library, model, std::span(&folder, 1), options);
  std::fprintf(stderr, "\n");
  for (const hearken::FileNote& note : report.skipped) {
    std::fprintf(stderr, "skipped %s: %s\n", note.path.c_str(), note.reason.c_str());
  }

  hearken::FindOptions five;
  five.k = 5;
  for (const hearken::FindHit& hit : hearken::find(library, model, argv[3], five).hits) {
    std::printf("%+.3f %-8s %s, best at %.1f s\n", hit.score, std::string(hearken::to_string(hit.level)).c_str(),
                hit.path.c_str(), hit.start_seconds);
  }
  return 0;
} catch (const hearken::Error& error) {
  std::fprintf(stderr, "find: %s\n", error.what());
  return 1;
}
