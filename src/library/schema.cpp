// The tables of a library file, version by version. A released version's text is never edited: add the next one.
#include "library/schema.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/carried.h"
#include "core/paths.h"
#include "library/digests.h"

namespace hearken::library {
namespace {

// src/library/schema/NAME.sql.
void run(Database& database, const std::string& name) {
  database.execute(std::string(carried_file("src/library/schema/" + name + ".sql")).c_str());
}

void version_1(Database& database) { run(database, "1"); }

// What people do around search: recordings known again, measured sound, windows left out, opinions, lists.
void version_2(Database& database) { run(database, "2"); }

// What sounds are called. `verdict` is a person's: 1 it holds, -1 it does not, 0 nobody said; `label_set`, `model` (its
// fingerprint), score and probability are of the run that found it, empty and NULL of a person's own label.
// New bytes at a path take the machine's tags away.
void version_3(Database& database) { run(database, "3"); }

// How many windows of an embedding are silent; a row where that was measured. Which they are, window_flags says.
void version_4(Database& database) { run(database, "4"); }

// How likely a tag is (Model::likelihood); NULL of a person's own, and of what earlier versions wrote. And the files
// that `tag --rename` gave other names, run by run: written before they move, gone when they are taken back.
void version_5(Database& database) { run(database, "5"); }

// Digests of vectors and fingerprints, and indices that hold every other value a second time: SQLite keeps them and its
// integrity check compares them with their rows, so a changed byte is found in either.
// A playlist's owner is the name of the token that it was made with, empty for the owner of the library.
void version_6(Database& database) {
  run(database, "6-digests");
  digest_all(database);
  run(database, "6-copies");
}

// Which embeddings have the few windows of a quick pass instead of all.
void version_7(Database& database) { run(database, "7"); }

constexpr Migration kMigrations[] = {version_1, version_2, version_3, version_4, version_5, version_6, version_7};

// What the file says its tables, indices and triggers are, one after the other.
std::vector<std::string> schema_of(Database& database) {
  std::vector<std::string> out;
  for (Statement rows(database,
                      "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master ORDER BY type, name");
       rows.step();)
    out.push_back(rows.text(0) + ' ' + rows.text(1) + ' ' + rows.text(2) + '\n' + rows.text(3));
  return out;
}

// Another one's triggers and views would run with our statements: only the tables that these steps make are taken.
void check_schema(Database& database, std::span<const Migration> steps) {
  Database made(":memory:", database.shown(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  for (const Migration step : steps) step(made);
  const std::vector<std::string> own = schema_of(made), there = schema_of(database);
  if (own == there) return;
  const auto [mine, other] = std::ranges::mismatch(own, there);
  const std::string& named = other != there.end() ? *other : *mine;
  throw Error(ErrorCode::corrupt, display(database.shown()) + ": not a Hearken library, or damaged: its " +
                                      display(named.substr(0, named.find('\n'))) + " is not as this program makes it");
}

}  // namespace

std::span<const Migration> migrations() { return kMigrations; }

void migrate(Database& database, std::span<const Migration> table) {
  const auto newest = static_cast<std::int64_t>(table.size());
  for (;;) {
    Transaction one_moment(database, Transaction::Kind::read);
    const std::int64_t seen = database.integer("PRAGMA user_version");
    if (seen < 0 || seen > newest) {
      throw Error(ErrorCode::mismatch, display(database.shown()) +
                                           ": this library was written by a newer Hearken (format " +
                                           std::to_string(seen) + ", this program knows " + std::to_string(newest) +
                                           "); update Hearken, or choose another library with --library");
    }
    check_schema(database, table.first(static_cast<std::size_t>(seen)));
    one_moment.commit();
    if (seen == newest) return;
    const NoDeadline unhurried(database);
    Transaction transaction(database, Transaction::Kind::write);
    // Another process may have been faster: only the step for the version read under the lock is taken.
    if (database.integer("PRAGMA user_version") != seen) continue;
    table[static_cast<std::size_t>(seen)](database);
    database.execute(("PRAGMA user_version = " + std::to_string(seen + 1)).c_str());
    transaction.commit();
  }
}

}  // namespace hearken::library
