// The zip directory on archives made by fuzz/make_corpus.py: each is a good one with one thing changed.
#include "model/checkpoint/zip.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/files/mapped_file.h"
#include "model/checkpoint/testing.h"

namespace hearken::model {
namespace {

const std::filesystem::path kZipCorpus = HEARKEN_SOURCE_DIR "/fuzz/corpus/torch_file";

// Opens the archive and every entry in it.
std::string problem(const std::string& name, ErrorCode wanted) {
  const MappedFile file(kZipCorpus / name);
  try {
    const ZipDirectory zip(kZipCorpus / name, file.bytes());
    for (const ZipEntry& entry : zip.entries()) static_cast<void>(zip.checked_bytes(entry));
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), wanted) << e.what();
    return e.what();
  }
  return "";
}

void expect_refused(ErrorCode code, const Refusals& refusals) {
  for (const auto& [name, reason] : refusals) {
    const std::string what = problem(name, code);
    EXPECT_NE(what.find(reason), std::string::npos) << name << ": " << what;
  }
}

TEST(Zip, FindsEntriesWhereTheyLie) {
  for (const char* const name :
       {"good", "good_no_zip64", "good_sizes_first", "zip64_extra", "local_extra_long", "name_folder"}) {
    EXPECT_EQ(problem(name, ErrorCode::internal), "") << name;
    const MappedFile file(kZipCorpus / name);
    const ZipDirectory zip(kZipCorpus / name, file.bytes());
    const ZipEntry* const entry = zip.find("a/byteorder");
    ASSERT_NE(entry, nullptr) << name;
    const auto bytes = zip.checked_bytes(*entry);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()), "little") << name;
    EXPECT_EQ(zip.find("a/byteorde"), nullptr);
    EXPECT_EQ(zip.bytes(*zip.find("a/data/0")).size(), 24u) << name;
  }
}

TEST(Zip, RefusesWhatTwoProgramsCouldReadDifferently) {
  expect_refused(ErrorCode::corrupt, {{"name_parent", "named \"a/../data/0\""},
                                      {"name_absolute", "named \"/etc/passwd\""},
                                      {"name_backslash", "named"},
                                      {"name_dot", "named"},
                                      {"name_double", "named"},
                                      {"name_empty", "named"},
                                      {"name_newline", "named"},
                                      {"name_nul", "named"},
                                      {"name_twice", "a/data.pkl: is there twice"},
                                      {"crc_pickle", "checksum"},
                                      {"local_name", "another name"},
                                      {"local_name_length", "another name"},
                                      {"local_size", "disagree"},
                                      {"local_signature", "no header"},
                                      {"local_at_0", "overlaps"},
                                      {"local_at_end", "outside the file"},
                                      {"pickle_overlapped", "overlaps"},
                                      {"size_beyond", "overlaps"},
                                      {"size_over_next", "overlaps"},
                                      {"zip64_extra_lie", "overlaps"},
                                      {"zip64_extra_all", "outside the file"},
                                      {"zip64_extra_short", "zip64 sizes are missing"},
                                      {"zip64_extra_missing", "zip64 sizes are missing"},
                                      {"zip64_extra_two_sizes", "two sizes"},
                                      {"zip64_record_far", "not where it should be"},
                                      {"zip64_count", "disagree"},
                                      {"zip64_begin", "disagree"},
                                      {"zip64_missing", "zip64 directory is missing"},
                                      {"count_many", "too small"},
                                      {"count_few", "after its last"},
                                      {"directory_at_0", "does not fit"},
                                      {"directory_beyond", "does not fit"},
                                      {"directory_gap", "does not fit"},
                                      {"comment", "does not end in a zip directory"},
                                      {"appended", "does not end in a zip directory"},
                                      {"empty", "too short"}});
}

TEST(Zip, RefusesWhatIsNotStored) {
  expect_refused(ErrorCode::unsupported, {{"compressed", "is compressed"},
                                          {"compressed_data", "is compressed"},
                                          {"encrypted", "is encrypted"},
                                          {"strongly_encrypted", "is encrypted"},
                                          {"disk", "several parts"}});
}

}  // namespace
}  // namespace hearken::model
