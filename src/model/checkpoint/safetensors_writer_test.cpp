// What is written is read again, and a file appears whole or not at all.
#include "model/checkpoint/safetensors_writer.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "model/checkpoint/safetensors.h"
#include "model/checkpoint/testing.h"

namespace hearken::model {
namespace {

namespace fs = std::filesystem;

class SafeTensorsWriter : public SafeTensorsTest {
 protected:
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  void write(const std::map<std::string, Tensor>& tensors) {
    NewFile file(path_);
    write_safetensors(file, tensors);
    file.finish();
    file.appear();
  }
};

// Every type, in an order that is not that of the sizes; empty, a single number, names that JSON must quote.
std::map<std::string, Tensor> every_kind(const std::vector<std::byte>& bytes) {
  const auto tensor = [&](TensorType type, std::vector<std::int64_t> shape, std::size_t offset) {
    Tensor t{type, std::move(shape), bytes.data() + offset, 0, {}};
    t.bytes = static_cast<std::size_t>(t.elements()) * size_of(type);
    return t;
  };
  return {{"a.i8", tensor(TensorType::i8, {3}, 1)},         {"b.bf16", tensor(TensorType::bf16, {2, 3}, 2)},
          {"c.f32", tensor(TensorType::f32, {2, 1, 2}, 3)}, {"d.i64", tensor(TensorType::i64, {}, 5)},
          {"e.f16", tensor(TensorType::f16, {5}, 7)},       {"f.none", tensor(TensorType::f32, {0, 7}, 0)},
          {"g.u8", tensor(TensorType::u8, {1}, 9)},         {"h\"\\\n ä", tensor(TensorType::i32, {2}, 11)}};
}

TEST_F(SafeTensorsWriter, WhatIsWrittenIsReadAgain) {
  std::vector<std::byte> bytes(64);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(37 * i + 5);
  const auto tensors = every_kind(bytes);
  write(tensors);
  const Tensors read = read_safetensors(path_);
  ASSERT_EQ(read.all().size(), tensors.size());
  std::uint64_t header = 0;
  std::memcpy(&header, read.file().data(), 8);
  EXPECT_EQ(header % 8, 0U);
  const std::string text(reinterpret_cast<const char*>(read.file().data()) + 8, header);
  EXPECT_TRUE(text.starts_with(R"({"__metadata__":{"format":"pt"},)")) << text;
  for (const auto& [name, tensor] : tensors) {
    const Tensor& again = read.at(name);
    EXPECT_EQ(again.type, tensor.type) << name;
    EXPECT_EQ(again.shape, tensor.shape) << name;
    ASSERT_EQ(again.bytes, tensor.bytes) << name;
    EXPECT_EQ(std::memcmp(again.data, tensor.data, tensor.bytes), 0) << name;
    if (tensor.bytes == 0) continue;
    EXPECT_EQ(static_cast<std::size_t>(again.data - read.file().data()) % size_of(tensor.type), 0U) << name;
  }
  // The same tensors make the same file.
  const std::vector<std::byte> first(read.file().begin(), read.file().end());
  write({read.all().begin(), read.all().end()});
  const Tensors second = read_safetensors(path_);
  EXPECT_TRUE(std::equal(first.begin(), first.end(), second.file().begin(), second.file().end()));
  EXPECT_EQ(files(), 1U);
}

TEST_F(SafeTensorsWriter, HeadersOfEveryLengthEndAtAMultipleOfEight) {
  const std::vector<std::byte> bytes(4);
  for (std::size_t n = 1; n <= 9; ++n) {
    write({{std::string(n, 'n'), Tensor{TensorType::f32, {1}, bytes.data(), 4, {}}}});
    const Tensors read = read_safetensors(path_);
    EXPECT_EQ(read.file().size() % 8, 4U) << n;
    EXPECT_EQ(read.floats(std::string(n, 'n')), std::vector<float>{0}) << n;
  }
}

TEST_F(SafeTensorsWriter, ATensorThatCannotBeReadIsRefused) {
  try {
    write({{"odd", Tensor{TensorType::f32, {1}, nullptr, 0, "its type, F99, is not read"}}});
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unsupported);
    EXPECT_NE(std::string(error.what()).find("odd: its type, F99"), std::string::npos) << error.what();
  }
  EXPECT_EQ(files(), 0U);
}

TEST_F(SafeTensorsWriter, AFullDiskLeavesNothingAndWhatWasThereStays) {
  std::ofstream(path_) << "old";
  const std::vector<std::byte> bytes(1 << 20);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1 << 16, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  std::string message;
  try {
    write({{"a", Tensor{TensorType::f32, {1 << 18}, bytes.data(), bytes.size(), {}}}});
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::io);
    message = error.what();
  }
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_NE(message.find(path_.string() + ": cannot write"), std::string::npos) << message;
  EXPECT_EQ(files(), 1U);
  std::string content;
  std::ifstream(path_) >> content;
  EXPECT_EQ(content, "old");
}

TEST_F(SafeTensorsWriter, AFileThatIsThereIsReplacedOnlyAtTheEnd) {
  std::ofstream(path_) << "old";
  {
    NewFile file(path_);
    file.write(std::string_view("new"));
    file.finish();
    EXPECT_EQ(fs::file_size(path_), 3U);
    EXPECT_EQ(files(), 2U);
  }
  std::string content;
  std::ifstream(path_) >> content;
  EXPECT_EQ(content, "old");
  EXPECT_EQ(files(), 1U);
  EXPECT_THROW(NewFile(folder_ / "none" / "x"), Error);
}

}  // namespace
}  // namespace hearken::model
