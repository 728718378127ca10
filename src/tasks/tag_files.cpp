// Tags outside the catalogue: UCS file names, and JSON files beside the sounds.
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "core/new_file.h"
#include "core/paths.h"
#include "hearken/error.h"
#include "hearken/tag.h"
#include "library/library_impl.h"
#include "library/sqlite.h"
#include "text/lines.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSidecarMark = "hearken tag";

bool there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

// "AERODoor" of UCS's "AIRCRAFT-DOOR", by label.
std::map<std::string, std::string> ucs_codes() {
  std::map<std::string, std::string> out;
  for (const Label& label : label_set("ucs").labels)
    if (!label.code.empty()) out.emplace(label.name, label.code);
  return out;
}

// "AEROHeli_two choppers.wav" of "two_choppers.wav", also of "AEROJet_two choppers.wav".
std::string ucs_name(const fs::path& file, const std::string& code, const std::set<std::string>& codes) {
  std::string stem = file.stem().string();
  const std::size_t gap = stem.find('_');
  if (gap != std::string::npos && codes.contains(stem.substr(0, gap))) {
    stem.erase(0, gap + 1);  // what follows is spelt as UCS wants it
  } else {
    for (char& c : stem)
      if (c == '_') c = ' ';
  }
  return code + "_" + stem + file.extension().string();
}

// Moves the file and the catalogue's path together: the catalogue changes only when the file has moved.
void move(library::Database& db, const Rename& rename) {
  library::Transaction transaction(db, library::Transaction::Kind::write);
  library::Statement(db, "UPDATE tracks SET path = ?2 WHERE id = ?1").run(rename.id, rename.to);
  library::Statement(db, "UPDATE OR IGNORE sources SET path = ?2 WHERE path = ?1").run(rename.from, rename.to);
  if (::renameat2(AT_FDCWD, rename.from.c_str(), AT_FDCWD, rename.to.c_str(), RENAME_NOREPLACE) != 0)
    throw os_error(rename.from, "rename", errno);
  try {
    transaction.commit();
  } catch (...) {
    ::renameat2(AT_FDCWD, rename.to.c_str(), AT_FDCWD, rename.from.c_str(), RENAME_NOREPLACE);
    throw;
  }
}

nlohmann::json sidecar(const TaggedTrack& track) {
  auto tags = nlohmann::json::array();
  for (const Tag& tag : track.tags) {
    tags.push_back({{"label", tag.label}, {"by", tag.by_person ? "person" : "machine"}});
    if (tag.label_set.empty()) continue;
    tags.back().update({{"labels", tag.label_set}, {"score", tag.score}, {"probability", tag.probability}});
  }
  return {{"written_by", kSidecarMark}, {"file", display(track.path.filename())}, {"tags", std::move(tags)}};
}

// Whether the file is one that write_sidecars() wrote.
bool own_sidecar(const fs::path& path) {
  const auto document = nlohmann::json::parse(text::read_list(path), nullptr, false);
  return document.is_object() && document.value("written_by", nlohmann::json()) == kSidecarMark;
}

}  // namespace

RenameResult rename_by_ucs(const Library& library, bool dry_run) {
  const std::map<std::string, std::string> codes = ucs_codes();
  std::set<std::string> known;
  for (const auto& [label, code] : codes) known.insert(code);
  RenameResult out;
  std::set<fs::path> taken;
  for (const TaggedTrack& track : tagged_tracks(library)) {
    const auto skip = [&](ErrorCode code, const std::string& reason) {
      out.skipped.push_back({track.path, code, reason});
    };
    const std::string* code = nullptr;
    for (const Tag& tag : track.tags)
      if (const auto found = codes.find(tag.label); code == nullptr && found != codes.end()) code = &found->second;
    if (code == nullptr) continue;
    const Rename rename{track.id, track.path, track.path.parent_path() / ucs_name(track.path, *code, known)};
    if (rename.to == rename.from) continue;
    if (!there(rename.from)) {
      skip(ErrorCode::not_found, "is not there any more");
    } else if (there(rename.to) || !taken.insert(rename.to).second) {
      skip(ErrorCode::mismatch, "'" + display(rename.to.filename()) + "' is there already");
    } else {
      try {
        if (!dry_run) move(library.impl().db(), rename);
        out.renamed.push_back(rename);
      } catch (const Error& error) {
        if (error.code() != ErrorCode::permission_denied && error.code() != ErrorCode::not_found) throw;
        skip(error.code(), error.cause().empty() ? error.what() : error.cause());
      }
    }
  }
  return out;
}

SidecarResult write_sidecars(const Library& library, bool dry_run) {
  SidecarResult out;
  for (const TaggedTrack& track : tagged_tracks(library)) {
    const fs::path place = track.path.string() + ".tags.json";
    try {
      if (!there(track.path)) throw Error(ErrorCode::not_found, "its sound is not there any more");
      if (there(place) && !own_sidecar(place))
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
