// The .npy header and data, written beside the target and renamed; read with a parser that knows only what a header may
// say.
#include "core/files/npy.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <limits>
#include <system_error>

#include "core/paths.h"

namespace hearken {

static_assert(std::endian::native == std::endian::little, "the header below says little-endian");

std::string npy_header(std::size_t rows, std::size_t columns) {
  std::string header = fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", rows, columns);
  constexpr std::size_t kPrefix = 10, kAlign = 64;
  header.append(kAlign - (kPrefix + header.size() + 1) % kAlign, ' ');
  header += '\n';
  std::string start = "\x93NUMPY\x01";
  start.push_back('\0');
  start.push_back(static_cast<char>(header.size() & 0xFF));
  start.push_back(static_cast<char>(header.size() >> 8));
  return start + header;
}

void write_npy(const std::filesystem::path& path, std::span<const float> values, std::size_t columns) {
  const std::string header = npy_header(values.size() / columns, columns);

  // A file is written beside its place and renamed. A pipe or a device is written as it is, never replaced.
  std::error_code ignored;
  const bool special = std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored);
  const std::filesystem::path place =
      std::filesystem::is_symlink(path, ignored) ? std::filesystem::weakly_canonical(path, ignored) : path;
  const std::filesystem::path partial =
      special ? path : std::filesystem::path(place.native() + fmt::format(".{}.partial", ::getpid()));
  errno = 0;
  std::FILE* file = std::fopen(partial.c_str(), special ? "wb" : "wbx");
  if (file == nullptr) throw os_error(path, "write", errno);
  bool good = std::fwrite(header.data(), 1, header.size(), file) == header.size();
  good = good && std::fwrite(values.data(), sizeof(float), values.size(), file) == values.size();
  good = std::fclose(file) == 0 && good;
  if (!good || (!special && std::rename(partial.c_str(), place.c_str()) != 0)) {
    const int error = errno;
    if (!special) ::unlink(partial.c_str());
    throw os_error(path, "write", error);
  }
}

namespace {

// The Python literal of a header: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 512), }
class HeaderText {
 public:
  HeaderText(std::string_view text, const std::filesystem::path& shown) : rest_(text), shown_(shown) {}

  NpyShape parse() {
    bool descr = false, order = false, shape = false;
    expect('{');
    while (!taken('}')) {
      const std::string_view key = quoted();
      expect(':');
      if (key == "descr" && !descr) {
        descr = true;
        if (const std::string_view type = quoted(); type != "<f4")
          throw unsupported("holds elements of type '" + display(type) + "'; little-endian float32 ('<f4') is read");
      } else if (key == "fortran_order" && !order) {
        order = true;
        if (word("True")) throw unsupported("is in Fortran's order; C order is read");
        if (!word("False")) throw bad();
      } else if (key == "shape" && !shape) {
        shape = true;
        read_shape();
      } else {
        throw bad();
      }
      if (!taken(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (!descr || !order || !shape || !rest_.empty()) throw bad();
    return shape_;
  }

 private:
  void read_shape() {
    std::size_t numbers[2] = {}, count = 0;
    expect('(');
    while (!taken(')')) {
      const std::size_t value = number();
      if (count == 2) throw unsupported("has more than two dimensions");
      numbers[count++] = value;
      if (!taken(',')) {
        expect(')');
        break;
      }
    }
    if (count != 2) throw unsupported("has not two dimensions");
    shape_.rows = numbers[0], shape_.columns = numbers[1];
    // Without rows no byte of the file speaks for them.
    if (shape_.columns > kMostNpyColumns) throw unsupported("has too many columns");
  }
  std::size_t number() {
    skip_space();
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc()) throw bad();
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }
  std::string_view quoted() {
    skip_space();
    const char quote = rest_.empty() ? ' ' : rest_.front();
    const std::size_t end = quote == '\'' || quote == '"' ? rest_.find(quote, 1) : std::string_view::npos;
    if (end == std::string_view::npos) throw bad();
    const std::string_view text = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return text;
  }
  bool word(std::string_view text) {
    skip_space();
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  bool taken(char c) { return word({&c, 1}); }
  void expect(char c) {
    if (!taken(c)) throw bad();
  }
  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n"), rest_.size())); }
  Error bad() const {
    return Error(ErrorCode::corrupt, display(shown_) + ": its .npy header is not one that NumPy writes");
  }
  Error unsupported(const std::string& what) const {
    return Error(ErrorCode::unsupported, display(shown_) + ": " + what);
  }

  std::string_view rest_;
  const std::filesystem::path& shown_;
  NpyShape shape_;
};

}  // namespace

NpyShape parse_npy(std::string_view start, std::uintmax_t file_bytes, const std::filesystem::path& shown) {
  const auto corrupt = [&](const std::string& what) { return Error(ErrorCode::corrupt, display(shown) + ": " + what); };
  if (!start.starts_with("\x93NUMPY") || start.size() < 12) throw corrupt("not an .npy file");
  const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(start[i])); };
  const std::size_t major = byte(6);
  if (major < 1 || major > 3) throw corrupt("an .npy file of version " + std::to_string(major) + "; 1 to 3 are known");
  const std::size_t prefix = major == 1 ? 10 : 12;
  const std::size_t length = byte(8) | byte(9) << 8 | (major == 1 ? 0 : byte(10) << 16 | byte(11) << 24);
  if (length > kLongestNpyHeader || prefix + length > start.size())
    throw corrupt("its .npy header is cut off or too long");
  NpyShape shape = HeaderText(start.substr(prefix, length), shown).parse();
  shape.data_at = prefix + length;
  constexpr std::uintmax_t kMost = std::numeric_limits<std::uintmax_t>::max() / sizeof(float);
  const bool fits = shape.columns == 0 || shape.rows <= kMost / shape.columns;
  if (!fits || shape.rows * shape.columns * sizeof(float) != file_bytes - shape.data_at) {
    throw corrupt(fmt::format("its header promises {} rows of {} elements, which {} bytes do not hold", shape.rows,
                              shape.columns, file_bytes));
  }
  return shape;
}

NpyReader::NpyReader(const std::filesystem::path& path) : path_(path) {
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  if (error) throw os_error(path, "read", error.value());
  errno = 0;
  file_.open(path, std::ios::binary);
  if (!file_) throw os_error(path, "read", errno);
  std::string start(static_cast<std::size_t>(std::min<std::uintmax_t>(bytes, kLongestNpyHeader)), '\0');
  file_.read(start.data(), static_cast<std::streamsize>(start.size()));
  if (!file_) throw os_error(path, "read", EIO);
  shape_ = parse_npy(start, bytes, path);
  rewind();
}

void NpyReader::rewind() {
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(shape_.data_at));
  rows_read_ = 0;
}

void NpyReader::read(std::span<float> values) {
  const std::size_t rows = shape_.columns > 0 ? values.size() / shape_.columns : 0;
  if (rows > shape_.rows - rows_read_)
    throw Error(ErrorCode::corrupt, fmt::format("{}: has only {} rows", display(path_), shape_.rows));
  file_.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size_bytes()));
  if (!file_) throw os_error(path_, "read", EIO);
  rows_read_ += rows;
}

}  // namespace hearken
