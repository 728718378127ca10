// SQLite as values: a connection, a statement, a transaction; every failure a hearken::Error that names the file.
#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/hash.h"
#include "hearken/error.h"

namespace hearken::library {

/// Bytes in a column or on their way into one.
using Bytes = std::span<const std::byte>;

inline Bytes bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

/// A connection. One thread at a time; not copied, not moved (statements point to it).
class Database {
 public:
  /// `file` is handed to SQLite as it is; `flags` are SQLITE_OPEN_…; `vfs` names the file system layer, null: SQLite's
  /// own. `shown` is the path that errors name. Throws Error as error() maps them.
  Database(const std::string& file, std::filesystem::path shown, int flags, const char* vfs = nullptr);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs statements that give no rows of interest.
  void execute(const char* sql);
  std::int64_t integer(const char* sql);  // the first column of the first row; 0 when there is none
  std::string text(const char* sql);      // likewise; empty when there is none

  std::int64_t last_insert_id() const noexcept;
  std::int64_t changed_rows() const noexcept;  // by the last statement
  bool in_transaction() const noexcept;

  /// The connection's last failure: FULL and IOERR are io, BUSY, LOCKED and INTERRUPT (over its time) busy, NOTADB and
  /// CORRUPT corrupt, READONLY, PERM and AUTH permission_denied, CANTOPEN by its errno, anything else internal.
  Error error(int result) const;

  /// Begins a statement's time: what gives no row within a minute is given up, as busy. Not under a NoDeadline.
  void start_clock() noexcept;
  /// For tests: another time than a minute.
  void set_patience(double seconds) noexcept { patience_seconds_ = seconds; }

  sqlite3* handle() const noexcept { return handle_; }
  const std::filesystem::path& shown() const noexcept { return shown_; }

 private:
  friend class NoDeadline;
  static int over_time(void* self) noexcept;

  std::filesystem::path shown_;
  sqlite3* handle_ = nullptr;
  double patience_seconds_ = 60;
  double until_ = 0;  // monotonic_seconds()
  int unhurried_ = 0;
};

/// While it lives statements take the time they need: migrations and checks read a whole file.
class NoDeadline {
 public:
  explicit NoDeadline(Database& database) : database_(database) { ++database_.unhurried_; }
  ~NoDeadline() { --database_.unhurried_; }
  NoDeadline(const NoDeadline&) = delete;
  NoDeadline& operator=(const NoDeadline&) = delete;

 private:
  Database& database_;
};

/// A prepared statement, used again and again. Text and bytes are copied when bound. Must not outlive its Database.
class Statement {
 public:
  Statement(Database& database, std::string_view sql);

  /// Binds from the first parameter on, ready for step(). For rows: `for (s.bind(a, b); s.step();)`.
  template <class... T>
  void bind(const T&... values) {
    reset();
    int index = 0;
    (put(++index, values), ...);
  }

  /// Binds and runs to the end.
  template <class... T>
  void run(const T&... values) {
    bind(values...);
    while (step()) {
    }
  }

  /// Moves to the next row; false at the end, and the statement is then reset.
  bool step();
  /// Lets go of the rows (an open one keeps a read transaction alive).
  void reset() noexcept;

  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  Bytes bytes(int column) const;  // valid until the next step or reset
  std::filesystem::path path(int column) const;
  Digest digest(int column) const;  // zeros where the column is shorter
  bool null(int column) const;

 private:
  void put(int index, std::int64_t value);
  void put(int index, int value) { put(index, static_cast<std::int64_t>(value)); }
  void put(int index, bool value) { put(index, static_cast<std::int64_t>(value)); }
  void put(int index, double value);
  void put(int index, std::string_view value);
  void put(int index, const std::string& value) { put(index, std::string_view(value)); }
  void put(int index, const char* value) { put(index, std::string_view(value)); }
  void put(int index, Bytes value);
  template <class T>
  void put(int index, const std::optional<T>& value) {  // nothing is NULL
    if (value) {
      put(index, *value);
    } else {
      put_null(index);
    }
  }
  void put_null(int index);
  void put(int index, const std::filesystem::path& value) { put(index, bytes_of(value.native())); }
  void check(int result) const;

  struct Finalize {
    void operator()(sqlite3_stmt* s) const noexcept { sqlite3_finalize(s); }
  };
  Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// All or nothing: rolled back unless commit() returned.
class Transaction {
 public:
  enum class Kind { read, write };  // write takes the write lock at once, so it cannot fail half-way for being late
  Transaction(Database& database, Kind kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

/// A read transaction, unless the connection has a transaction already: what is read is of one moment, and many rows
/// cost one lock.
class ReadSnapshot {
 public:
  explicit ReadSnapshot(Database& db) {
    if (!db.in_transaction()) transaction_.emplace(db, Transaction::Kind::read);
  }
  /// Before the object's own end, where the connection is to write next.
  void end() {
    if (transaction_) transaction_->commit();
  }

 private:
  std::optional<Transaction> transaction_;
};

}  // namespace hearken::library
