// Vectors with labels: what is read, and what is refused with its line.
#include "data/labelled_vectors.h"

#include <limits>

#include "audio/testing.h"
#include "core/files/npy.h"

namespace hearken::data {
namespace {

class LabelledVectorsTest : public audio::testing::FolderTest {
 protected:
  LabelledVectorsTest() { write_npy(vectors, std::vector<float>{1, 2, 3, 4, 5, 6}, 2); }

  std::string refusal(const std::string& csv) {
    write("y.csv", csv);
    try {
      read_labelled_vectors(vectors, labels);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  const std::filesystem::path vectors = folder_ / "x.npy", labels = folder_ / "y.csv";
};

TEST_F(LabelledVectorsTest, AreReadSideBySide) {
  write("y.csv",
        "\xEF\xBB\xBF"
        "file,label\r\n\"a, b\",rock\r\nc,\r\n\"d\n\",\"j\"\"z\"\r\n");
  const LabelledVectors got = read_labelled_vectors(vectors, labels);
  EXPECT_EQ(got.dimension, 2U);
  EXPECT_EQ(got.rows, (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(got.labels, (std::vector<std::string>{"rock", "", "j\"z"}));
  EXPECT_EQ(got.names, (std::vector<std::string>{"a, b", "c", "d\n"}));
  EXPECT_EQ(read_vectors(vectors).labels, std::vector<std::string>(3));
}

TEST_F(LabelledVectorsTest, ThatDoNotGoTogetherAreRefused) {
  EXPECT_NE(refusal("label\na\nb\nc\nd\n").find("y.csv: line 5: a row of labels too many, "), std::string::npos);
  EXPECT_NE(refusal("label\na\n").find("y.csv: ends after 1 rows of labels, "), std::string::npos);
  EXPECT_NE(refusal("class\na\nb\nc\n").find("class"), std::string::npos);
  EXPECT_NE(refusal("label\na\n\xFF\nc\n").find("line 3"), std::string::npos);
  EXPECT_NE(refusal("label,label\na,a\n"), "");
  write_npy(vectors, std::vector<float>{1, 2, 3, std::numeric_limits<float>::quiet_NaN()}, 2);
  EXPECT_NE(refusal("label\na\nb\n").find("x.npy: row 1 (counted from 0)"), std::string::npos);
  write_npy(vectors, {}, 2);
  EXPECT_NE(refusal("label\n").find("holds no vectors"), std::string::npos);
}

}  // namespace
}  // namespace hearken::data
