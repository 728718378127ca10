// Files that torch.save itself wrote (tests/golden/torch), and what the reader says of those it does not take.
#include "model/checkpoint/torch_file.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/testing/temp_folder.h"
#include "model/checkpoint/format.h"
#include "model/checkpoint/safetensors.h"
#include "model/checkpoint/testing.h"

namespace hearken::model {
namespace {

namespace fs = std::filesystem;
const fs::path kFolder = HEARKEN_SOURCE_DIR "/tests/golden/torch";
const fs::path kTorchCorpus = HEARKEN_SOURCE_DIR "/fuzz/corpus/torch_file";

// As make.py writes them.
std::vector<float> values(int k, int count) {
  std::vector<float> out;
  for (int i = 0; i < count; ++i) out.push_back(static_cast<float>(10 * k + i) / 8);
  return out;
}

template <class T>
std::vector<T> raw(const Tensors& tensors, std::string_view name) {
  const Tensor& tensor = tensors.at(name);
  std::vector<T> out(static_cast<std::size_t>(tensor.elements()));
  EXPECT_EQ(tensor.bytes, out.size() * sizeof(T));
  if (!out.empty()) std::memcpy(out.data(), tensor.data, tensor.bytes);
  return out;
}

using Shape = std::vector<std::int64_t>;

struct Failure {
  ErrorCode code = ErrorCode::internal;
  std::string what;
};

template <class Call>
Failure failure(Call call) {
  try {
    static_cast<void>(call());
  } catch (const Error& e) {
    return {e.code(), e.what()};
  }
  return {ErrorCode::internal, "nothing was thrown"};
}

class TorchWeights : public testing::TestWithParam<const char*> {};

TEST_P(TorchWeights, HoldWhatWasSaved) {
  const Tensors file = read_torch(kFolder / GetParam());
  EXPECT_EQ(file.all().size(), 18u);
  EXPECT_EQ(file.floats("f32", 2, 3), values(1, 6));
  EXPECT_EQ(file.floats("f16"), values(2, 3));
  EXPECT_EQ(file.at("f16").type, TensorType::f16);
  EXPECT_EQ(file.floats("bf16"), values(3, 3));
  EXPECT_EQ(file.at("bf16").type, TensorType::bf16);
  EXPECT_EQ(file.floats("scalar"), values(4, 1));
  EXPECT_EQ(file.at("scalar").shape, Shape{});
  EXPECT_EQ(file.at("empty").shape, (Shape{0, 4}));
  EXPECT_TRUE(file.floats("empty").empty());
  EXPECT_EQ(file.floats("one_row"), values(5, 3));
  EXPECT_EQ(file.floats("tied", 4, 6), values(6, 24));
  EXPECT_EQ(file.at("tied").data, file.at("tied_again").data);
  EXPECT_EQ(file.at("second_half").data, file.at("tied").data + 12 * sizeof(float));
  EXPECT_EQ(file.at("second_half").shape, (Shape{2, 6}));
  EXPECT_EQ(raw<std::int64_t>(file, "position_ids"), (std::vector<std::int64_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(file.at("position_ids").shape, (Shape{1, 5}));
  EXPECT_EQ(raw<std::int32_t>(file, "i32"), (std::vector<std::int32_t>{0, 1, 2}));
  EXPECT_EQ(raw<std::int8_t>(file, "i8"), (std::vector<std::int8_t>{-1, 2}));
  EXPECT_EQ(raw<std::uint8_t>(file, "u8"), (std::vector<std::uint8_t>{255, 2}));
  EXPECT_EQ(file.floats("parameter"), values(9, 2));
}

TEST_P(TorchWeights, UnreadableOnesDoHarmOnlyWhenAskedFor) {
  const Tensors file = read_torch(kFolder / GetParam());
  const auto says = [&](std::string_view name, std::string_view reason) {
    EXPECT_TRUE(file.contains(name)) << name;
    const Failure f = failure([&] { return file.at(name); });
    EXPECT_EQ(f.code, ErrorCode::unsupported) << f.what;
    EXPECT_NE(f.what.find("tensor " + std::string(name) + ": "), std::string::npos) << f.what;
    EXPECT_NE(f.what.find(reason), std::string::npos) << f.what;
  };
  says("transposed", "contiguous()");
  says("expanded", "contiguous()");
  says("f64", "DoubleStorage");
  says("mask", "BoolStorage");
}

INSTANTIATE_TEST_SUITE_P(Protocols, TorchWeights, testing::Values("weights.bin", "protocol4.bin", "protocol5.bin"),
                         [](const auto& info) { return std::string(info.param, std::strcspn(info.param, ".")); });

TEST(TorchFile, FindsTheDictThatHoldsTheTensors) {
  const Tensors module = read_torch(kFolder / "module.bin");
  EXPECT_EQ(module.floats("weight", 2, 3), values(1, 6));
  EXPECT_EQ(module.floats("bias"), values(2, 2));
  // Beside the weights lie an optimizer, numpy's numbers and a Namespace.
  const Tensors training = read_torch(kFolder / "training.pt");
  EXPECT_EQ(training.all().size(), 2u);
  EXPECT_EQ(training.floats("module.weight", 2, 3), values(1, 6));
  EXPECT_EQ(training.floats("module.bias"), values(2, 2));
  EXPECT_EQ(read_torch(kFolder / "model.pt").floats("a"), values(1, 2));
  EXPECT_EQ(read_torch(kFolder / "model_state_dict.pt").floats("a"), values(1, 2));
  EXPECT_NE(failure([] { return read_torch(kFolder / "too_deep.pt"); }).what.find("state_dict"), std::string::npos);
}

TEST(TorchFile, EveryRefusalNamesFileAndReason) {
  const auto says = [](const fs::path& path, ErrorCode code, std::string_view reason) {
    const Failure f = failure([&] { return read_torch(path); });
    EXPECT_EQ(f.code, code) << f.what;
    EXPECT_EQ(f.what.find(path.string() + ": "), 0u) << f.what;
    EXPECT_NE(f.what.find(reason), std::string::npos) << f.what;
  };
  says(kFolder / "module_object.pt", ErrorCode::unsupported, "torch.nn.modules.linear.Linear");
  says(kFolder / "sparse.pt", ErrorCode::unsupported, "torch._utils._rebuild_sparse_tensor");
  says(kFolder / "legacy.pt", ErrorCode::unsupported, "torch.save");
  says(kTorchCorpus / "bare_pickle", ErrorCode::unsupported, "bare pickle");
  says(kTorchCorpus / "tar", ErrorCode::unsupported, "tar file");
  says(kTorchCorpus / "git_lfs", ErrorCode::corrupt, "git lfs pull");
  says(kTorchCorpus / "web_page", ErrorCode::corrupt, "web page");
  says(kTorchCorpus / "empty", ErrorCode::corrupt, "is empty");
  says(kTorchCorpus / "name_torchscript", ErrorCode::unsupported, "TorchScript");
  says(kTorchCorpus / "name_other_folder", ErrorCode::corrupt, "two checkpoints");
  says(kTorchCorpus / "no_folder", ErrorCode::unsupported, "data.pkl");
  says(kTorchCorpus / "no_storage", ErrorCode::corrupt, "tensor a: its storage data/0 is not in the file");
  says(kTorchCorpus / "byteorder_big", ErrorCode::unsupported, "byte order is big");
  says(kTorchCorpus / "version_new", ErrorCode::unsupported, "version 99");
  says(kTorchCorpus / "size_short", ErrorCode::corrupt, "does not have the size");
  says(kTorchCorpus / "pickle_call_os_system", ErrorCode::unsupported, "os.system");
  says(kTorchCorpus / "pickle_names_twice", ErrorCode::corrupt, "tensor a: is there twice");
  says(kTorchCorpus / "pickle_states_twice", ErrorCode::corrupt, "twice");
  says(kTorchCorpus / "pickle_tied_too_many", ErrorCode::corrupt, "more than 16384");
  for (const auto& [name, reason] : Refusals{{"shape_larger", "outside its storage"},
                                             {"offset_pushes_out", "outside its storage"},
                                             {"offset_beyond", "begins outside"},
                                             {"offset_negative", "begins outside"},
                                             {"offset_huge", "begins outside"},
                                             {"stride_beyond", "outside its storage"},
                                             {"stride_overflow", "too large"},
                                             {"stride_negative", "malformed"},
                                             {"stride_missing", "strides"},
                                             {"shape_overflow", "too large"},
                                             {"rank_9", "dimensions"},
                                             {"storage_key_path", "is not in the file"},
                                             {"storage_count_lie", "size"},
                                             {"storage_count_negative", "size"}})
    says(kTorchCorpus / ("pickle_tensor_" + name), ErrorCode::corrupt, reason);
  EXPECT_EQ(failure([] { return read_torch("/no/such/file"); }).code, ErrorCode::not_found);
}

TEST(TorchFile, TruncatedAnywhereItIsRefused) {
  const TempFolder folder;
  const fs::path path = folder / "cut.pt";
  fs::copy_file(kFolder / "training.pt", path);
  for (std::uintmax_t size = fs::file_size(path); size-- > 0;) {
    fs::resize_file(path, size);
    EXPECT_EQ(failure([&] { return read_torch(path); }).code, ErrorCode::corrupt) << size;
  }
}

TEST(ReadCheckpoint, GoesByContentNotByName) {
  const TempFolder folder;
  const fs::path renamed = folder / "model.safetensors", other = folder / "pytorch_model.bin";
  fs::copy_file(kFolder / "model.pt", renamed);
  fs::copy_file(HEARKEN_SOURCE_DIR "/fuzz/corpus/safetensors/good", other);
  EXPECT_EQ(read_checkpoint(renamed).floats("a"), values(1, 2));
  EXPECT_EQ(read_checkpoint(other).floats("a", 2, 3), (std::vector<float>{0, 1, 2, 3, 4, 5}));
  EXPECT_NE(failure([&] { return read_safetensors(renamed); }).what.find("torch.save"), std::string::npos);
  EXPECT_NE(failure([&] { return read_torch(other); }).what.find("is a safetensors file"), std::string::npos);
  EXPECT_NE(failure([&] { return read_checkpoint(kFolder / "legacy.pt"); }).what.find("1.6"), std::string::npos);
  EXPECT_NE(failure([&] { return read_checkpoint(kFolder / "make.py"); }).what.find("not a checkpoint"),
            std::string::npos);
}

}  // namespace
}  // namespace hearken::model
