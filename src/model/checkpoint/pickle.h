// The pickles of torch.save read as data: values that stand for what Python would build, and nothing that is ever run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <span>
#include <string_view>

namespace hearken::model {

enum class PickleKind : std::uint8_t {
  none,
  boolean,
  integer,
  number,
  text,
  bytes,
  tuple,
  list,
  dict,

  global,
  storage,
  call
};

/// Stands for a value by its place: what a pickle shares or makes refer to itself is shared here too, never copied.
using PickleHandle = std::uint32_t;
inline constexpr PickleHandle kNoPickle = 0xffffffff;

struct PickleValue {
  PickleKind kind = PickleKind::none;
  PickleHandle first = kNoPickle, last = kNoPickle;  // items of tuple, list, dict, storage and call; see below
  std::uint32_t count = 0;                           // of the items; of the bytes of a text
  union {
    std::int64_t integer = 0;  // boolean: 0 or 1
    double number;
    const char* text;  // text and bytes: in the pickle; global: "module name" in a table that lives for ever
  };
};

/// What a pickle holds. Its texts lie in the pickle's bytes, which must outlive it. Const members may be called from
/// many threads. A list may hold itself: whoever follows items bounds the depth.
///
/// Items: of a dict its keys and values by turns, equal keys not merged; of a storage its type (global), key (text),
/// location (text) and number of elements (integer); of a call what would be called (global) and its arguments (tuple):
/// such as torch._utils._rebuild_tensor_v2 of (storage, offset, size, stride, …).
class Pickle {
 public:
  const PickleValue& operator[](PickleHandle handle) const { return values_[handle]; }
  PickleHandle root() const noexcept { return root_; }

  /// A text or the bytes; a global as "module name"; empty for every other kind.
  std::string_view text(PickleHandle handle) const;

  /// Item `index` of a value, or kNoPickle when it has fewer; O(index).
  PickleHandle item(PickleHandle handle, std::uint32_t index) const;

  /// Calls visit(item) for each item in order.
  template <class Visit>
  void for_each_item(PickleHandle handle, Visit visit) const {
    for (auto i = values_[handle].first; i != kNoPickle; i = items_[i].next) visit(items_[i].value);
  }

 private:
  friend class PickleMachine;
  struct Item {
    PickleHandle value, next;
  };
  std::deque<PickleValue> values_;  // a deque grows without a moment at which all of it is there twice
  std::deque<Item> items_;
  PickleHandle root_ = kNoPickle;
};

/// Reads the opcodes that torch.save writes at protocols 2 to 5 and the names in the table of pickle.cpp; anything else
/// is Error(unsupported) that names the opcode or the global and its place, and damage is Error(corrupt). Time and
/// memory are linear in the pickle's size; of the memory the bound is 48 bytes per opcode and 20 MiB in all. `path` is
/// for errors. Source: CPython's Lib/pickletools.py, and torch.serialization for the persistent ids.
Pickle read_pickle(const std::filesystem::path& path, std::span<const std::byte> bytes);

}  // namespace hearken::model
