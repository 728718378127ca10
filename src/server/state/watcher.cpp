// Which folders there are is asked before each look: sources come with jobs.
#include "server/state/watcher.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "library/watching/watch.h"

namespace hearken::server {
namespace {

std::vector<std::filesystem::path> folders_of(const App& app) {
  std::vector<std::filesystem::path> folders = app.catalog.connect().info().sources;
  for (const std::filesystem::path& root : app.options.roots)
    if (std::ranges::find(folders, root) == folders.end()) folders.push_back(root);
  return folders;
}

}  // namespace

Watcher::Watcher(App& app) : app_(app) {
  if (app.options.watch) thread_ = std::thread([this] { watch(); });
}

Watcher::~Watcher() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

void Watcher::watch() {
  const library::WatchOptions options{app_.options.quiet, &stop_, app_.options.say};
  try {
    library::watch([this] { return folders_of(app_); }, options,
                   [this] { app_.jobs.look_at(folders_of(app_), app_.options.roots.empty()); });
  } catch (const std::exception& error) {
    app_.options.say(std::string("folders are not watched any more: ") + error.what());
  }
}

}  // namespace hearken::server
