// .npy files, written, read, and lied about.
#include "core/files/npy.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "hearken/error.h"

namespace hearken {
namespace {

std::string file_of(const std::string& header, std::size_t data, char version = 1) {
  std::string out = "\x93NUMPY";
  out += version;
  out += '\0';
  out += static_cast<char>(header.size() & 0xFF);
  out += static_cast<char>(header.size() >> 8);
  if (version > 1) out += std::string(2, '\0');
  return out + header + std::string(data, '\0');
}

TEST(Npy, ComesBackAsItWasWritten) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "hearken-npy-test.npy";
  const std::vector<float> values = {1, 2, 3, -4, 0.5F, 1e-30F};
  write_npy(path, values, 3);
  NpyReader reader(path);
  EXPECT_EQ(reader.shape().rows, 2U);
  EXPECT_EQ(reader.shape().columns, 3U);
  std::vector<float> row(3), all(6);
  reader.read(row);
  reader.read(row);
  EXPECT_EQ(row, (std::vector<float>{-4, 0.5F, 1e-30F}));
  EXPECT_THROW(reader.read(row), Error);
  reader.rewind();
  reader.read(all);
  EXPECT_EQ(all, values);
  std::ofstream(path, std::ios::binary | std::ios::app) << "x";
  EXPECT_THROW(NpyReader{path}, Error);
  std::filesystem::remove(path);
  EXPECT_THROW(NpyReader{path}, Error);
}

TEST(Npy, OtherWritersHeaders) {
  for (const std::string& header : {std::string("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }    \n"),
                                    std::string("{\"shape\":(2,3),\"fortran_order\":False,\"descr\":\"<f4\"}"),
                                    std::string("{'fortran_order': False,'descr': '<f4' , 'shape': (2, 3,)}\n")}) {
    for (const char version : {1, 2, 3}) {
      const std::string file = file_of(header, 24, version);
      const NpyShape shape = parse_npy(file, file.size(), "x.npy");
      EXPECT_EQ(shape.rows, 2U) << header;
      EXPECT_EQ(shape.columns, 3U);
      EXPECT_EQ(shape.data_at, file.size() - 24);
    }
  }
}

TEST(Npy, WhatIsNotBelieved) {
  const auto header = [](const std::string& shape, const std::string& type = "<f4",
                         const std::string& order = "False") {
    return "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
  };
  struct Bad {
    std::string file;
    const char* says;
  };
  const Bad bads[] = {
      {"", "not an .npy file"},
      {"RIFFxxxxxxxxxxxxx", "not an .npy file"},
      {file_of(header("(2, 3)"), 23), "promises 2 rows of 3 elements"},
      {file_of(header("(2, 3)"), 25), "promises"},
      {file_of(header("(4611686018427387905, 1)"), 4), "promises"},
      {file_of(header("(4294967296, 4294967296)"), 0), "too many columns"},
      {file_of(header("(0, 4294967296)"), 0), "too many columns"},
      {file_of(header("(4611686018427387904, 4)"), 0), "promises"},
      {file_of(header("(99999999999999999999999, 1)"), 0), "not one that NumPy writes"},
      {file_of(header("(-1, 1)"), 0), "not one that NumPy writes"},
      {file_of(header("(6,)"), 24), "not two dimensions"},
      {file_of(header("()"), 4), "not two dimensions"},
      {file_of(header("(1, 2, 3)"), 24), "more than two dimensions"},
      {file_of(header("(2, 3)", "<f8"), 48), "'<f8'"},
      {file_of(header("(2, 3)", ">f4"), 24), "'>f4'"},
      {file_of(header("(2, 3)", "<f4", "True"), 24), "Fortran"},
      {file_of("{'descr': '<f4', 'fortran_order': False}", 0), "not one that NumPy writes"},
      {file_of("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (0, 0)}", 0), "not one"},
      {file_of(header("(0, 0)") + "x", 0), "not one that NumPy writes"},
      {file_of(header("(0, 0)"), 0, 4), "version 4"},
      {file_of(header("(2, 3)"), 24).substr(0, 30), "cut off"},
  };
  for (const Bad& bad : bads) {
    try {
      parse_npy(bad.file, bad.file.size(), "x.npy");
      ADD_FAILURE() << bad.says;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("x.npy: "), std::string::npos);
      EXPECT_NE(std::string(error.what()).find(bad.says), std::string::npos) << error.what();
    }
  }
  const std::string empty = file_of(header("(0, 512)"), 0);
  EXPECT_EQ(parse_npy(empty, empty.size(), "x.npy").rows, 0U);
}

}  // namespace
}  // namespace hearken
