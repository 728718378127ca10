// From zip entries and the pickle's inert values to tensors.
#include "model/checkpoint/torch_file.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "core/paths.h"
#include "model/checkpoint/format.h"
#include "model/checkpoint/pickle.h"
#include "model/checkpoint/zip.h"

namespace hearken::model {
namespace {

constexpr std::uint64_t kMaxPickle = 64 << 20;  // its checksum is taken over all of it
constexpr int kMaxVersion = 10;                 // of the container; what PyTorch itself reads
constexpr const char* kStateKeys[] = {"state_dict", "model", "model_state_dict"};

struct StorageType {
  std::string_view name;  // as pickle.cpp knows it
  std::size_t element;    // bytes
  bool readable;
  TensorType type;
};
constexpr StorageType kStorageTypes[] = {
    {"torch FloatStorage", 4, true, TensorType::f32},
    {"torch HalfStorage", 2, true, TensorType::f16},
    {"torch BFloat16Storage", 2, true, TensorType::bf16},
    {"torch CharStorage", 1, true, TensorType::i8},
    {"torch IntStorage", 4, true, TensorType::i32},
    {"torch LongStorage", 8, true, TensorType::i64},
    {"torch ByteStorage", 1, true, TensorType::u8},
    {"torch DoubleStorage", 8, false, {}},
    {"torch ShortStorage", 2, false, {}},
    {"torch BoolStorage", 1, false, {}},
    {"torch ComplexFloatStorage", 8, false, {}},
    {"torch ComplexDoubleStorage", 16, false, {}},
};

using Items = std::vector<PickleHandle>;

class TorchReader {
 public:
  explicit TorchReader(const std::filesystem::path& path)
      : tensors_(path, MappedFile(path)), zip_(check_format(tensors_), tensors_.file()) {}

  Tensors run() {
    find_prefix();
    check_container();
    const ZipEntry* const entry = zip_.find(prefix_ + "data.pkl");
    if (entry->size > kMaxPickle) throw tensors_.broken("", "its data.pkl is too large");
    const Pickle pickle = read_pickle(tensors_.path(), zip_.checked_bytes(*entry));
    pickle_ = &pickle;
    read_state(find_state());
    return std::move(tensors_);
  }

 private:
  static const std::filesystem::path& check_format(const Tensors& tensors) {
    if (format_of(tensors.file()) != Format::torch_zip)
      throw not_of_format(tensors.path(), tensors.file(), "a file of torch.save");
    return tensors.path();
  }

  Error unsupported(const std::string& reason) const {
    return Error(ErrorCode::unsupported, display(tensors_.path()) + ": " + reason);
  }

  // ---- the container ----

  // All that matters lies in one folder, named after the file when it was saved.
  void find_prefix() {
    constexpr std::string_view kPickle = "/data.pkl";
    for (const ZipEntry& entry : zip_.entries()) {
      if (!entry.name.ends_with(kPickle) || entry.name.find('/') != entry.name.size() - kPickle.size()) continue;
      if (!prefix_.empty()) throw tensors_.broken("", "holds two checkpoints");
      prefix_ = entry.name.substr(0, entry.name.size() - kPickle.size() + 1);
    }
    if (prefix_.empty()) throw unsupported("is a zip file, but not one of torch.save: it has no data.pkl in a folder");
    for (const ZipEntry& entry : zip_.entries())
      if (entry.name.starts_with(prefix_ + "code/") || entry.name == prefix_ + "constants.pkl")
        throw unsupported("is a TorchScript program, not a checkpoint; save its state_dict with torch.save in Python");
  }

  std::string_view small_text(std::string_view name) const {
    const ZipEntry* const entry = zip_.find(prefix_ + std::string(name));
    if (entry == nullptr) return {};
    const auto bytes = zip_.bytes(*entry);
    return {reinterpret_cast<const char*>(bytes.data()), std::min<std::size_t>(bytes.size(), 16)};
  }

  // Files of PyTorch before 2.1 do not state their byte order; they are little-endian on every machine that wrote
  // models.
  void check_container() const {
    if (const auto order = small_text("byteorder"); !order.empty() && order != "little")
      throw unsupported("its byte order is " + display(order) + "; only little is read");
    const std::string_view version = small_text("version");
    int number = 0;
    for (const char c : version.substr(0, version.find('\n'))) {
      if (c < '0' || c > '9' || number > kMaxVersion) throw tensors_.broken("", "its version is not a number");
      number = number * 10 + (c - '0');
    }
    if (number > kMaxVersion) throw unsupported("its container has the version " + std::to_string(number));
  }

  // ---- the pickle's values ----

  PickleKind kind(PickleHandle handle) const {
    return handle == kNoPickle ? PickleKind::none : (*pickle_)[handle].kind;
  }

  // The items when there are at most `most`, else nothing.
  Items items(PickleHandle handle, std::size_t most) const {
    Items result;
    if ((*pickle_)[handle].count <= most) pickle_->for_each_item(handle, [&](PickleHandle h) { result.push_back(h); });
    return result;
  }

  // The arguments of a call of `name`; null when the value is none.
  const PickleHandle* arguments(PickleHandle handle, std::string_view name, PickleHandle& out) const {
    if (kind(handle) != PickleKind::call || pickle_->text(pickle_->item(handle, 0)) != name) return nullptr;
    out = pickle_->item(handle, 1);
    return &out;
  }

  // A tensor's arguments, also of one wrapped as a parameter; kNoPickle for every other value.
  PickleHandle tensor_arguments(PickleHandle handle) const {
    PickleHandle found = kNoPickle;
    for (const char* const wrapper :
         {"torch._utils _rebuild_parameter", "torch._utils _rebuild_parameter_with_state"}) {
      if (arguments(handle, wrapper, found) == nullptr) continue;
      handle = pickle_->item(found, 0);
      break;
    }
    return handle != kNoPickle && arguments(handle, "torch._utils _rebuild_tensor_v2", found) != nullptr ? found
                                                                                                         : kNoPickle;
  }

  // Visits (key, value) of a dict for the keys that are texts.
  template <class Visit>
  void for_each_entry(PickleHandle dict, Visit visit) const {
    PickleHandle key = kNoPickle;
    pickle_->for_each_item(dict, [&](PickleHandle item) {
      if (key == kNoPickle) {
        key = item;
        return;
      }
      if (kind(key) == PickleKind::text) visit(pickle_->text(key), item);
      key = kNoPickle;
    });
  }

  PickleHandle find_state() const {
    const PickleHandle root = pickle_->root();
    if (kind(root) != PickleKind::dict)
      throw unsupported("does not hold a dict of tensors; save the model's state_dict");
    PickleHandle found = kNoPickle;
    for (const std::string_view wanted : kStateKeys) {
      for_each_entry(root, [&](std::string_view name, PickleHandle value) {
        if (name != wanted || kind(value) != PickleKind::dict) return;
        if (found != kNoPickle) throw tensors_.broken("", "has \"" + std::string(wanted) + "\" twice");
        found = value;
      });
      if (found != kNoPickle) return found;
    }
    return root;
  }

  void read_state(PickleHandle state) {
    for_each_entry(state, [&](std::string_view name, PickleHandle value) {
      if (const PickleHandle found = tensor_arguments(value); found != kNoPickle)
        tensors_.add(name, tensor(name, found));
    });
    if (tensors_.all().empty())
      throw unsupported(
          "holds no tensors by name, neither at its root nor under state_dict, model or model_state_dict");
  }

  // ---- tensors ----

  std::vector<std::int64_t> extents(std::string_view name, PickleHandle handle) const {
    std::vector<std::int64_t> result;
    if (kind(handle) == PickleKind::call) {  // torch.Size of a tuple
      PickleHandle size = kNoPickle;
      handle = arguments(handle, "torch Size", size) != nullptr ? pickle_->item(size, 0) : kNoPickle;
    }
    if (kind(handle) != PickleKind::tuple) throw tensors_.broken(name, "its shape is malformed");
    if ((*pickle_)[handle].count > kMaxRank) throw tensors_.broken(name, "has too many dimensions");
    pickle_->for_each_item(handle, [&](PickleHandle h) {
      const PickleValue& value = (*pickle_)[h];
      if (value.kind != PickleKind::integer || value.integer < 0) throw tensors_.broken(name, "its shape is malformed");
      result.push_back(value.integer);
    });
    return result;
  }

  struct Storage {
    const StorageType* type;
    std::uint64_t count;
    std::span<const std::byte> bytes;
  };

  Storage storage(std::string_view name, PickleHandle handle) const {
    const Items parts = items(handle, 4);  // type, key, location, number of elements: checked by the pickle's reader
    const std::string_view type_name = pickle_->text(parts[0]), key = pickle_->text(parts[1]);
    const auto* const type = std::find_if(std::begin(kStorageTypes), std::end(kStorageTypes),
                                          [&](const StorageType& t) { return t.name == type_name; });
    if (type == std::end(kStorageTypes)) throw tensors_.broken(name, "has an unknown type");
    const ZipEntry* const entry = key.size() > 64 ? nullptr : zip_.find(prefix_ + "data/" + std::string(key));
    if (entry == nullptr)
      throw tensors_.broken(name, "its storage data/" + display(key.substr(0, 64)) + " is not in the file");
    const auto count = static_cast<std::uint64_t>((*pickle_)[parts[3]].integer);
    if (entry->size % type->element != 0 || entry->size / type->element != count)
      throw tensors_.broken(name, "its storage does not have the size that was written down");
    return {type, count, zip_.bytes(*entry)};
  }

  // Arguments: storage, offset in elements, shape, strides in elements, then what only gradients need.
  Tensor tensor(std::string_view name, PickleHandle handle) const {
    const Items parts = items(handle, 7);
    if (parts.size() < 6 || kind(parts[0]) != PickleKind::storage || kind(parts[1]) != PickleKind::integer)
      throw tensors_.broken(name, "is malformed");
    const Storage from = storage(name, parts[0]);
    const std::int64_t offset = (*pickle_)[parts[1]].integer;
    Tensor tensor;
    tensor.type = from.type->type;
    tensor.shape = extents(name, parts[2]);
    const std::vector<std::int64_t> strides = extents(name, parts[3]);
    if (strides.size() != tensor.shape.size())
      throw tensors_.broken(name, "has another number of strides than of dimensions");
    if (offset < 0 || static_cast<std::uint64_t>(offset) > from.count)
      throw tensors_.broken(name, "begins outside its storage");

    const bool empty = std::find(tensor.shape.begin(), tensor.shape.end(), 0) != tensor.shape.end();
    bool contiguous = true;
    std::int64_t elements = 1, last = offset;  // `last`: the highest element that is reached
    for (std::size_t i = tensor.shape.size(); i-- > 0 && !empty;) {
      const std::int64_t extent = tensor.shape[i], stride = strides[i];
      std::int64_t reach = 0;
      contiguous = contiguous && (extent == 1 || stride == elements);
      if (extent > std::numeric_limits<std::int32_t>::max() || __builtin_mul_overflow(extent - 1, stride, &reach) ||
          __builtin_add_overflow(last, reach, &last) || __builtin_mul_overflow(elements, extent, &elements))
        throw tensors_.broken(name, "its shape is too large");
    }
    if (!empty && static_cast<std::uint64_t>(last) >= from.count)
      throw tensors_.broken(name, "lies outside its storage");
    if (!from.type->readable) {
      tensor.unreadable = "its type, " + std::string(from.type->name.substr(6)) + ", is not read";
    } else if (!contiguous) {
      tensor.unreadable = "is a transposed, sliced or expanded view; save it with .contiguous()";
    } else {
      tensor.bytes = empty ? 0 : static_cast<std::size_t>(elements) * from.type->element;
      tensor.data = from.bytes.data() + static_cast<std::size_t>(offset) * from.type->element;
    }
    return tensor;
  }

  Tensors tensors_;
  ZipDirectory zip_;
  std::string prefix_;  // ends in '/'
  const Pickle* pickle_ = nullptr;
};

}  // namespace

Tensors read_torch(const std::filesystem::path& path) { return TorchReader(path).run(); }

}  // namespace hearken::model
