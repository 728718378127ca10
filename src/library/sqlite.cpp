// SQLite as values, and its result codes as errors.
#include "library/sqlite.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "core/paths.h"
#include "core/text.h"
#include "core/threads/threads.h"
#include "library/natural.h"

namespace hearken::library {
namespace {

ErrorCode code_of(int result, int system_errno) {
  switch (result & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_INTERRUPT:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL: return ErrorCode::busy;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: return ErrorCode::corrupt;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return ErrorCode::permission_denied;
    case SQLITE_CANTOPEN: return system_errno != 0 ? code_of_errno(system_errno) : ErrorCode::io;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM: return ErrorCode::io;
    default: return ErrorCode::internal;
  }
}

std::string_view reason_of(ErrorCode code, int result) {
  if ((result & 0xFF) == SQLITE_INTERRUPT) return "the library takes longer than a minute for one row of an answer";
  switch (code) {
    case ErrorCode::busy: return "the library is locked by another program";
    case ErrorCode::corrupt: return "not a Hearken library, or damaged";
    case ErrorCode::permission_denied: return "the library cannot be written";
    default: break;
  }
  if ((result & 0xFF) == SQLITE_FULL) return "the disk is full";
  return (result & 0xFF) == SQLITE_CANTOPEN ? "the library cannot be opened" : "the library cannot be read or written";
}

// For ORDER BY alone: no index and no column of the schema may depend on it.
int compare_texts(void*, int a_size, const void* a, int b_size, const void* b) noexcept {
  return compare_naturally({static_cast<const char*>(a), static_cast<std::size_t>(a_size)},
                           {static_cast<const char*>(b), static_cast<std::size_t>(b_size)});
}

}  // namespace

Database::Database(const std::string& file, std::filesystem::path shown, int flags, const char* vfs)
    : shown_(std::move(shown)) {
  const int result = sqlite3_open_v2(file.c_str(), &handle_, flags, vfs);
  if (result != SQLITE_OK) {
    const Error failure = error(result);
    sqlite3_close_v2(handle_);
    throw failure;
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_create_collation(handle_, "natural_order", SQLITE_UTF8, nullptr, compare_texts);
  constexpr int kInstructions = 100'000;  // of SQLite's machine, between two looks at the clock: some milliseconds
  sqlite3_progress_handler(handle_, kInstructions, over_time, this);
}

void Database::start_clock() noexcept { until_ = monotonic_seconds() + patience_seconds_; }

int Database::over_time(void* self) noexcept {
  const auto* database = static_cast<const Database*>(self);
  return database->unhurried_ == 0 && monotonic_seconds() > database->until_ ? 1 : 0;
}

Database::~Database() { sqlite3_close_v2(handle_); }

Error Database::error(int result) const {
  const int number = handle_ != nullptr ? sqlite3_system_errno(handle_) : 0;
  const ErrorCode code = code_of(result, number);
  std::string cause = handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(result);
  const bool system = (result & 0xFF) == SQLITE_IOERR || (result & 0xFF) == SQLITE_CANTOPEN;
  if (system && number != 0) cause += " (" + std::generic_category().message(number) + ")";
  return Error(code, display(shown_) + ": " + std::string(reason_of(code, result)), display(cause));
}

void Database::execute(const char* sql) {
  start_clock();
  const int result = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) throw error(result);
}

std::int64_t Database::integer(const char* sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.integer(0) : 0;
}

std::string Database::text(const char* sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.text(0) : std::string();
}

std::int64_t Database::last_insert_id() const noexcept { return sqlite3_last_insert_rowid(handle_); }
std::int64_t Database::changed_rows() const noexcept { return sqlite3_changes64(handle_); }
bool Database::in_transaction() const noexcept { return sqlite3_get_autocommit(handle_) == 0; }

Statement::Statement(Database& database, std::string_view sql) : database_(&database) {
  sqlite3_stmt* raw = nullptr;
  check(sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &raw,
                           nullptr));
  statement_.reset(raw);
}

void Statement::check(int result) const {
  if (result != SQLITE_OK) throw database_->error(result);
}

bool Statement::step() {
  database_->start_clock();
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) {
    const Error failure = database_->error(result);
    reset();
    throw failure;
  }
  reset();
  return false;
}

void Statement::reset() noexcept { sqlite3_reset(statement_.get()); }

void Statement::put(int index, std::int64_t value) { check(sqlite3_bind_int64(statement_.get(), index, value)); }
void Statement::put(int index, double value) { check(sqlite3_bind_double(statement_.get(), index, value)); }

void Statement::put(int index, std::string_view value) {
  check(sqlite3_bind_text64(statement_.get(), index, value.data() != nullptr ? value.data() : "", value.size(),
                            SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::put(int index, Bytes value) {
  if (value.empty()) return check(sqlite3_bind_zeroblob(statement_.get(), index, 0));
  check(sqlite3_bind_blob64(statement_.get(), index, value.data(), value.size(), SQLITE_TRANSIENT));
}

void Statement::put_null(int index) { check(sqlite3_bind_null(statement_.get(), index)); }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }
bool Statement::null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

std::string Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (data == nullptr) return {};
  const std::string_view text(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
  return is_utf8(text) ? std::string(text) : repaired_utf8(text);
}

Bytes Statement::bytes(int column) const {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement_.get(), column));
  return data == nullptr ? Bytes()
                         : Bytes(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
}

std::filesystem::path Statement::path(int column) const {
  const Bytes raw = bytes(column);
  return std::string(reinterpret_cast<const char*>(raw.data()), raw.size());
}

Digest Statement::digest(int column) const {
  const Bytes raw = bytes(column);
  Digest out{};
  std::copy_n(reinterpret_cast<const std::uint8_t*>(raw.data()), std::min(raw.size(), out.size()), out.begin());
  return out;
}

Transaction::Transaction(Database& database, Kind kind) : database_(database) {
  database_.execute(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
  // SQLite has already rolled back by itself after some failures (disk full).
  if (open_ && database_.in_transaction()) sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace hearken::library
