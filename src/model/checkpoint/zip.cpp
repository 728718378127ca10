// Parsing and checking the end record, the central directory and local headers.
#include "model/checkpoint/zip.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "core/paths.h"

namespace hearken::model {
namespace {

constexpr std::uint32_t kLocalSignature = 0x04034b50, kCentralSignature = 0x02014b50, kEndSignature = 0x06054b50;
constexpr std::uint32_t kEnd64Signature = 0x06064b50, kLocator64Signature = 0x07064b50;
constexpr std::uint64_t kLocalSize = 30, kCentralSize = 46, kEndSize = 22, kEnd64Size = 56, kLocator64Size = 20;
constexpr std::uint64_t kMaxEntries = 1 << 16;
constexpr std::uint16_t kEncrypted = 1 << 0, kSizesFollow = 1 << 3, kStrongEncryption = 1 << 6, kMasked = 1 << 13;
constexpr std::uint16_t kNeeds64 = 0xffff, kZip64Extra = 1;
constexpr std::uint32_t kNeeds64Size = 0xffffffff;

// The caller has checked that `at + sizeof(T)` lies inside. Zip files are little-endian, as are all machines we build
// for.
template <class T>
T load(std::span<const std::byte> bytes, std::uint64_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof(T));
  return value;
}

std::string_view text_at(std::span<const std::byte> bytes, std::uint64_t at, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes.data()) + at, size};
}

// Relative, without "." and "..", and nothing that a system could read as another separator or as an end.
bool is_plain(std::string_view name) {
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string_view part = name.substr(begin, end - begin);
    const bool directory = part.empty() && begin > 0 && end == name.size();
    if ((part.empty() && !directory) || part == "." || part == "..") return false;
    begin = end + 1;
  }
  return std::none_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == '\\'; });
}

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xedb88320u : 0u);
    table[i] = value;
  }
  return table;
}
constexpr auto kCrcTable = make_crc_table();

std::uint32_t crc32(std::span<const std::byte> bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const std::byte b : bytes) crc = (crc >> 8) ^ kCrcTable[(crc ^ std::to_integer<std::uint32_t>(b)) & 0xff];
  return ~crc;
}

}  // namespace

ZipDirectory::ZipDirectory(std::filesystem::path path, std::span<const std::byte> file)
    : path_(std::move(path)), file_(file) {
  read_end();
}

const ZipEntry* ZipDirectory::find(std::string_view name) const noexcept {
  const auto found = std::lower_bound(entries_.begin(), entries_.end(), name,
                                      [](const ZipEntry& e, std::string_view wanted) { return e.name < wanted; });
  return found != entries_.end() && found->name == name ? &*found : nullptr;
}

std::span<const std::byte> ZipDirectory::bytes(const ZipEntry& entry) const {
  // read_directory() has made room for the fixed part and the name.
  const std::uint64_t at = entry.header;
  if (load<std::uint32_t>(file_, at) != kLocalSignature) throw broken(entry.name, "has no header where it should lie");
  const auto flags = load<std::uint16_t>(file_, at + 6);
  const std::uint64_t name_size = load<std::uint16_t>(file_, at + 26), extra_size = load<std::uint16_t>(file_, at + 28);
  if (name_size != entry.name.size() || text_at(file_, at + kLocalSize, name_size) != entry.name)
    throw broken(entry.name, "has another name in its own header");
  bool agrees = load<std::uint16_t>(file_, at + 8) == 0 && (flags & (kEncrypted | kStrongEncryption | kMasked)) == 0;
  if ((flags & kSizesFollow) == 0) {
    // A size that does not fit is written as all ones here and in full in the extra field.
    for (const std::uint64_t field : {at + 18, at + 22}) {
      const auto size = load<std::uint32_t>(file_, field);
      agrees = agrees && (size == entry.size || size == kNeeds64Size);
    }
    agrees = agrees && load<std::uint32_t>(file_, at + 14) == entry.crc;
  }
  if (!agrees) throw broken(entry.name, "its own header and the directory disagree");
  const std::uint64_t begin = at + kLocalSize + name_size + extra_size;
  if (begin > entry.limit || entry.size > entry.limit - begin) throw broken(entry.name, "overlaps what follows it");
  return file_.subspan(begin, entry.size);
}

std::span<const std::byte> ZipDirectory::checked_bytes(const ZipEntry& entry) const {
  const auto data = bytes(entry);
  if (crc32(data) != entry.crc) throw broken(entry.name, "its checksum is wrong: the file is damaged");
  return data;
}

Error ZipDirectory::broken(std::string_view entry, std::string_view reason, ErrorCode code) const {
  std::string message = display(path_) + ": ";
  if (!entry.empty()) message += "zip entry " + display(entry) + ": ";
  return Error(code, message + std::string(reason));
}

void ZipDirectory::read_end() {
  if (file_.size() < kEndSize) throw broken("", "too short for a zip file");
  const std::uint64_t end = file_.size() - kEndSize;
  if (load<std::uint32_t>(file_, end) != kEndSignature || load<std::uint16_t>(file_, end + 20) != 0)
    throw broken("", "does not end in a zip directory (truncated, or something was appended to it)");
  const auto disk = load<std::uint16_t>(file_, end + 4), directory_disk = load<std::uint16_t>(file_, end + 6);
  std::uint64_t count = load<std::uint16_t>(file_, end + 10);
  std::uint64_t size = load<std::uint32_t>(file_, end + 12), begin = load<std::uint32_t>(file_, end + 16);
  bool one_disk = (disk == 0 || disk == kNeeds64) && (directory_disk == 0 || directory_disk == kNeeds64) &&
                  load<std::uint16_t>(file_, end + 8) == count;
  std::uint64_t directory_end = end;

  const bool needs64 = count == kNeeds64 || size == kNeeds64Size || begin == kNeeds64Size;
  const bool has64 = end >= kLocator64Size && load<std::uint32_t>(file_, end - kLocator64Size) == kLocator64Signature;
  if (needs64 && !has64) throw broken("", "its zip64 directory is missing");
  if (has64) {
    const std::uint64_t locator = end - kLocator64Size;
    const auto record = load<std::uint64_t>(file_, locator + 8);
    if (locator < kEnd64Size || record != locator - kEnd64Size ||
        load<std::uint32_t>(file_, record) != kEnd64Signature ||
        load<std::uint64_t>(file_, record + 4) != kEnd64Size - 12)
      throw broken("", "its zip64 directory is not where it should be");
    const auto count64 = load<std::uint64_t>(file_, record + 32), size64 = load<std::uint64_t>(file_, record + 40);
    const auto begin64 = load<std::uint64_t>(file_, record + 48);
    if ((count != kNeeds64 && count != count64) || (size != kNeeds64Size && size != size64) ||
        (begin != kNeeds64Size && begin != begin64))
      throw broken("", "its two zip directories disagree");
    one_disk = one_disk && load<std::uint32_t>(file_, record + 16) == 0 &&
               load<std::uint32_t>(file_, record + 20) == 0 && load<std::uint64_t>(file_, record + 24) == count64 &&
               load<std::uint32_t>(file_, locator + 4) == 0 && load<std::uint32_t>(file_, locator + 16) <= 1;
    count = count64;
    size = size64;
    begin = begin64;
    directory_end = record;
  }
  if (!one_disk) throw broken("", "is one part of a zip file in several parts", ErrorCode::unsupported);
  if (begin > directory_end || size != directory_end - begin)
    throw broken("", "its zip directory does not fit the file (damaged, or something was put in front of it)");
  if (count > kMaxEntries) throw broken("", "has too many zip entries");
  if (count > size / kCentralSize) throw broken("", "its zip directory is too small for its entries");
  read_directory(begin, directory_end, count);
  check_overlaps(begin);
}

void ZipDirectory::read_directory(std::uint64_t begin, std::uint64_t end, std::uint64_t count) {
  entries_.reserve(count);
  std::uint64_t at = begin;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (end - at < kCentralSize || load<std::uint32_t>(file_, at) != kCentralSignature)
      throw broken("", "its zip directory is damaged");
    const auto flags = load<std::uint16_t>(file_, at + 8), method = load<std::uint16_t>(file_, at + 10);
    std::uint64_t packed = load<std::uint32_t>(file_, at + 20);
    const std::uint64_t name_size = load<std::uint16_t>(file_, at + 28),
                        extra_size = load<std::uint16_t>(file_, at + 30);
    const std::uint64_t comment_size = load<std::uint16_t>(file_, at + 32);
    if (end - at - kCentralSize < name_size + extra_size + comment_size)
      throw broken("", "its zip directory is damaged");
    ZipEntry entry;
    entry.name = text_at(file_, at + kCentralSize, name_size);
    entry.crc = load<std::uint32_t>(file_, at + 16);
    entry.size = load<std::uint32_t>(file_, at + 24);
    entry.header = load<std::uint32_t>(file_, at + 42);
    if (!is_plain(entry.name)) throw broken("", "holds a zip entry named \"" + display(entry.name) + "\"");

    // Those of the three that do not fit follow in the zip64 extra field, in this order.
    std::uint64_t extra = at + kCentralSize + name_size;
    const std::uint64_t extra_end = extra + extra_size;
    bool needs64 = entry.size == kNeeds64Size || packed == kNeeds64Size || entry.header == kNeeds64Size;
    while (needs64 && extra_end - extra >= 4) {
      const auto id = load<std::uint16_t>(file_, extra);
      const std::uint64_t field_end = extra + 4 + load<std::uint16_t>(file_, extra + 2);
      if (field_end > extra_end) break;
      if (id == kZip64Extra) {
        std::uint64_t value = extra + 4;
        for (std::uint64_t* const wanted : {&entry.size, &packed, &entry.header}) {
          if (*wanted != kNeeds64Size) continue;
          if (field_end - value < 8) throw broken(entry.name, "its zip64 sizes are missing");
          *wanted = load<std::uint64_t>(file_, value);
          value += 8;
        }
        needs64 = false;
      }
      extra = field_end;
    }
    if (needs64) throw broken(entry.name, "its zip64 sizes are missing");

    if ((flags & (kEncrypted | kStrongEncryption | kMasked)) != 0)
      throw broken(entry.name, "is encrypted", ErrorCode::unsupported);
    if (method != 0) throw broken(entry.name, "is compressed, which torch.save never does", ErrorCode::unsupported);
    if (packed != entry.size) throw broken(entry.name, "has two sizes");
    if (const auto disk = load<std::uint16_t>(file_, at + 34); disk != 0 && disk != kNeeds64)
      throw broken(entry.name, "lies in another part of the zip file", ErrorCode::unsupported);
    entries_.push_back(entry);
    at += kCentralSize + name_size + extra_size + comment_size;
  }
  if (at != end) throw broken("", "has bytes after its last zip directory entry");
}

void ZipDirectory::check_overlaps(std::uint64_t directory) {
  std::sort(entries_.begin(), entries_.end(), [](auto& a, auto& b) { return a.header < b.header; });
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    ZipEntry& entry = entries_[i];
    entry.limit = i + 1 < entries_.size() ? entries_[i + 1].header : directory;
    const std::uint64_t head = kLocalSize + entry.name.size();
    if (entry.header > directory) throw broken(entry.name, "lies outside the file (truncated?)");
    if (entry.header > entry.limit || entry.limit - entry.header < head ||
        entry.limit - entry.header - head < entry.size)
      throw broken(entry.name, "overlaps what follows it, or lies outside the file");
  }
  std::sort(entries_.begin(), entries_.end(), [](auto& a, auto& b) { return a.name < b.name; });
  for (std::size_t i = 1; i < entries_.size(); ++i)
    if (entries_[i].name == entries_[i - 1].name) throw broken(entries_[i].name, "is there twice");
}

}  // namespace hearken::model
