// Files named by the Universal Category System, and their old names back.
#include <fcntl.h>

#include <cerrno>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "core/files/new_file.h"
#include "core/paths.h"
#include "hearken/error.h"
#include "hearken/tag.h"
#include "library/catalogue/renames.h"
#include "library/catalogue/tracks.h"
#include "library/indexing/crawl.h"
#include "library/library_impl.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;
using library::Transaction;

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

// The first of a track's tags that is a name of UCS.
std::map<std::int64_t, Tag> ucs_tags(const Library& library, const std::map<std::string, std::string>& codes) {
  std::map<std::int64_t, Tag> out;
  for (const TaggedTrack& track : tagged_tracks(library))
    for (const Tag& tag : track.tags)
      if (codes.contains(tag.label)) out.emplace(track.id, tag);
  return out;
}

// Names that files take, one after the other.
class Places {
 public:
  explicit Places(const Library& library) : tracks_(library) {}

  // Why the file cannot get its new name; a file that can is noted in `result`.
  void add(const Rename& rename, RenameResult& result) {
    if (!name_is_taken(rename.from)) {
      result.skipped.push_back({rename.from, ErrorCode::not_found, "is not there any more"});
    } else if (name_is_taken(rename.to) || is_known(rename) || !given_.insert(rename.to).second) {
      result.skipped.push_back(
          {rename.from, ErrorCode::mismatch, "'" + display(rename.to.filename()) + "' is there already"});
    } else {
      result.renamed.push_back(rename);
    }
  }

 private:
  // By a track whose file is not there at present.
  bool is_known(const Rename& rename) {
    const std::optional<Track> known = tracks_.at(rename.to);
    return known && known->id != rename.id;
  }

  library::Tracks tracks_;
  std::set<fs::path> given_;
};

// Moves the file and the catalogue's path together: the catalogue changes only when the file has moved.
void move_file(const Library& library, const Rename& rename) {
  Transaction transaction(impl_of(library).db(), Transaction::Kind::write);
  library::move_track(library, rename.id, rename.from, rename.to);
  if (::renameat2(AT_FDCWD, rename.from.c_str(), AT_FDCWD, rename.to.c_str(), RENAME_NOREPLACE) != 0) {
    const int why = errno;
    if (why != EEXIST && why != ENAMETOOLONG) throw os_error(rename.from, "rename", why);
    throw Error(ErrorCode::mismatch, display(rename.from) + ": cannot rename", std::generic_category().message(why));
  }
  sync_folder(rename.to.parent_path());
  try {
    transaction.commit();
  } catch (...) {
    ::renameat2(AT_FDCWD, rename.to.c_str(), AT_FDCWD, rename.from.c_str(), RENAME_NOREPLACE);
    throw;
  }
}

// Moves all of them. What is in the way of one, which becomes `skipped`, is not in the way of the others.
template <class Moved, class Kept>
void move_all(const Library& library, RenameResult& result, Moved&& moved, Kept&& kept) {
  for (const Rename& rename : std::exchange(result.renamed, {})) {
    try {
      move_file(library, rename);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::permission_denied && error.code() != ErrorCode::not_found &&
          error.code() != ErrorCode::mismatch)
        throw;
      result.skipped.push_back({rename.from, error.code(), error.cause().empty() ? error.what() : error.cause()});
      kept(rename);
      continue;
    }
    result.renamed.push_back(rename);
    moved(rename);
  }
}

// By size and time, as `index` does; where these differ, by its bytes.
bool is_same_file(const library::RenameRecord& file) {
  const library::FileState known{file.track.size, file.track.mtime_ns, 0};
  if (file.content == file.track.content && library::stat_file(file.to).same_content_as(known)) return true;
  return hash_file(file.to) == file.content;
}

}  // namespace

RenameResult rename_by_ucs(const Library& library, double least_likelihood, bool dry_run) {
  if (!(least_likelihood >= 0 && least_likelihood <= 1))
    throw Error(ErrorCode::invalid_argument, "a likelihood is from 0 to 1");
  const std::map<std::string, std::string> codes = ucs_codes();
  std::set<std::string> known;
  for (const auto& [label, code] : codes) known.insert(code);
  const std::map<std::int64_t, Tag> tags = ucs_tags(library, codes);
  RenameResult out;
  Places places(library);
  library::for_each_track(library, false, [&](const Track& track) {
    const std::int64_t id = track.id;
    const fs::path& path = track.path;
    const auto tag = tags.find(id);
    if (tag == tags.end()) {
      out.left.push_back({id, path, {}, 0});
    } else if (tag->second.likelihood < least_likelihood) {
      out.left.push_back({id, path, tag->second.label, tag->second.likelihood});
    } else {
      const Rename rename{id, path, path.parent_path() / ucs_name(path, codes.at(tag->second.label), known)};
      if (rename.to != rename.from) places.add(rename, out);
    }
  });
  if (dry_run || out.renamed.empty()) return out;

  // Recorded before the first file moves, so that a run that is cut short can be taken back.
  Transaction transaction(impl_of(library).db(), Transaction::Kind::write);
  const std::int64_t run = library::next_rename_run(library);
  for (const Rename& rename : out.renamed) library::record_rename(library, run, rename.id, rename.from, rename.to);
  transaction.commit();
  const auto forget = [&](const Rename& kept) { library::forget_rename(library, run, kept.id); };
  move_all(library, out, [](const Rename&) {}, forget);
  return out;
}

RenameResult undo_rename(const Library& library, bool dry_run) {
  RenameResult out;
  for (const std::int64_t run : library::rename_runs(library)) {
    const auto forget = [&](const Rename& back) { library::forget_rename(library, run, back.id); };
    Places places(library);
    for (const library::RenameRecord& file : library::renames_of_run(library, run)) {
      const fs::path &now = file.to, &old = file.from;
      const fs::path& known_as = file.track.path;
      const Rename back{file.track.id, now, old};
      if (known_as == old && !name_is_taken(now)) {  // cut short before it moved
        if (!dry_run) forget(back);
        continue;
      }
      try {
        if (known_as != now && known_as != old)
          throw Error(ErrorCode::mismatch, "", "the library has it as '" + display(known_as) + "' now");
        if (name_is_taken(now) && !is_same_file(file))
          throw Error(ErrorCode::mismatch, "", "is another file than was renamed");
        places.add(back, out);
      } catch (const Error& error) {
        if (error.code() == ErrorCode::internal) throw;
        out.skipped.push_back({now, error.code(), error.cause().empty() ? error.what() : error.cause()});
      }
    }
    if (!dry_run) move_all(library, out, forget, [](const Rename&) {});
    if (!out.renamed.empty()) break;
  }
  return out;
}

}  // namespace hearken
