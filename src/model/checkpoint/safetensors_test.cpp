// The reader on good files and on every kind of bad one.
#include "model/checkpoint/safetensors.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "model/checkpoint/testing.h"

namespace hearken::model {
namespace {

namespace fs = std::filesystem;

class SafeTensorsFile : public SafeTensorsTest {
 protected:
  void write(std::string_view header, std::string_view data) {
    std::ofstream out(path_, std::ios::binary);
    const std::uint64_t size = header.size();
    out.write(reinterpret_cast<const char*>(&size), 8);
    out << header << data;
  }
  std::string error() {
    try {
      read_safetensors(path_);
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::corrupt);
      EXPECT_NE(std::string(e.what()).find(path_.string()), std::string::npos) << e.what();
      return e.what();
    }
    return "";
  }
};

std::string f32(std::initializer_list<float> values) {
  std::string out(values.size() * 4, '\0');
  std::memcpy(out.data(), std::data(values), out.size());
  return out;
}

TEST_F(SafeTensorsFile, ReadsMatricesVectorsAndScaledInt8) {
  write(R"({"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2,1,2],"data_offsets":[0,16]},
            "q":{"dtype":"I8","shape":[2,2],"data_offsets":[16,20]},
            "q.scale":{"dtype":"F32","shape":[2],"data_offsets":[20,28]}})",
        f32({1, 2, 3, 4}) + std::string("\x01\xff\x02\x03", 4) + f32({1, 10}));
  const auto file = read_safetensors(path_);
  EXPECT_EQ(file.floats("a", 2, 2), (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(file.floats("q", 2, 2), (std::vector<float>{1, -1, 20, 30}));
  EXPECT_EQ(file.floats("a"), (std::vector<float>{1, 2, 3, 4}));
  EXPECT_THROW(file.floats("a", 4, 2), Error);
  EXPECT_THROW(file.floats("a", 4, 1), Error);  // the shape must fit, not only the size
  EXPECT_THROW(file.at("missing"), Error);
}

TEST_F(SafeTensorsFile, NamesWhatIsWrong) {
  const auto says = [&](std::string_view header, std::string_view data, std::string_view reason) {
    write(header, data);
    EXPECT_NE(error().find(reason), std::string::npos) << header << "\n" << error();
  };
  says("no json", "", "not a safetensors file");
  says("[]", "", "not a safetensors file");
  says("{no json", "", "not JSON");
  says("{}{}", "", "not JSON");
  says(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", "1234", "outside the file");
  says(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", "12345678", "does not fit its shape");
  says(R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", "12345678", "shape is malformed");
  says(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", "12345678", "outside");
  says(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0.5,8]}})", "12345678", "offsets");
  says(R"({"a":7})", "", "malformed");
  says(R"({"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,8]}})", "12345678",
       "too large");
  says(R"({"a":{"dtype":"I8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"I8","shape":[4],"data_offsets":[2,6]}})",
       "123456", "overlap");
  says(R"({"a":{"dtype":"I8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"I8","shape":[2],"data_offsets":[4,6]}})",
       "123456", "hole");
  says(R"({"a":{"dtype":"I8","shape":[2],"data_offsets":[0,2]}})", "1234", "after its last");
  const std::string a = R"({"dtype":"I8","shape":[0],"data_offsets":[0,0]})";
  says(R"({"a":)" + a + R"(,"a":)" + a + "}", "", "tensor a: is there twice");
  says(R"({"a":)" + a + R"(,"\u0061":)" + a + "}", "", "tensor a: is there twice");
  says(R"({"a":{"dtype":"I8","dtype":"I8","shape":[0],"data_offsets":[0,0]}})", "", "entry is malformed");
  says(R"({"a":{"dtype":"I8","shape":[0]}})", "", "entry is malformed");
  says(R"({"a":{"dtype":"I8","shape":[[0]],"data_offsets":[0,0]}})", "", "shape is malformed");
  says(R"({"a":{"dtype":"I8","shape":[0],"data_offsets":[0,0,0]}})", "", "offsets are malformed");
  says(R"({"a":{"dtype":"I8","shape":[1,1,1,1,1,1,1,1,0],"data_offsets":[0,0]}})", "", "too many dimensions");
  says(R"({"__metadata__":)" + std::string(100, '[') + std::string(100, ']') + "}", "", "malformed");
  std::string many = "{";
  for (int i = 0; i <= 16384; ++i) many += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":" + a;
  says(many + "}", "", "more than 16384");
  std::ofstream(path_, std::ios::binary) << "1234";
  EXPECT_NE(error().find("not a safetensors file"), std::string::npos);
  std::ofstream(path_, std::ios::binary) << std::string("\0\0\0\1\0\0\0\0{}", 10);
  EXPECT_NE(error().find("header"), std::string::npos);
}

TEST_F(SafeTensorsFile, TypesThatAreNotReadDoHarmOnlyWhenAskedFor) {
  write(R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"F99","shape":[3],"data_offsets":[8,10]},
            "position_ids":{"dtype":"I64","shape":[1,1],"data_offsets":[10,18]},
            "w":{"dtype":"F32","shape":[1],"data_offsets":[18,22]},
            "z":{"dtype":"F32","shape":[0,2147483647,2147483647,2147483647],"data_offsets":[0,0]}})",
        std::string(18, 'x') + f32({3}));
  const auto file = read_safetensors(path_);
  EXPECT_EQ(file.all().size(), 5u);
  EXPECT_EQ(file.floats("w"), (std::vector<float>{3}));
  EXPECT_TRUE(file.floats("z").empty());
  EXPECT_EQ(file.at("position_ids").type, TensorType::i64);
  for (const auto& [name, type] : std::vector<std::pair<std::string, std::string>>{{"a", "F64"}, {"b", "F99"}}) {
    try {
      static_cast<void>(file.at(name));
      ADD_FAILURE() << name;
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::unsupported);
      EXPECT_NE(std::string(e.what()).find("tensor " + name + ": its type, " + type), std::string::npos) << e.what();
    }
  }
}

TEST_F(SafeTensorsFile, SurvivesTruncationAnywhere) {
  write(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", "12345678");
  const auto full = fs::file_size(path_);
  for (std::uintmax_t size = full - 1; size > 0; --size) {
    fs::resize_file(path_, size);
    EXPECT_NE(error(), "") << "at " << size;
  }
}

}  // namespace
}  // namespace hearken::model
