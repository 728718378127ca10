// Tags outside the catalogue, in JSON files beside the sounds.
#include <nlohmann/json.hpp>
#include <utility>

#include "core/files/new_file.h"
#include "core/paths.h"
#include "hearken/error.h"
#include "hearken/tag.h"
#include "text/lines.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSidecarMark = "hearken tag";

nlohmann::json sidecar(const TaggedTrack& track) {
  auto tags = nlohmann::json::array();
  for (const Tag& tag : track.tags) {
    tags.push_back({{"label", tag.label}, {"by", tag.by_person ? "person" : "machine"}});
    if (tag.label_set.empty()) continue;
    tags.back().update({{"labels", tag.label_set},
                        {"score", tag.score},
                        {"probability", tag.probability},
                        {"likelihood", tag.likelihood}});
  }
  return {{"written_by", kSidecarMark}, {"file", display(track.path.filename())}, {"tags", std::move(tags)}};
}

// Whether the file is one that write_sidecars() wrote.
bool own_sidecar(const fs::path& path) {
  const auto document = nlohmann::json::parse(text::read_list(path), nullptr, false);
  return document.is_object() && document.value("written_by", nlohmann::json()) == kSidecarMark;
}

}  // namespace

SidecarResult write_sidecars(const Library& library, bool dry_run) {
  SidecarResult out;
  for (const TaggedTrack& track : tagged_tracks(library)) {
    const fs::path place = track.path.string() + ".tags.json";
    try {
      if (!name_is_taken(track.path)) throw Error(ErrorCode::not_found, "its sound is not there any more");
      if (name_is_taken(place) && !own_sidecar(place))
        throw Error(ErrorCode::mismatch, "a file of that name is there that hearken did not write");
      if (!dry_run) {
        NewFile file(place);
        file.write(sidecar(track).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
        file.finish();
        file.appear();
      }
      out.written.push_back(place);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::internal) throw;
      out.skipped.push_back({place, error.code(), error.cause().empty() ? error.what() : error.cause()});
    }
  }
  return out;
}

}  // namespace hearken
