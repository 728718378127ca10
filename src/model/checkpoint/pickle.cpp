// A machine for the allowed opcodes: a stack, its marks and the memo, all of handles.
#include "model/checkpoint/pickle.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include "core/paths.h"
#include "hearken/error.h"

namespace hearken::model {
namespace {

// A checkpoint with 700 tensors and the state of their optimizer takes about 80 000 opcodes.
constexpr std::uint32_t kMaxOpcodes = 400'000;
constexpr std::size_t kMaxGlobalName = 128;

// What a name may be used for. Nothing is looked up or called: a name is only compared.
enum class Use : std::uint8_t {
  storage,   // the type in a persistent id
  call,      // REDUCE or NEWOBJ of it gives an inert value
  ordered,   // collections.OrderedDict: called without arguments it is an empty dict
  argument,  // handed to a call
};
struct Global {
  const char* name;  // "module name"
  Use use;
};
constexpr Global kGlobals[] = {
    {"torch FloatStorage", Use::storage},
    {"torch HalfStorage", Use::storage},
    {"torch BFloat16Storage", Use::storage},
    {"torch DoubleStorage", Use::storage},
    {"torch LongStorage", Use::storage},
    {"torch IntStorage", Use::storage},
    {"torch ShortStorage", Use::storage},
    {"torch CharStorage", Use::storage},
    {"torch ByteStorage", Use::storage},
    {"torch BoolStorage", Use::storage},
    {"torch ComplexFloatStorage", Use::storage},
    {"torch ComplexDoubleStorage", Use::storage},
    {"torch._utils _rebuild_tensor_v2", Use::call},
    {"torch._utils _rebuild_parameter", Use::call},
    {"torch._utils _rebuild_parameter_with_state", Use::call},
    {"torch.serialization _get_layout", Use::call},
    {"torch device", Use::call},
    {"torch Size", Use::call},
    {"collections OrderedDict", Use::ordered},
    // Beside the weights, training scripts keep scores (numpy's numbers) and their own options.
    {"numpy.core.multiarray scalar", Use::call},
    {"numpy._core.multiarray scalar", Use::call},
    {"numpy.core.multiarray _reconstruct", Use::call},
    {"numpy._core.multiarray _reconstruct", Use::call},
    {"numpy dtype", Use::call},
    {"numpy ndarray", Use::argument},
    {"_codecs encode", Use::call},
    {"argparse Namespace", Use::call},
};

enum Op : std::uint8_t {
  kMark = '(',
  kStop = '.',
  kNone = 'N',
  kTrue = 0x88,
  kFalse = 0x89,
  kInt4 = 'J',
  kInt1 = 'K',
  kInt2 = 'M',
  kLong1 = 0x8a,
  kFloat = 'G',
  kText4 = 'X',
  kText1 = 0x8c,
  kBytes4 = 'B',
  kBytes1 = 'C',
  kEmptyTuple = ')',
  kTuple = 't',
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kEmptyList = ']',
  kAppend = 'a',
  kAppends = 'e',
  kEmptyDict = '}',
  kSetItem = 's',
  kSetItems = 'u',
  kGlobal = 'c',
  kStackGlobal = 0x93,
  kPersistentId = 'Q',
  kReduce = 'R',
  kNewObject = 0x81,
  kBuild = 'b',
  kPut1 = 'q',
  kPut4 = 'r',
  kMemoize = 0x94,
  kGet1 = 'h',
  kGet4 = 'j',
  kProtocol = 0x80,
  kFrame = 0x95,
};

// Names for the message about an opcode that is not read.
struct OpName {
  std::uint8_t code;
  const char* name;
};
constexpr OpName kRefused[] = {
    {'0', "POP"},        {'1', "POP_MARK"},     {'2', "DUP"},         {'F', "FLOAT"},        {'I', "INT"},
    {'L', "LONG"},       {'P', "PERSID"},       {'S', "STRING"},      {'T', "BINSTRING"},    {'U', "SHORT_BINSTRING"},
    {'V', "UNICODE"},    {'d', "DICT"},         {'g', "GET"},         {'i', "INST"},         {'l', "LIST"},
    {'o', "OBJ"},        {'p', "PUT"},          {0x82, "EXT1"},       {0x83, "EXT2"},        {0x84, "EXT4"},
    {0x8b, "LONG4"},     {0x8d, "BINUNICODE8"}, {0x8e, "BINBYTES8"},  {0x8f, "EMPTY_SET"},   {0x90, "ADDITEMS"},
    {0x91, "FROZENSET"}, {0x92, "NEWOBJ_EX"},   {0x96, "BYTEARRAY8"}, {0x97, "NEXT_BUFFER"}, {0x98, "READONLY_BUFFER"},
};

}  // namespace

std::string_view Pickle::text(PickleHandle handle) const {
  const PickleValue& value = values_[handle];
  const bool has =
      value.kind == PickleKind::text || value.kind == PickleKind::bytes || value.kind == PickleKind::global;
  return has ? std::string_view(value.text, value.count) : std::string_view();
}

PickleHandle Pickle::item(PickleHandle handle, std::uint32_t index) const {
  PickleHandle i = values_[handle].first;
  for (; i != kNoPickle && index > 0; --index) i = items_[i].next;
  return i == kNoPickle ? kNoPickle : items_[i].value;
}

class PickleMachine {
 public:
  PickleMachine(const std::filesystem::path& path, std::span<const std::byte> bytes) : path_(path), bytes_(bytes) {}

  Pickle run() {
    for (std::uint32_t count = 0;; ++count) {
      place_ = at_;
      if (count == kMaxOpcodes)
        throw wrong(ErrorCode::unsupported, "has more than " + std::to_string(kMaxOpcodes) + " opcodes");
      const auto op = static_cast<Op>(take<std::uint8_t>());
      if (count == 0 && op != kProtocol) throw wrong(ErrorCode::corrupt, "does not begin as a binary pickle does");
      if (op == kStop) break;
      step(op);
    }
    if (stack_.size() != 1 || !marks_.empty())
      throw wrong(ErrorCode::corrupt, "ends with a stack that is not one value");
    if (at_ != bytes_.size()) throw wrong(ErrorCode::corrupt, "has bytes after its end");
    pickle_.root_ = stack_.back();
    return std::move(pickle_);
  }

 private:
  Error wrong(ErrorCode code, const std::string& reason) const {
    return Error(code, display(path_) + ": data.pkl, byte " + std::to_string(place_) + ": " + reason);
  }

  // ---- the bytes ----

  std::string_view take_text(std::uint64_t size) {
    if (size > bytes_.size() - at_) throw wrong(ErrorCode::corrupt, "ends in the middle of a value");
    const std::string_view text(reinterpret_cast<const char*>(bytes_.data()) + at_, size);
    at_ += size;
    return text;
  }

  template <class T>
  T take() {
    T value;
    take_text(sizeof(T)).copy(reinterpret_cast<char*>(&value), sizeof(T));
    return value;
  }

  std::string_view take_line() {
    const std::string_view rest(reinterpret_cast<const char*>(bytes_.data()) + at_,
                                std::min(bytes_.size() - at_, kMaxGlobalName + 1));
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) throw wrong(ErrorCode::corrupt, "a name does not end");
    at_ += end + 1;
    return rest.substr(0, end);
  }

  // ---- the stack ----

  PickleValue& push(PickleKind kind) {
    stack_.push_back(static_cast<PickleHandle>(pickle_.values_.size()));
    PickleValue& value = pickle_.values_.emplace_back();
    value.kind = kind;
    return value;
  }
  void push_integer(std::int64_t integer) { push(PickleKind::integer).integer = integer; }
  void push_text(PickleKind kind, std::string_view text) {
    PickleValue& value = push(kind);
    value.text = text.data();
    value.count = static_cast<std::uint32_t>(text.size());
  }

  // Handles above the last mark may be popped; those below wait for it to be closed.
  void need(std::size_t count) const {
    if (stack_.size() - (marks_.empty() ? 0 : marks_.back()) < count)
      throw wrong(ErrorCode::corrupt, "takes from an empty stack");
  }
  PickleHandle top() const {
    need(1);
    return stack_.back();
  }
  PickleHandle pop() {
    const PickleHandle handle = top();
    stack_.pop_back();
    return handle;
  }
  std::size_t pop_mark() {
    if (marks_.empty()) throw wrong(ErrorCode::corrupt, "closes a mark that was not set");
    const std::size_t mark = marks_.back();
    marks_.pop_back();
    return mark;
  }

  // ---- values made of others ----

  void append(PickleHandle container, PickleHandle item) {
    PickleValue& value = pickle_.values_[container];
    const auto place = static_cast<PickleHandle>(pickle_.items_.size());
    pickle_.items_.push_back({item, kNoPickle});
    (value.last == kNoPickle ? value.first : pickle_.items_[value.last].next) = place;
    value.last = place;
    ++value.count;
  }

  // Everything from `begin` on the stack becomes one value.
  void gather(PickleKind kind, std::size_t begin) {
    const auto made = static_cast<PickleHandle>(pickle_.values_.size());
    pickle_.values_.emplace_back().kind = kind;
    for (std::size_t i = begin; i < stack_.size(); ++i) append(made, stack_[i]);
    stack_.resize(begin);
    stack_.push_back(made);
  }
  void gather_last(PickleKind kind, std::size_t count) {
    need(count);
    gather(kind, stack_.size() - count);
  }

  // Everything from `begin` on the stack goes into the container below it.
  void extend(PickleKind kind, std::size_t begin) {
    const std::size_t below = marks_.empty() ? 0 : marks_.back();
    if (begin <= below) throw wrong(ErrorCode::corrupt, "takes from an empty stack");
    const PickleHandle container = stack_[begin - 1];
    if (pickle_[container].kind != kind)
      throw wrong(ErrorCode::unsupported, "adds items to something that is not a plain list or dict");
    if (kind == PickleKind::dict && (stack_.size() - begin) % 2 != 0)
      throw wrong(ErrorCode::corrupt, "adds a key without its value");
    for (std::size_t i = begin; i < stack_.size(); ++i) append(container, stack_[i]);
    stack_.resize(begin);
  }

  // ---- names, calls and storages ----

  const Global* known(std::string_view name) const {
    const auto* const found =
        std::find_if(std::begin(kGlobals), std::end(kGlobals), [&](const Global& g) { return name == g.name; });
    return found == std::end(kGlobals) ? nullptr : found;
  }

  void push_global(std::string_view module, std::string_view name) {
    const std::string full =
        std::string(module.substr(0, kMaxGlobalName)) + ' ' + std::string(name.substr(0, kMaxGlobalName));
    const Global* const global = known(full);
    if (global == nullptr) {
      std::string dotted = full;
      dotted[module.substr(0, kMaxGlobalName).size()] = '.';
      throw wrong(ErrorCode::unsupported,
                  "uses " + display(dotted) +
                      ", which no checkpoint of tensors needs; nothing of it was run. Load it in "
                      "Python, where you trust it, and save its state_dict alone");
    }
    push_text(PickleKind::global, global->name);
  }

  void call() {
    need(2);
    const PickleHandle callable = stack_[stack_.size() - 2], arguments = stack_.back();
    const Global* const global = pickle_[callable].kind == PickleKind::global ? known(pickle_.text(callable)) : nullptr;
    if (global == nullptr || (global->use != Use::call && global->use != Use::ordered))
      throw wrong(ErrorCode::unsupported, "calls " + (global == nullptr ? "a value" : display(global->name)) +
                                              ", which is not a name for that");
    if (pickle_[arguments].kind != PickleKind::tuple)
      throw wrong(ErrorCode::corrupt, "calls without a tuple of arguments");
    if (global->use == Use::ordered && pickle_[arguments].count == 0) {
      stack_.resize(stack_.size() - 2);
      push(PickleKind::dict);
    } else {
      gather_last(PickleKind::call, 2);
    }
  }

  void build() {
    need(2);
    const PickleKind kind = pickle_[stack_[stack_.size() - 2]].kind;
    if (kind != PickleKind::call && kind != PickleKind::dict)
      throw wrong(ErrorCode::unsupported, "sets the state of a plain value");
    pop();  // an OrderedDict's _metadata, a dtype's byte order: nothing that tensors need
  }

  void persistent_id() {
    const PickleHandle id = pop();
    const auto is = [&](std::uint32_t index, PickleKind kind) { return pickle_[pickle_.item(id, index)].kind == kind; };
    bool fits = pickle_[id].kind == PickleKind::tuple && pickle_[id].count == 5 && is(0, PickleKind::text) &&
                is(1, PickleKind::global) && is(2, PickleKind::text) && is(3, PickleKind::text) &&
                is(4, PickleKind::integer) && pickle_.text(pickle_.item(id, 0)) == "storage";
    if (fits) {
      const Global* const type = known(pickle_.text(pickle_.item(id, 1)));
      fits = type != nullptr && type->use == Use::storage;
    }
    if (!fits) throw wrong(ErrorCode::unsupported, "has a persistent id that is not a tensor's storage");
    const std::size_t begin = stack_.size();
    for (std::uint32_t i = 1; i < 5; ++i) stack_.push_back(pickle_.item(id, i));
    gather(PickleKind::storage, begin);
  }

  // ---- the memo ----

  // Picklers number their memo without gaps; so a huge number is damage, and the memo no larger than the pickle.
  void put(std::size_t index) {
    const PickleHandle value = top();
    if (index > memo_.size()) throw wrong(ErrorCode::corrupt, "numbers its memo with gaps");
    if (index == memo_.size()) {
      memo_.push_back(value);
    } else {
      memo_[index] = value;
    }
  }
  void get(std::size_t index) {
    if (index >= memo_.size()) throw wrong(ErrorCode::corrupt, "takes from an empty place of its memo");
    stack_.push_back(memo_[index]);
  }

  void push_long() {
    const std::string_view bytes = take_text(take<std::uint8_t>());
    if (bytes.size() > 8) {  // more than any size or offset; a random seed, perhaps
      push(PickleKind::none);
      return;
    }
    std::uint64_t value = !bytes.empty() && static_cast<signed char>(bytes.back()) < 0 ? ~std::uint64_t{0} : 0;
    std::memcpy(&value, bytes.data(), bytes.size());
    push_integer(static_cast<std::int64_t>(value));
  }

  void push_float() {
    // Big-endian, alone among a pickle's numbers.
    const auto number = std::bit_cast<double>(__builtin_bswap64(take<std::uint64_t>()));
    push(PickleKind::number).number = number;
  }

  void push_written_global() {
    const std::string_view module = take_line();
    push_global(module, take_line());
  }

  void push_stack_global() {
    const PickleHandle name = pop(), module = pop();
    if (pickle_[name].kind != PickleKind::text || pickle_[module].kind != PickleKind::text)
      throw wrong(ErrorCode::corrupt, "names a global by something that is not a text");
    push_global(pickle_.text(module), pickle_.text(name));
  }

  void step(Op op) {
    switch (op) {
      case kProtocol:
        if (const auto protocol = take<std::uint8_t>(); protocol < 2 || protocol > 5)
          throw wrong(ErrorCode::unsupported, "has the pickle protocol " + std::to_string(protocol));
        return;
      case kFrame:
        if (take<std::uint64_t>() > bytes_.size() - at_)
          throw wrong(ErrorCode::corrupt, "ends in the middle of a frame");
        return;
      case kMark: marks_.push_back(static_cast<std::uint32_t>(stack_.size())); return;
      case kNone: push(PickleKind::none); return;
      case kTrue: push(PickleKind::boolean).integer = 1; return;
      case kFalse: push(PickleKind::boolean); return;
      case kInt1: return push_integer(take<std::uint8_t>());
      case kInt2: return push_integer(take<std::uint16_t>());
      case kInt4: return push_integer(take<std::int32_t>());
      case kLong1: return push_long();
      case kFloat: return push_float();
      case kText1: return push_text(PickleKind::text, take_text(take<std::uint8_t>()));
      case kText4: return push_text(PickleKind::text, take_text(take<std::uint32_t>()));
      case kBytes1: return push_text(PickleKind::bytes, take_text(take<std::uint8_t>()));
      case kBytes4: return push_text(PickleKind::bytes, take_text(take<std::uint32_t>()));
      case kEmptyTuple: push(PickleKind::tuple); return;
      case kTuple1: return gather_last(PickleKind::tuple, 1);
      case kTuple2: return gather_last(PickleKind::tuple, 2);
      case kTuple3: return gather_last(PickleKind::tuple, 3);
      case kTuple: return gather(PickleKind::tuple, pop_mark());
      case kEmptyList: push(PickleKind::list); return;
      case kEmptyDict: push(PickleKind::dict); return;
      case kAppend: need(2); return extend(PickleKind::list, stack_.size() - 1);
      case kSetItem: need(3); return extend(PickleKind::dict, stack_.size() - 2);
      case kAppends: return extend(PickleKind::list, pop_mark());
      case kSetItems: return extend(PickleKind::dict, pop_mark());
      case kGlobal: return push_written_global();
      case kStackGlobal: return push_stack_global();
      case kPersistentId: return persistent_id();
      case kReduce:
      case kNewObject: return call();
      case kBuild: return build();
      case kPut1: return put(take<std::uint8_t>());
      case kPut4: return put(take<std::uint32_t>());
      case kMemoize: return put(memo_.size());
      case kGet1: return get(take<std::uint8_t>());
      case kGet4: return get(take<std::uint32_t>());
      case kStop: return;
    }
    refuse(op);
  }

  [[noreturn]] void refuse(Op op) {
    const auto* const name =
        std::find_if(std::begin(kRefused), std::end(kRefused), [&](const OpName& o) { return o.code == op; });
    if (name == std::end(kRefused)) throw wrong(ErrorCode::corrupt, "has an unknown opcode, " + std::to_string(op));
    throw wrong(ErrorCode::unsupported,
                std::string("uses the opcode ") + name->name + ", which torch.save does not write");
  }

  const std::filesystem::path& path_;
  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
  std::size_t place_ = 0;  // of the opcode, for errors
  Pickle pickle_;
  std::deque<PickleHandle> stack_, memo_;
  std::deque<std::uint32_t> marks_;  // sizes of the stack
};

Pickle read_pickle(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  return PickleMachine(path, bytes).run();
}

}  // namespace hearken::model
