// Opening a library file, whatever state it was left in, and what `info` says about it.
#include "hearken/library.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

#include "core/environment.h"
#include "core/paths.h"
#include "core/percent.h"
#include "library/catalogue/embeddings.h"
#include "library/catalogue/sources.h"
#include "library/library_impl.h"
#include "library/schema.h"
#include "library/waiting.h"

namespace hearken {

using library::Database;
using library::Statement;
using library::Transaction;

namespace {

namespace fs = std::filesystem;

constexpr int kBusyMilliseconds = 10'000;
// A page takes seven track means of 512 floats; SQLite's usual 4 KiB would take one and waste half.
constexpr const char* kPageSize = "PRAGMA page_size = 16384";

enum class Found { nothing, empty, library };

fs::path beside(const fs::path& file, std::string_view suffix) { return fs::path(file.native() + std::string(suffix)); }

std::uintmax_t size_or_zero(const fs::path& file) {
  std::error_code ignored;
  const std::uintmax_t size = fs::file_size(file, ignored);
  return ignored ? 0 : size;
}

// For a file that nobody writes to: SQLite then takes no locks and makes no files beside it.
std::string immutable_uri(const fs::path& file) {
  return "file:" + percent_encoded(file.native(), "/._") + "?immutable=1";
}

constexpr int kImmutableFlags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;

// The first bytes of a SQLite file (https://sqlite.org/fileformat2.html, 1.3).
using Header = std::array<unsigned char, 100>;

std::uint32_t big_endian(const Header& header, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | header[offset + i];
  return value;
}

// Zeros where the file is shorter.
Header read_header(const fs::path& file, const fs::path& shown, const char* vfs) {
  const Database database(immutable_uri(file), shown, kImmutableFlags, vfs);
  sqlite3_file* opened = nullptr;
  sqlite3_file_control(database.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &opened);
  Header header{};
  const int result = opened->pMethods->xRead(opened, header.data(), static_cast<int>(header.size()), 0);
  if (result != SQLITE_OK && result != SQLITE_IOERR_SHORT_READ) throw database.error(result);
  return header;
}

Error foreign(const fs::path& shown) {
  return Error(ErrorCode::corrupt,
               display(shown) + ": not a Hearken library: a database of another program; --library names another");
}

// Looks at a file without touching it or what lies beside it. Through SQLite, because closing a descriptor of our own
// would drop the locks of this process's other connections to it (fcntl's rule).
Found inspect(const fs::path& file, const fs::path& shown, const char* vfs) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found) return Found::nothing;
  if (error) throw os_error(shown, "open the library", error.value());
  if (status.type() == fs::file_type::directory) {
    throw Error(ErrorCode::corrupt, display(shown) + ": not a Hearken library: a folder; --library takes a file");
  }
  if (status.type() != fs::file_type::regular) {
    throw Error(ErrorCode::corrupt,
                display(shown) + ": not a Hearken library: not a regular file; --library names another");
  }
  if (size_or_zero(file) == 0) return Found::empty;
  // Only the header says the same at any time: the rest may be half-way between the log and the file.
  const Header header = read_header(file, shown, vfs);
  if (size_or_zero(file) < header.size() || std::memcmp(header.data(), "SQLite format 3", 16) != 0) {
    // A power cut while the first page was written: SQLite takes it back from its journal.
    if (header == Header{} && size_or_zero(beside(file, "-journal")) > 0) return Found::empty;
    throw Error(ErrorCode::corrupt, display(shown) + ": not a Hearken library; --library names another");
  }
  const std::uint32_t id = big_endian(header, 68), schema_changes = big_endian(header, 40);
  if (id == library::kApplicationId) return Found::library;
  if (id == 0 && schema_changes == 0 && size_or_zero(beside(file, "-wal")) == 0) return Found::empty;
  throw foreign(shown);
}

void configure(Database& database) {
  sqlite3_busy_timeout(database.handle(), kBusyMilliseconds);
  sqlite3_db_config(database.handle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  database.execute(
      "PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON;"
      "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000");
}

// Two processes that create one library at once meet here; SQLite reports the second as busy without waiting.
void use_write_ahead_log(Database& database) {
  using namespace std::chrono_literals;
  for (auto waited = 0ms;; waited += 10ms) {
    try {
      if (database.text("PRAGMA journal_mode = WAL") == "wal") return;
      throw Error(ErrorCode::unsupported,
                  display(database.shown()) + ": this file system cannot hold a library: no shared memory for its log");
    } catch (const Error& e) {
      if (e.code() != ErrorCode::busy || waited.count() >= kBusyMilliseconds) throw;
    }
    std::this_thread::sleep_for(10ms);
  }
}

// Whether the file is known as a library; not, while it is empty. Asked once it is open, whatever its header said
// before: SQLite may have taken back an interrupted write, that of the header among them. Throws for a foreign file.
bool is_marked(Database& database) {
  Transaction one_moment(database, Transaction::Kind::read);  // another process may be making it right now
  const std::int64_t id = database.integer("PRAGMA application_id");
  if (id != library::kApplicationId && (id != 0 || database.integer("SELECT count(*) FROM sqlite_master") > 0))
    throw foreign(database.shown());
  one_moment.commit();
  return id == library::kApplicationId;
}

// A library whose creation was cut short holds nothing; a reader sees it so without writing to it.
std::unique_ptr<Database> empty_library(const fs::path& shown) {
  auto database = std::make_unique<Database>(":memory:", shown, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  configure(*database);
  library::migrate(*database);
  database->execute("PRAGMA query_only = ON");
  return database;
}

// SQLite needs its folder, too, for the log; without it the reason it gives is another one.
void check_writable(const fs::path& file, const fs::path& shown) {
  if (::faccessat(AT_FDCWD, file.c_str(), W_OK, AT_EACCESS) == 0 &&
      ::faccessat(AT_FDCWD, file.parent_path().c_str(), W_OK, AT_EACCESS) == 0)
    return;
  throw Error(ErrorCode::permission_denied, display(shown) + ": the library cannot be written",
              std::generic_category().message(errno));
}

std::unique_ptr<Database> open_for_writing(const fs::path& file, const fs::path& shown, const char* vfs) {
  auto database = std::make_unique<Database>(file.native(), shown, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs);
  configure(*database);
  if (sqlite3_db_readonly(database->handle(), "main") == 1) {
    throw Error(ErrorCode::permission_denied, display(shown) + ": the library cannot be written");
  }
  if (!is_marked(*database)) {
    // One page, in one step, before anything else: from here on the file says whose it is.
    database->execute(kPageSize);
    database->execute(("PRAGMA application_id = " + std::to_string(library::kApplicationId)).c_str());
  }
  use_write_ahead_log(*database);
  library::migrate(*database);
  return database;
}

// Also on a read-only disk, where SQLite cannot make the files it shares with other processes: then the file is taken
// for one that nobody writes to, which holds unless a log beside it says otherwise.
std::unique_ptr<Database> open_for_reading(const fs::path& file, const fs::path& shown, const char* vfs) {
  std::unique_ptr<Database> database;
  try {
    database = std::make_unique<Database>(file.native(), shown, SQLITE_OPEN_READWRITE, vfs);
    configure(*database);
    database->integer("SELECT count(*) FROM sqlite_master");
  } catch (const Error& e) {
    const bool refused =
        e.code() == ErrorCode::permission_denied || e.code() == ErrorCode::io || e.code() == ErrorCode::not_found;
    if (!refused || ::faccessat(AT_FDCWD, file.parent_path().c_str(), W_OK, AT_EACCESS) == 0) throw;
    if (size_or_zero(beside(file, "-wal")) > 0) {
      throw Error(ErrorCode::permission_denied,
                  display(shown) +
                      ": the library's folder cannot be written, and its last changes are still in its log; "
                      "open it once where it can be written",
                  e.cause());
    }
    database = std::make_unique<Database>(immutable_uri(file), shown, kImmutableFlags, vfs);
    configure(*database);
  }
  if (!is_marked(*database)) return empty_library(shown);
  library::migrate(*database);
  database->execute("PRAGMA query_only = ON");
  return database;
}

}  // namespace

fs::path default_library_path() {
  if (const std::string set = environment("HEARKEN_LIBRARY"); !set.empty()) return set;
  // The XDG specification has relative paths ignored.
  if (const fs::path data = environment("XDG_DATA_HOME"); data.is_absolute()) return data / "hearken/library.db";
  const fs::path home = user_home();
  if (home.empty()) throw Error(ErrorCode::not_found, "no library named and no home folder known: set HEARKEN_LIBRARY");
  return home / ".local/share/hearken/library.db";
}

bool made_by(const Model& model, const Windowing& windowing, std::string_view fingerprint) {
  return windowing.window_seconds <= model.info().max_window_seconds && model.fingerprint(windowing) == fingerprint;
}

bool is_foreign(std::string_view fingerprint) noexcept { return fingerprint.starts_with(library::kForeign); }

const LibraryModel* own_model(const std::vector<LibraryModel>& models) noexcept {
  for (const LibraryModel& model : models)
    if (!is_foreign(model.fingerprint)) return &model;
  return nullptr;
}

const LibraryModel* newest_made_by(const Model& model, const LibraryInfo& library) {
  const LibraryModel* newest = nullptr;
  for (const LibraryModel& entry : library.models) {
    if (!made_by(model, entry.windowing, entry.fingerprint)) continue;
    if (newest == nullptr || entry.newest_vectors > newest->newest_vectors) newest = &entry;
  }
  return newest;
}

Library Library::open(const fs::path& path, OpenMode mode) { return Impl::open(path, mode); }

Library Library::Impl::open(const fs::path& path, OpenMode mode, const char* vfs) {
  if (path.empty()) throw Error(ErrorCode::invalid_argument, "the library's path is empty");
  auto impl = std::make_shared<Impl>();
  impl->mode = mode;
  try {
    impl->path = fs::absolute(path);
    if (mode == OpenMode::create) fs::create_directories(impl->path.parent_path());
    impl->file = fs::weakly_canonical(impl->path);
  } catch (const fs::filesystem_error& e) {
    throw os_error(e.path1().empty() ? path : e.path1(), "make or reach the library's folder", e.code().value());
  }
  const Found found = inspect(impl->file, path, vfs);
  if (found == Found::nothing && mode != OpenMode::create) {
    throw Error(ErrorCode::not_found, display(path) + ": no library there yet; `hearken index FOLDER` makes one");
  }
  if (mode == OpenMode::read) {
    impl->database = found == Found::empty ? empty_library(path) : open_for_reading(impl->file, path, vfs);
  } else {
    // SQLite's own words for a folder without permission are "No such file or directory".
    if (found == Found::nothing && ::faccessat(AT_FDCWD, impl->file.parent_path().c_str(), W_OK, AT_EACCESS) != 0)
      throw os_error(path, "make the library", errno);
    if (found == Found::library) check_writable(impl->file, path);
    impl->database = open_for_writing(impl->file, path, vfs);
  }
  return Library(std::move(impl));
}

void library::wait_for_writers(const Library& library, double seconds) {
  constexpr double kPerSecond = 1000;
  sqlite3_busy_timeout(impl_of(library).db().handle(), static_cast<int>(seconds * kPerSecond));
}

Library::Library(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

const fs::path& Library::path() const noexcept { return impl_->path; }

LibraryInfo Library::info() const {
  LibraryInfo info;
  info.path = impl_->path;
  Database& db = impl_->db();
  Transaction transaction(db, Transaction::Kind::read);  // one moment for all the numbers
  Statement tracks(db,
                   "SELECT count(*), coalesce(sum(duration_seconds), 0.0) FROM tracks t "
                   "WHERE missing = ? AND EXISTS (SELECT 1 FROM embeddings e WHERE e.track_id = t.id)");
  tracks.bind(0);
  if (tracks.step()) {
    info.tracks = tracks.integer(0);
    info.audio_seconds = tracks.real(1);
  }
  tracks.bind(1);
  if (tracks.step()) info.missing = tracks.integer(0);
  tracks.reset();

  const auto visible_with = [&](const char* table) {
    return db.integer((std::string("SELECT count(*) FROM tracks t WHERE missing = 0 AND EXISTS (SELECT 1 FROM ") +
                       table +
                       " x WHERE x.track_id = t.id) AND EXISTS "
                       "(SELECT 1 FROM embeddings e WHERE e.track_id = t.id)")
                          .c_str());
  };
  info.measured = visible_with("features");
  info.fingerprinted = visible_with("fingerprints");
  info.quick_tracks = db.integer(
      "SELECT count(*) FROM tracks t WHERE missing = 0 AND EXISTS (SELECT 1 FROM embeddings e JOIN quick_passes q ON "
      "q.embedding_id = e.id WHERE e.track_id = t.id)");

  Statement counts(db,
                   "SELECT count(*), coalesce(sum(e.window_count), 0), "
                   "coalesce(sum(s.windows), 0), coalesce(sum(s.windows >= e.window_count), 0), count(q.embedding_id) "
                   "FROM embeddings e JOIN tracks t ON t.id = e.track_id LEFT JOIN silence s ON s.embedding_id = e.id "
                   "LEFT JOIN quick_passes q ON q.embedding_id = e.id "
                   "WHERE e.model_id = ? AND t.missing = 0");
  for (library::Space& space : library::spaces(*this)) {
    LibraryModel model;
    model.name = std::move(space.name);
    model.fingerprint = std::move(space.fingerprint);
    model.dimension = static_cast<int>(space.dimension);
    model.windowing = space.windowing;
    model.precision = space.precision;
    model.newest_vectors = space.newest_vectors;
    counts.bind(space.model_id);
    if (counts.step()) {
      model.tracks = counts.integer(0);
      model.windows = counts.integer(1);
      model.silent_windows = counts.integer(2);
      model.silent_tracks = counts.integer(3);
      model.quick_tracks = counts.integer(4);
    }
    info.windows += model.windows;
    info.silent_windows += model.silent_windows;
    info.models.push_back(std::move(model));
  }
  counts.reset();
  for (library::Source& source : library::sources(*this)) info.sources.push_back(std::move(source.path));
  transaction.commit();
  info.bytes = static_cast<std::int64_t>(size_or_zero(impl_->file) + size_or_zero(beside(impl_->file, "-wal")));
  return info;
}

}  // namespace hearken
