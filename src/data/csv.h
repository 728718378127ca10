// The rows of a CSV file as RFC 4180 defines them, and columns by the names in its header. (core/files/csv.h writes
// cells.)
//
// Fields are separated by commas; one in quotation marks may hold commas, line ends and doubled quotation marks. Lines
// end in LF or CRLF. Left out are a byte order mark and empty lines. Fields are otherwise taken as they are: white
// space around them belongs to them. What is wrong is an Error(corrupt) that names file, line (from 1, as an editor
// counts) and reason: bytes that are not UTF-8 (UTF-16 is called so), a NUL, a quotation mark inside an unquoted field
// or text behind a quoted one, a quoted field that never ends, a carriage return alone, a row of another length than
// the header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/files/mapped_file.h"
#include "hearken/error.h"

namespace hearken::data {

/// "PATH: line 3: REASON", for what is wrong in a row's meaning.
Error bad_row(const std::filesystem::path& path, std::size_t line, std::string_view reason);

/// Rows of any lengths, in order; for files whose header is not one row.
class CsvRows {
 public:
  /// `bytes` outlive the object; `shown` is what errors name.
  CsvRows(std::string_view bytes, std::filesystem::path shown);

  /// Goes to the next row; false behind the last one.
  bool next();
  /// Where the row begins.
  std::size_t line() const noexcept { return line_; }
  /// Of the row; valid until next().
  std::span<const std::string_view> fields() const noexcept { return fields_; }
  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  void read_quoted();
  void read_plain();
  void end_line();

  std::string_view rest_;
  std::filesystem::path path_;
  std::size_t next_line_ = 1, line_ = 0;
  std::vector<std::string_view> fields_;
  std::vector<std::string> unquoted_;  // fields of this row that held doubled quotation marks
  std::vector<std::size_t> unquoted_at_;
};

/// A file whose first row names the columns; every further row is as long.
///
///     CsvFile file(path);
///     const std::size_t label = file.column("label");
///     while (file.next()) use(file.field(label));
class CsvFile {
 public:
  /// Reads the header. Throws Error as the operating system says; corrupt (no header, a name that stands there twice).
  explicit CsvFile(const std::filesystem::path& path);
  /// Of bytes that outlive the object.
  CsvFile(std::string_view bytes, std::filesystem::path shown);

  const std::filesystem::path& path() const noexcept { return rows_->path(); }
  std::span<const std::string> columns() const noexcept { return columns_; }
  /// Throws Error(corrupt) that names the columns there are.
  std::size_t column(std::string_view name) const;
  std::optional<std::size_t> find_column(std::string_view name) const;

  bool next();
  std::size_t line() const noexcept { return rows_->line(); }
  std::string_view field(std::size_t column) const { return rows_->fields()[column]; }
  /// The field as a number, finite. Throws Error(corrupt) naming line and column.
  std::int64_t integer(std::size_t column) const;
  double number(std::size_t column) const;
  /// What is wrong with this row.
  Error bad(std::string_view reason) const { return bad_row(path(), line(), reason); }

 private:
  void read_header();

  std::optional<MappedFile> file_;
  std::optional<CsvRows> rows_;
  std::vector<std::string> columns_;
};

}  // namespace hearken::data
