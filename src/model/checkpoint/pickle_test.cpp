// The interpreter on good pickles and on every trick of fuzz/make_corpus.py.
#include "model/checkpoint/pickle.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/files/mapped_file.h"
#include "hearken/error.h"
#include "model/checkpoint/testing.h"

namespace hearken::model {
namespace {

const std::filesystem::path kPickleCorpus = HEARKEN_SOURCE_DIR "/fuzz/corpus/pickle";

Pickle parse(std::string_view bytes) { return read_pickle("f.pt", std::as_bytes(std::span(bytes))); }

TEST(Pickle, ReadsPlainValues) {
  using namespace std::literals;
  constexpr auto bytes =
      "\x80\x02(K\x07M\x01\x02J\xff\xff\xff\xff\x8a\x02\x00\x80G\x3f\xf8\0\0\0\0\0\0X\x02\0\0\0hi\x88Nt."sv;
  const Pickle pickle = parse(bytes);
  const PickleHandle root = pickle.root();
  ASSERT_EQ(pickle[root].kind, PickleKind::tuple);
  ASSERT_EQ(pickle[root].count, 8u);
  EXPECT_EQ(pickle[pickle.item(root, 0)].integer, 7);
  EXPECT_EQ(pickle[pickle.item(root, 1)].integer, 0x201);
  EXPECT_EQ(pickle[pickle.item(root, 2)].integer, -1);
  EXPECT_EQ(pickle[pickle.item(root, 3)].integer, -32768);
  EXPECT_EQ(pickle[pickle.item(root, 4)].number, 1.5);
  EXPECT_EQ(pickle.text(pickle.item(root, 5)), "hi");
  EXPECT_EQ(pickle[pickle.item(root, 6)].kind, PickleKind::boolean);
  EXPECT_EQ(pickle[pickle.item(root, 6)].integer, 1);
  EXPECT_EQ(pickle[pickle.item(root, 7)].kind, PickleKind::none);
  EXPECT_EQ(pickle.item(root, 8), kNoPickle);
}

TEST(Pickle, SharesWhatIsSharedAndHoldsCycles) {
  const Pickle list = parse({"\x80\x02]q\0h\0a.", 9});
  EXPECT_EQ(list.item(list.root(), 0), list.root());
  const MappedFile file(kPickleCorpus / "good_memo");
  const Pickle memo = read_pickle("f.pt", file.bytes());
  EXPECT_EQ(memo.item(memo.root(), 1), memo.item(memo.root(), 3));
  const PickleHandle tensor = memo.item(memo.root(), 1);
  ASSERT_EQ(memo[tensor].kind, PickleKind::call);
  EXPECT_EQ(memo.text(memo.item(tensor, 0)), "torch._utils _rebuild_tensor_v2");
  const PickleHandle storage = memo.item(memo.item(tensor, 1), 0);
  ASSERT_EQ(memo[storage].kind, PickleKind::storage);
  EXPECT_EQ(memo.text(memo.item(storage, 0)), "torch FloatStorage");
  EXPECT_EQ(memo.text(memo.item(storage, 1)), "0");
  EXPECT_EQ(memo[memo.item(storage, 3)].integer, 6);
}

// With one error that names the place.
void expect_refused(const std::string& name, ErrorCode code, std::string_view reason) {
  const MappedFile file(kPickleCorpus / name);
  try {
    static_cast<void>(read_pickle("f.pt", file.bytes()));
    ADD_FAILURE() << name << " was read";
  } catch (const Error& e) {
    const std::string what = e.what();
    EXPECT_EQ(e.code(), code) << name << ": " << what;
    EXPECT_EQ(what.find("f.pt: data.pkl, byte "), 0u) << what;
    EXPECT_NE(what.find(reason), std::string::npos) << name << ": " << what;
  }
}

TEST(Pickle, RefusesWhatTorchSaveDoesNotWrite) {
  for (const auto& [name, reason] : Refusals{{"call_os_system", "byte 2: uses os.system"},
                                             {"call_posix_system", "posix.system"},
                                             {"call_nt_system", "nt.system"},
                                             {"call_subprocess", "subprocess.Popen"},
                                             {"call_eval", "builtins.eval"},
                                             {"call_eval_2", "__builtin__.eval"},
                                             {"call_getattr", "builtins.getattr"},
                                             {"call_import", "importlib.import_module"},
                                             {"call_load", "torch.load"},
                                             {"call_storage_type", "calls torch FloatStorage"},
                                             {"call_ndarray", "calls numpy ndarray"},
                                             {"call_value", "calls a value"},
                                             {"call_result", "calls a value"},
                                             {"stack_global", "os.system"},
                                             {"stack_global_dotted", "__globals__"},
                                             {"stack_global_split", "torch._utils _rebuild.tensor_v2"},
                                             {"global_dotted", "torch._utils._rebuild_tensor_v2"},
                                             {"inst", "opcode INST"},
                                             {"obj", "opcode OBJ"},
                                             {"newobj", "os.system"},
                                             {"newobj_ex", "opcode NEWOBJ_EX"},
                                             {"ext1", "opcode EXT1"},
                                             {"ext2", "opcode EXT2"},
                                             {"ext4", "opcode EXT4"},
                                             {"build_on_text", "state of a plain value"},
                                             {"build_on_global", "state of a plain value"},
                                             {"build_on_storage", "state of a plain value"},
                                             {"build_setstate", "os.system"},
                                             {"persid_text", "opcode PERSID"},
                                             {"persid_not_tuple", "persistent id"},
                                             {"persid_short", "persistent id"},
                                             {"persid_module", "persistent id"},
                                             {"persid_type", "persistent id"},
                                             {"persid_type_text", "persistent id"},
                                             {"persid_number_key", "persistent id"},
                                             {"persid_nested", "persistent id"},
                                             {"dup", "opcode DUP"},
                                             {"protocol_1", "protocol 1"},
                                             {"protocol_9", "protocol 9"},
                                             {"bytearray", "BYTEARRAY8"},
                                             {"append_to_dict", "not a plain list"},
                                             {"setitems_on_call", "not a plain list"},
                                             {"too_many_opcodes", "more than 400000 opcodes"}})
    expect_refused(name, ErrorCode::unsupported, reason);
}

TEST(Pickle, RefusesWhatIsDamaged) {
  for (const auto& [name, reason] : Refusals{{"protocol_0", "does not begin"},
                                             {"unknown_opcode", "unknown opcode"},
                                             {"huge_text", "ends in the middle"},
                                             {"huge_bytes", "ends in the middle"},
                                             {"huge_frame", "frame"},
                                             {"huge_memo", "gaps"},
                                             {"memo_gap", "gaps"},
                                             {"memo_missing", "memo"},
                                             {"memo_of_nothing", "empty stack"},
                                             {"global_no_end", "does not end"},
                                             {"call_without_tuple", "tuple of arguments"},
                                             {"setitems_odd", "key without its value"},
                                             {"append_to_mark", "empty stack"},
                                             {"appends_below_mark", "empty stack"},
                                             {"reduce_below_mark", "empty stack"},
                                             {"put_below_mark", "empty stack"},
                                             {"tuple_without_mark", "mark"},
                                             {"two_values", "not one value"},
                                             {"open_mark", "not one value"},
                                             {"after_stop", "after its end"},
                                             {"no_stop", "ends in the middle"},
                                             {"empty", "ends in the middle"}})
    expect_refused(name, ErrorCode::corrupt, reason);
}

TEST(Pickle, BombsAndCyclesAreReadInTheirOwnSize) {
  for (const char* const name : {"bomb_laughs", "bomb_tuples", "bomb_get", "bomb_memo", "bomb_lists", "bomb_marks",
                                 "bomb_depth", "bomb_tuple_depth", "bomb_globals", "cycle_dict", "cycle_call"}) {
    const MappedFile file(kPickleCorpus / name);
    EXPECT_NO_THROW(read_pickle("f.pt", file.bytes())) << name;  // fuzz.pickle counts the memory
  }
}

}  // namespace
}  // namespace hearken::model
