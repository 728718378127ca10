// One pass over the bytes; fields are views of them wherever nothing has to be taken out.
#include "data/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <set>
#include <utility>

#include "core/paths.h"
#include "core/text.h"
#include "text/lines.h"

namespace hearken::data {
namespace {

// The first byte that is not UTF-8, or is a NUL; npos when all is well. Eight bytes of ASCII at a time.
std::size_t first_bad_byte(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    std::uint64_t eight = 0;
    if (bytes.size() - at >= sizeof eight) {
      std::memcpy(&eight, bytes.data() + at, sizeof eight);
      constexpr std::uint64_t kHigh = 0x8080808080808080U, kOnes = 0x0101010101010101U;
      const bool ascii = (eight & kHigh) == 0, has_nul = ((eight - kOnes) & ~eight & kHigh) != 0;
      if (ascii && !has_nul) {
        at += sizeof eight;
        continue;
      }
    }
    const CodePoint c = first_code_point(bytes.substr(at));
    if (!c.well_formed || c.value == 0) return at;
    at += c.length;
  }
  return std::string_view::npos;
}

bool ends_plain(char c) { return c == ',' || c == '"' || c == '\n' || c == '\r'; }

template <class Number>
std::optional<Number> parsed(std::string_view field) {
  Number value{};
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc() || end != field.data() + field.size()) return std::nullopt;
  return value;
}

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

Error bad_row(const std::filesystem::path& path, std::size_t line, std::string_view reason) {
  return text::bad_line(path, line, 0, reason);
}

CsvRows::CsvRows(std::string_view bytes, std::filesystem::path shown) : rest_(bytes), path_(std::move(shown)) {
  if (rest_.starts_with("\xFF\xFE") || rest_.starts_with("\xFE\xFF"))
    throw text::bad_line(path_, 1, 1, "UTF-16; save the file as UTF-8");
  if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
}

bool CsvRows::next() {
  while (!rest_.empty() && (rest_.front() == '\n' || rest_.starts_with("\r\n"))) end_line();
  fields_.clear();
  unquoted_.clear();
  unquoted_at_.clear();
  line_ = next_line_;
  if (rest_.empty()) return false;
  const std::string_view row = rest_;
  while (true) {
    if (rest_.starts_with('"'))
      read_quoted();
    else
      read_plain();
    if (!rest_.starts_with(',')) break;
    rest_.remove_prefix(1);
  }
  const std::string_view taken = row.substr(0, row.size() - rest_.size());
  if (const std::size_t at = first_bad_byte(taken); at != std::string_view::npos) {
    const std::string_view before = taken.substr(0, at);
    const std::size_t line = line_ + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
    throw text::bad_line(path_, line, at - start + 1,
                         taken[at] == 0 ? "a NUL: this is no text in UTF-8" : "not UTF-8; save the file as UTF-8");
  }
  end_line();
  for (std::size_t i = 0; i < unquoted_.size(); ++i) fields_[unquoted_at_[i]] = unquoted_[i];
  return true;
}

// From the opening mark to behind the closing one.
void CsvRows::read_quoted() {
  const std::size_t opened = next_line_;
  rest_.remove_prefix(1);
  std::string* whole = nullptr;  // once a doubled mark was met
  while (true) {
    const std::size_t mark = rest_.find('"');
    if (mark == std::string_view::npos)
      throw bad_row(path_, opened, "a quoted field begins here and never ends: its closing quotation mark is missing");
    const std::string_view part = rest_.substr(0, mark);
    next_line_ += static_cast<std::size_t>(std::count(part.begin(), part.end(), '\n'));
    rest_.remove_prefix(mark + 1);
    const bool doubled = rest_.starts_with('"');
    if (doubled && whole == nullptr) {
      unquoted_at_.push_back(fields_.size());
      whole = &unquoted_.emplace_back();
    }
    if (whole != nullptr) whole->append(part);
    if (!doubled) {
      fields_.push_back(part);
      break;
    }
    whole->push_back('"');
    rest_.remove_prefix(1);
  }
  if (!rest_.empty() && rest_.front() != ',' && rest_.front() != '\n' && rest_.front() != '\r')
    throw bad_row(path_, next_line_,
                  "text behind a quoted field; a comma or the line's end belongs there, and quotation marks inside a "
                  "field are doubled");
}

void CsvRows::read_plain() {
  std::size_t end = 0;
  while (end < rest_.size() && !ends_plain(rest_[end])) ++end;
  if (end < rest_.size() && rest_[end] == '"')
    throw bad_row(path_, next_line_,
                  "a quotation mark inside a field; put the field into quotation marks and double those inside");
  fields_.push_back(rest_.substr(0, end));
  rest_.remove_prefix(end);
}

void CsvRows::end_line() {
  if (rest_.empty()) return;
  if (rest_.front() == '\r') rest_.remove_prefix(1);
  if (!rest_.starts_with('\n'))
    throw bad_row(path_, next_line_, "a carriage return without a line feed; lines end in LF or CRLF");
  rest_.remove_prefix(1);
  ++next_line_;
}

CsvFile::CsvFile(const std::filesystem::path& path) : file_(path) {
  rows_.emplace(text_of(file_->bytes()), path);
  read_header();
}

CsvFile::CsvFile(std::string_view bytes, std::filesystem::path shown) {
  rows_.emplace(bytes, std::move(shown));
  read_header();
}

void CsvFile::read_header() {
  if (!rows_->next()) throw bad_row(path(), 1, "empty: a row with the names of the columns is missing");
  std::set<std::string_view> seen;
  for (const std::string_view name : rows_->fields()) {
    if (!name.empty() && !seen.insert(name).second)
      throw bad_row(path(), line(), fmt::format("two columns are called '{}'", display(name)));
    columns_.emplace_back(name);
  }
}

std::optional<std::size_t> CsvFile::find_column(std::string_view name) const {
  const auto at = std::find(columns_.begin(), columns_.end(), name);
  if (at == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(at - columns_.begin());
}

std::size_t CsvFile::column(std::string_view name) const {
  if (const std::optional<std::size_t> at = find_column(name)) return *at;
  std::string there;
  for (const std::string& column : columns_) there += (there.empty() ? "'" : ", '") + column + "'";
  std::string reason = fmt::format("no column '{}'; there are {}", name, display(there));
  if (columns_.size() == 1 && columns_[0].find_first_of(";\t") != std::string::npos)
    reason += ", which looks as if columns were separated by semicolons or tabs: write commas";
  throw bad_row(path(), 1, reason);
}

bool CsvFile::next() {
  if (!rows_->next()) return false;
  const std::size_t fields = rows_->fields().size();
  if (fields != columns_.size())
    throw bad(fmt::format("{} {} where the header has {}", fields, fields == 1 ? "field" : "fields", columns_.size()));
  return true;
}

std::int64_t CsvFile::integer(std::size_t column) const {
  if (const auto value = parsed<std::int64_t>(field(column))) return *value;
  throw bad(fmt::format("{} '{}' is not a whole number", display(columns_[column]), display(field(column))));
}

double CsvFile::number(std::size_t column) const {
  if (const auto value = parsed<double>(field(column)); value && std::isfinite(*value)) return *value;
  throw bad(fmt::format("{} '{}' is not a number", display(columns_[column]), display(field(column))));
}

}  // namespace hearken::data
