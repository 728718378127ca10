// /api/v1/folders: this computer's folders, for a person who chooses one to index.
#include <utility>

#include "core/paths.h"
#include "server/access/origin.h"
#include "server/http/errors.h"
#include "server/http/json.h"
#include "server/http/router.h"
#include "server/state/folders.h"

namespace hearken::server {
namespace {

// A count that is only begun and came to nothing says nothing.
json count_json(const SoundCount& sounds) { return sounds.complete || sounds.files > 0 ? json(sounds.files) : json(); }

json subfolder_json(const Subfolder& folder) {
  return {{"name", display(folder.path.filename())},
          {"path", display(folder.path)},
          {"sounds", count_json(folder.sounds)},
          {"complete", folder.sounds.complete},
          {"link", folder.link}};
}

Work list_folders(Worker& worker, Request& request) {
  if (const auto refused = refused_by_setup(request, worker.app.options)) throw HttpError(*refused);
  const json object = query_object(request, {"path"});
  Reader reader(object);
  const std::filesystem::path home = home_folder();
  const std::filesystem::path folder = reader.has("path") ? absolute_folder(reader.text("path", kMostPathBytes)) : home;
  reader.done();
  const FolderListing listing = list_folder(folder);
  json folders = json::array();
  for (const Subfolder& one : listing.folders) folders.push_back(subfolder_json(one));
  return Work::done(json_response({{"path", display(folder)},
                                   {"home", display(home)},
                                   {"sounds", count_json(listing.sounds)},
                                   {"complete", listing.sounds.complete},
                                   {"unnameable", listing.unnameable},
                                   {"folders", std::move(folders)}}));
}

// On the heavy lane: a disk that sleeps must not hold up what is quick.
constexpr Route kFolderRoutes[] = {
    needing(Part::library, {"GET", "/api/v1/folders", list_folders, Lane::heavy, Body::none, Right::admin})};

}  // namespace

std::span<const Route> folder_routes() { return kFolderRoutes; }

}  // namespace hearken::server
