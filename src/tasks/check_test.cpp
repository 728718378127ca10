// A library in which one byte is changed: check finds it, and no search answers from it.
#include "hearken/check.h"

#include <algorithm>
#include <random>
#include <set>

#include "core/environment.h"
#include "core/testing/temp_folder.h"
#include "library/digests.h"
#include "search/search_fixture.h"

namespace hearken::search {
namespace {

namespace fs = std::filesystem;

// Where a SQLite file (https://sqlite.org/fileformat2.html, 1.6) holds values: cells of leaves and of indices, and what
// overflows from them. Left out: the header, free space, and keys inside a table's tree, which only lead the way.
class UsedBytes {
 public:
  explicit UsedBytes(const std::string& file) : file_(file), page_(number(16, 2) == 1 ? 65536 : number(16, 2)) {}

  std::vector<std::size_t> all() {
    walk(1);
    return std::move(out_);
  }

 private:
  std::size_t number(std::size_t at, std::size_t bytes) const {
    std::size_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | static_cast<unsigned char>(file_[at + i]);
    return value;
  }
  std::size_t varint(std::size_t& at) const {
    std::size_t value = 0;
    for (int i = 0; i < 8; ++i) {
      const auto byte = static_cast<unsigned char>(file_[at++]);
      value = value << 7 | (byte & 0x7FU);
      if (byte < 0x80) return value;
    }
    return value << 8 | static_cast<unsigned char>(file_[at++]);
  }
  void take(std::size_t from, std::size_t to) {
    for (; from < to; ++from) out_.push_back(from);
  }

  void walk(std::size_t page) {
    const std::size_t begin = (page - 1) * page_, at = begin + (page == 1 ? 100 : 0), kind = number(at, 1);
    const bool leaf = kind >= 10, table = kind == 5 || kind == 13;
    for (std::size_t i = 0; i < number(at + 3, 2); ++i)
      cell(begin, begin + number(at + (leaf ? 8 : 12) + 2 * i, 2), leaf, table, page == 1);
    if (!leaf) walk(number(at + 8, 4));
  }

  void cell(std::size_t, std::size_t at, bool leaf, bool table, bool schema) {
    const std::size_t from = at;
    if (!leaf) walk(number(at, 4)), at += 4;
    if (!leaf && table) return;
    const std::size_t size = varint(at);
    if (table) varint(at);
    const std::size_t most = table ? page_ - 35 : (page_ - 12) * 64 / 255 - 23;
    const std::size_t least = (page_ - 12) * 32 / 255 - 23, fitting = least + (size - least) % (page_ - 4);
    const std::size_t local = size <= most ? size : fitting <= most ? fitting : least;
    take(from, at);
    // A row's number stands before its record; in the record it has a type, which nobody reads.
    std::size_t header = at;
    varint(header);
    for (std::size_t i = at; i < at + local; ++i)
      if (!(table && i == header && file_[i] == 0)) out_.push_back(i);
    if (schema) roots(at);
    if (local < size) overflow(number(at + local, 4), size - local);
  }

  void overflow(std::size_t page, std::size_t left) {
    while (left > 0) {
      const std::size_t begin = (page - 1) * page_, here = std::min(left, page_ - 4);
      take(begin + 4, begin + 4 + here);
      left -= here;
      page = number(begin, 4);
    }
  }

  // A row of sqlite_master: type, name, tbl_name, rootpage, sql.
  void roots(std::size_t at) {
    const std::size_t header = at;
    std::size_t end = header + varint(at), body = end;
    for (int column = 0; column < 3; ++column) body += (varint(at) - 13) / 2;
    const std::size_t kind = varint(at);
    if (kind >= 1 && kind <= 4 && number(body, kind) != 0) walk(number(body, kind));
  }

  const std::string& file_;
  std::size_t page_;
  std::vector<std::size_t> out_;
};

class CheckTest : public SearchTest {
 protected:
  void fill() {
    std::mt19937 random(1);
    for (int t = 0; t < 12; ++t) {
      std::vector<Vector> windows;
      for (int w = 0; w < (t == 5 ? 1500 : 3 + t); ++w) windows.push_back(unit_vector(16, random));
      add(windows);
    }
    db().execute(
        "INSERT INTO fingerprints SELECT id, randomblob(40), NULL FROM tracks;"
        "INSERT INTO features SELECT id, -9.5, 120.25, 'A minor', 950 FROM tracks;"
        "INSERT INTO stages SELECT id, 'features', 1, 1700000000 FROM tracks;"
        "INSERT INTO ratings SELECT id, 'rain', 1, 1700000000 FROM tracks;"
        "INSERT INTO tags SELECT id, 'dog', 'esc50', 'm', 0.25, 0.9, 0, 0.95 FROM tracks;"
        "INSERT INTO playlists VALUES (1, 'Evening', 1700000000, 1700000001, 'phone');"
        "INSERT INTO playlist_tracks SELECT 1, id, id FROM tracks;"
        "INSERT INTO sources VALUES (1, CAST('/m' AS BLOB), 1700000000);"
        "INSERT INTO silence SELECT id, 1 FROM embeddings;"
        "INSERT INTO window_flags SELECT id, zeroblob(window_count) FROM embeddings;"
        "INSERT INTO renames SELECT 1, id, path, path, content_hash FROM tracks");
    library::Transaction transaction(db(), library::Transaction::Kind::write);
    library::digest_all(db());
    transaction.commit();
    db().execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }
};

// Of all windows and means, or of the best `k` only.
std::set<double> scores(const Library& library, const Vector& query, std::size_t k) {
  std::set<double> out;
  const ExactScan engine(library, spaces(library).at(0));
  const auto windows = engine.nearest_windows(query, k);
  for (const WindowHit& hit : windows.at(0)) out.insert(hit.score);
  const TrackHits tracks = engine.best_tracks(query, k, TrackRank::mean);
  for (const TrackHit& hit : tracks.best) out.insert(hit.score);
  return out;
}

// HEARKEN_SEED draws other bytes.
TEST_F(CheckTest, AThousandChangedBytesAreFoundAndNeverAnsweredFrom) {
  fill();
  ASSERT_TRUE(check(library).damaged.empty()) << check(library).damaged[0].place << check(library).damaged[0].reason;
  const std::string sound = library::read_text(library.path());
  const std::string seed = environment("HEARKEN_SEED");
  std::mt19937 random(seed.empty() ? 26U : static_cast<std::uint32_t>(std::stoul(seed)));
  const Vector query = unit_vector(16, random);
  const std::set<double> right = scores(library, query, 1U << 20U);
  const std::vector<std::size_t> used = UsedBytes(sound).all();
  ASSERT_GT(used.size(), 60'000U);
  const TempFolder other;
  int refused = 0, silent = 0;
  for (int flip = 0; flip < 1000; ++flip) {
    std::string damaged = sound;
    // Most bytes are vectors: every second change is among the rest, which is in front.
    const std::size_t at = used[random() % (flip % 2 == 0 ? used.size() : used.size() / 8)];
    const char by = static_cast<char>(1 + random() % 255);
    damaged[at] = static_cast<char>(damaged[at] ^ by);
    SCOPED_TRACE(testing::Message() << "byte " << at << ", page " << at / 16384 + 1 << " of kind "
                                    << static_cast<int>(sound[at / 16384 * 16384]) << ", xor " << int(by));
    const fs::path path = other / "l.db";
    library::write_text(path, damaged);
    bool found = false;
    try {
      const Library opened = Library::open(path, OpenMode::read);
      found = !check(opened).damaged.empty();
      // Not from damaged vectors: whatever is found has the score of a vector that was stored.
      const std::set<double> answered = scores(opened, query, 40);
      if (!std::ranges::includes(right, answered)) ++silent;
    } catch (const Error& e) {
      ++refused;
      found = found || e.code() == ErrorCode::corrupt || e.code() == ErrorCode::mismatch;
    }
    EXPECT_TRUE(found);
    for (const char* suffix : {"-wal", "-shm"}) fs::remove(path.native() + suffix);
  }
  EXPECT_GT(refused, 200);
  EXPECT_EQ(silent, 0);
}

// A new column belongs into its table's copy (library/schema.cpp), or what reads it compares a digest.
TEST_F(CheckTest, EveryColumnHasADigestOrACopy) {
  const std::set<std::string> with_digests = {"embeddings.mean",   "windows.starts",      "windows.vectors",
                                              "fingerprints.data", "fingerprints.digest", "window_digests.digests"};
  library::Statement rows(
      db(),
      "SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND "
      "m.name NOT LIKE 'sqlite%' AND NOT (c.pk > 0 AND c.type = 'INTEGER') AND NOT EXISTS (SELECT 1 FROM "
      "pragma_index_list(m.name) i JOIN pragma_index_xinfo(i.name) x WHERE x.name = c.name)");
  std::set<std::string> without;
  while (rows.step()) without.insert(rows.text(0));
  EXPECT_EQ(without, with_digests);
}

TEST_F(CheckTest, RepairTakesOutWhatIsDamagedAndNothingElse) {
  fill();
  db().execute(
      "UPDATE windows SET vectors = CAST(x'0000' || substr(vectors, 3) AS BLOB) WHERE embedding_id = 2;"
      "UPDATE tracks SET duration_seconds = -1 WHERE id = 3;"
      "UPDATE fingerprints SET data = x'00' WHERE track_id = 4;"
      "UPDATE ratings SET rating = 7 WHERE track_id = 5");
  const CheckReport found = check(library);
  std::set<std::pair<std::string, std::int64_t>> places;
  for (const Damage& damage : found.damaged) places.emplace(damage.place, damage.track);
  EXPECT_EQ(places, (std::set<std::pair<std::string, std::int64_t>>{
                        {"windows", 2}, {"tracks", 3}, {"fingerprints", 4}, {"ratings", 5}}));
  EXPECT_THROW(ExactScan(library, space()), Error);
  const RepairReport repaired = repair(library, found);
  EXPECT_TRUE(repaired.to_index.empty());  // no such files
  EXPECT_EQ(repaired.lost.size(), 4U);
  EXPECT_EQ(db().integer("SELECT count(*) FROM tracks"), 12);
  EXPECT_EQ(db().integer("SELECT count(*) FROM ratings"), 12);
  EXPECT_EQ(db().integer("SELECT count(*) FROM embeddings"), 10);
  EXPECT_EQ(db().integer("SELECT count(*) FROM fingerprints"), 10);
  std::mt19937 random(2);
  const std::vector<std::vector<WindowHit>> hits =
      ExactScan(library, space()).nearest_windows(unit_vector(16, random), 5000);
  EXPECT_EQ(hits.at(0).size(), stored().size() == 10 ? [&] {
    std::size_t windows = 0;
    for (const auto& [id, track] : stored()) windows += track.windows.size();
    return windows;
  }()
                                                     : 0);
}

}  // namespace
}  // namespace hearken::search
