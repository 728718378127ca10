// Rows of `fingerprints`, some hundred at a time.
#include "library/catalogue/fingerprints.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "audio/measure/fingerprint.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "library/digests.h"
#include "library/library_impl.h"

namespace hearken::library {
namespace {

struct Row {
  std::int64_t id = 0;
  std::string path;
  std::vector<std::byte> data;
  std::optional<std::int64_t> digest;
};

// Of a program that makes others, and not yet made again.
bool is_of_this_version(Bytes data) {
  return data.empty() || std::to_integer<int>(data.front()) == audio::kFingerprintVersion;
}

std::string named(const Library& library, std::int64_t id, const std::filesystem::path& path) {
  return fmt::format("{}: track id:{} ({})", display(library.path()), id, display(path));
}

void check(Bytes data, const std::optional<std::int64_t>& digest, const std::string& name) {
  if (!digest || *digest == digest_of(data)) return;
  throw Error(ErrorCode::corrupt, name + ": its fingerprint is damaged; hearken check --repair");
}

}  // namespace

std::int64_t for_each_fingerprint(const Library& library, const std::function<void(const TrackLandmarks&)>& each) {
  constexpr std::size_t kRows = 256;
  Statement rows(impl_of(library).db(),
                 "SELECT t.id, t.path, f.data, f.digest FROM tracks t LEFT JOIN fingerprints f ON f.track_id = t.id "
                 "WHERE t.missing = 0 ORDER BY t.id");
  std::int64_t without = 0;
  std::vector<Row> batch;
  const auto work = [&] {
    parallel_for(batch.size(), [&](std::size_t i) {
      const Row& row = batch[i];
      const std::string name = named(library, row.id, row.path);
      check(row.data, row.digest, name);
      each({row.id, audio::unpack(row.data, name)});
    });
    batch.clear();
  };
  for (rows.bind(); rows.step();) {
    const Bytes data = rows.bytes(2);
    if (rows.null(2) || !is_of_this_version(data)) {
      ++without;
      continue;
    }
    batch.push_back({rows.integer(0), rows.path(1).native(), {data.begin(), data.end()}, digest_in(rows, 3)});
    if (batch.size() == kRows) work();
  }
  work();
  return without;
}

std::optional<audio::Landmarks> fingerprint_of(const Library& library, std::int64_t id) {
  Statement row(
      impl_of(library).db(),
      "SELECT t.path, f.data, f.digest FROM tracks t JOIN fingerprints f ON f.track_id = t.id WHERE t.id = ?");
  row.bind(id);
  if (!row.step() || !is_of_this_version(row.bytes(1))) return std::nullopt;
  const std::string name = named(library, id, row.path(0));
  check(row.bytes(1), digest_in(row, 2), name);
  return audio::unpack(row.bytes(1), name);
}

}  // namespace hearken::library
