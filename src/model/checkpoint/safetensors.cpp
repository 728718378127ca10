// Parsing and checking the safetensors header.
#include "model/checkpoint/safetensors.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/paths.h"
#include "model/checkpoint/format.h"

namespace hearken::model {
namespace {

// The format allows 100 MB; published models stay below 1 MB, and what this reader can hold (kMaxTensors) below this.
constexpr std::uint64_t kMaxHeader = 4 << 20;
constexpr int kMaxDepth = 8;  // of what may stand in the metadata; a tensor's entry needs 3

// False when the product does not fit.
bool bytes_of(const std::vector<std::int64_t>& shape, std::uint64_t element, std::uint64_t& out) {
  out = element;
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) out = 0;
  return std::none_of(shape.begin(), shape.end(), [&](std::int64_t extent) {
    return __builtin_mul_overflow(out, static_cast<std::uint64_t>(extent), &out);
  });
}

// Called by the parser for each piece of the header; throws at the first wrong one.
class Header final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Header(Tensors& tensors, std::span<const std::byte> data) : tensors_(tensors), data_(data) {}

  bool start_object(std::size_t) override { return open(true); }
  bool start_array(std::size_t) override { return open(false); }
  bool end_object() override {
    if (--depth_ == 1 && !in_metadata_) finish();
    return true;
  }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool key(std::string& name) override {
    if (depth_ == 1) {
      name_ = std::move(name);
      in_metadata_ = name_ == "__metadata__";
      tensor_ = {};
      type_.clear();
      offsets_.clear();
      has_type_ = has_shape_ = has_offsets_ = false;
    } else if (!in_metadata_) {
      field_ = name == "dtype" ? Field::type : name == "shape" ? Field::shape : Field::offsets;
      bool& has = field_ == Field::type ? has_type_ : field_ == Field::shape ? has_shape_ : has_offsets_;
      if (has || (field_ == Field::offsets && name != "data_offsets")) return malformed();
      has = true;
    }
    return true;
  }
  bool string(std::string& value) override {
    if (depth_ > 1 && in_metadata_) return true;
    if (depth_ != 2 || field_ != Field::type) return malformed();
    type_ = value.substr(0, 32);
    return true;
  }
  bool number_unsigned(std::uint64_t value) override {
    if (depth_ > 1 && in_metadata_) return true;
    if (depth_ != 3 || field_ == Field::type) return malformed();
    if (field_ == Field::offsets) {
      if (offsets_.size() == 2) return malformed();
      offsets_.push_back(value);
      return true;
    }
    if (tensor_.shape.size() == kMaxRank) throw tensors_.broken(name_, "has too many dimensions");
    if (value > std::numeric_limits<std::int32_t>::max()) throw tensors_.broken(name_, "its shape is too large");
    tensor_.shape.push_back(static_cast<std::int64_t>(value));
    return true;
  }
  bool number_integer(std::int64_t) override { return other(); }
  bool number_float(double, const std::string&) override { return other(); }
  bool null() override { return other(); }
  bool boolean(bool) override { return other(); }
  bool binary(nlohmann::json::binary_t&) override { return other(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override { return false; }

  // To be called at the end: the tensors must fill the file.
  void check_spans() {
    std::sort(spans_.begin(), spans_.end());
    std::uint64_t at = 0;
    for (const auto& [begin, end] : spans_) {
      if (begin != at)
        throw tensors_.broken("", begin < at ? "two tensors overlap" : "there is a hole between its tensors");
      at = end;
    }
    if (at != data_.size()) throw tensors_.broken("", "there are bytes after its last tensor");
  }

 private:
  enum class Field : std::uint8_t { type, shape, offsets };

  [[noreturn]] bool malformed() const {
    if (depth_ == 0) throw tensors_.broken("", "its header is not a JSON object");
    if (field_ == Field::shape && depth_ == 3) throw tensors_.broken(name_, "its shape is malformed");
    if (field_ == Field::offsets && depth_ == 3) throw tensors_.broken(name_, "its offsets are malformed");
    throw tensors_.broken(name_, "its entry is malformed");
  }
  bool other() const { return depth_ > 1 && in_metadata_ ? true : malformed(); }

  // The header is an object of objects, in which two arrays stand.
  bool open(bool object) {
    if (in_metadata_ && depth_ > 0 ? depth_ == kMaxDepth
                                   : object != (depth_ < 2) || depth_ > 2 || (depth_ == 2 && field_ == Field::type))
      return malformed();
    ++depth_;
    return true;
  }

  void finish() {
    if (!has_type_ || !has_shape_ || offsets_.size() != 2) return void(malformed());
    const std::uint64_t begin = offsets_[0], end = offsets_[1];
    if (begin > end || end > data_.size()) throw tensors_.broken(name_, "lies outside the file (truncated?)");
    const auto* const type = std::ranges::find(kTensorTypeNames, type_);
    if (type == std::end(kTensorTypeNames)) {
      tensor_.unreadable = "its type, " + display(type_) + ", is not read";
    } else {
      tensor_.type = static_cast<TensorType>(type - std::begin(kTensorTypeNames));
      std::uint64_t size = 0;
      if (!bytes_of(tensor_.shape, size_of(tensor_.type), size)) throw tensors_.broken(name_, "its shape is too large");
      if (end - begin != size) throw tensors_.broken(name_, "its size does not fit its shape");
      tensor_.data = data_.data() + begin;
      tensor_.bytes = size;
    }
    if (begin != end) spans_.emplace_back(begin, end);
    tensors_.add(name_, std::move(tensor_));
  }

  Tensors& tensors_;
  std::span<const std::byte> data_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> spans_;
  int depth_ = 0;
  bool in_metadata_ = false;
  // The entry that is being read.
  std::string name_, type_;
  Field field_ = Field::type;
  Tensor tensor_;
  std::vector<std::uint64_t> offsets_;
  bool has_type_ = false, has_shape_ = false, has_offsets_ = false;
};

}  // namespace

Tensors read_safetensors(const std::filesystem::path& path) {
  Tensors self(path, MappedFile(path));
  const auto bytes = self.file();
  if (format_of(bytes) != Format::safetensors) throw not_of_format(path, bytes, "a safetensors file");
  std::uint64_t header_size = 0;
  std::memcpy(&header_size, bytes.data(), 8);
  if (header_size > kMaxHeader || header_size > bytes.size() - 8)
    throw self.broken("", "not a safetensors file, or truncated (its header would be " + std::to_string(header_size) +
                              " bytes long)");
  const auto* const text = reinterpret_cast<const char*>(bytes.data()) + 8;
  Header header(self, bytes.subspan(8 + header_size));
  if (!nlohmann::json::sax_parse(text, text + header_size, &header)) throw self.broken("", "its header is not JSON");
  header.check_spans();
  return self;
}

}  // namespace hearken::model
