// Out of one library and into another; what is not taken; excerpts and copies.
#include "hearken/exchange.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "audio/decode/decode.h"
#include "core/files/npy.h"
#include "core/paths.h"
#include "library/half.h"
#include "library/indexing/index_fixture.h"
#include "tasks/clips.h"
#include "tasks/transfer/exchange_rows.h"

namespace hearken::tasks {
namespace {

namespace fs = std::filesystem;
using library::read_text;
using library::write_text;
using library::write_wav;

class ExchangeTest : public library::IndexTest {
 protected:
  ExchangeTest() {
    write_wav(music / "a.wav", 2.75, 300);
    write_wav(music / "b, \"quoted\".wav", 0.6, 500);
    write_wav(music / "c\xFF.wav", 4.0, 700);  // a name that is not UTF-8
    IndexOptions options;
    options.threads = 1;  // so that their numbers follow their names
    index({music}, options);
  }

  ExportReport exported(const ExportOptions& options = {}) {
    return export_vectors(Library::open(file, OpenMode::read), folder, options);
  }
  // A library that holds vectors of the toy model, and one track that is nowhere else.
  void make_other() {
    write_wav(dir / "seed.wav", 1.0, 100);
    std::swap(file, other);
    index({dir / "seed.wav"});
    std::swap(file, other);
  }
  ImportReport import() {
    Library library = Library::open(other, OpenMode::create);
    return import_vectors(library, folder);
  }
  // Of the tracks in `music`.
  std::string rows_of(const fs::path& from) {
    const Library library = Library::open(from, OpenMode::read);
    return impl_of(library).db().text(
        ("SELECT group_concat(h, '|') FROM (SELECT hex(t.path) || hex(w.starts) || hex(w.vectors) || hex(e.mean) || "
         "e.mean_length || t.duration_seconds || t.size || t.mtime_ns || hex(t.content_hash) || t.title AS h FROM "
         "tracks t "
         "JOIN embeddings e ON e.track_id = t.id JOIN windows w ON w.embedding_id = e.id WHERE t.path <> CAST('" +
         (dir / "seed.wav").native() + "' AS BLOB) ORDER BY t.path)")
            .c_str());
  }
  void refused(const char* says, ErrorCode code = ErrorCode::corrupt) {
    const std::string before = rows_of(other);
    try {
      import();
      ADD_FAILURE() << says;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(says), std::string::npos) << error.what();
      EXPECT_EQ(error.code(), code) << error.what();
    }
    EXPECT_EQ(rows_of(other), before);
  }
  std::vector<std::string> lines() {
    std::istringstream text(read_text(folder / "catalogue.jsonl"));
    std::vector<std::string> out;
    for (std::string line; std::getline(text, line);) out.push_back(line);
    return out;
  }
  void write_lines(const std::vector<std::string>& all) {
    std::string text;
    for (const std::string& line : all) text += line + "\n";
    write_text(folder / "catalogue.jsonl", text);
  }
  static std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what << " in " << text;
    return at == std::string::npos ? text : text.replace(at, what.size(), with);
  }

  fs::path folder = dir / "out", other = dir / "other.db";
};

TEST_F(ExchangeTest, RoundTripIsBitForBit) {
  const ExportReport report = exported();
  EXPECT_EQ(report.tracks, 3);
  EXPECT_EQ(report.rows, 5 + 1 + 7);
  EXPECT_EQ(report.dimension, library::kToyDimension);
  ASSERT_EQ(report.files.size(), 4U);
  EXPECT_EQ(report.files.back(), folder / "export.json");
  make_other();
  const ImportReport taken = import();
  EXPECT_EQ(taken.tracks, 3);
  EXPECT_EQ(taken.imported, 3);
  EXPECT_EQ(taken.windows, 13);
  EXPECT_TRUE(taken.skipped.empty());
  EXPECT_EQ(rows_of(other), rows_of(file));
  library::expect_sound(other);
  const std::string before = read_text(other);
  const ImportReport again = import();
  EXPECT_EQ(again.imported, 0);
  EXPECT_EQ(again.unchanged, 3);
  EXPECT_EQ(again.windows, 0);
  EXPECT_EQ(read_text(other), before);
}

TEST_F(ExchangeTest, RowsStandSideBySide) {
  exported();
  NpyReader npy(folder / "vectors.npy");
  const std::vector<std::string> json = lines();
  std::istringstream csv(read_text(folder / "catalogue.csv"));
  std::string header;
  std::getline(csv, header);
  EXPECT_EQ(header, csv_columns(ExportBy::window));
  ASSERT_EQ(npy.shape().rows, json.size());
  std::vector<float> vector(library::kToyDimension);
  const Library library = Library::open(file, OpenMode::read);
  for (std::size_t i = 0; i < json.size(); ++i) {
    npy.read(vector);
    const Row row = parse_row(json[i], i + 1, "x");
    std::string line;
    std::getline(csv, line);
    EXPECT_TRUE(line.starts_with(row.chunk_id + "," + std::to_string(row.track.id) + ",")) << line;
    // The vector is that of the window which the row names.
    const std::size_t window = std::stoul(row.chunk_id.substr(row.chunk_id.find('-') + 1));
    EXPECT_NEAR(row.start_seconds,
                std::min(0.5 * static_cast<double>(window), std::max(0.0, row.track.duration_seconds - 1)), 1e-9);
    const std::string stored = impl_of(library).db().text(
        ("SELECT hex(substr(w.vectors, 1 + " + std::to_string(window * 16) +
         ", 16)) FROM windows w JOIN embeddings e ON e.id = w.embedding_id WHERE e.track_id = " +
         std::to_string(row.track.id))
            .c_str());
    std::string hex;
    for (const float x : vector) {
      const std::uint16_t half = library::half_from_float(x);
      char text[5];
      std::snprintf(text, sizeof text, "%02X%02X", half & 0xFF, half >> 8);
      hex += text;
    }
    EXPECT_EQ(hex, stored);
    EXPECT_EQ(row.end_seconds, std::min(row.start_seconds + 1.0, row.track.duration_seconds));
  }
}

TEST_F(ExchangeTest, ByTrackAndInPart) {
  ExportOptions options;
  options.by = ExportBy::track;
  options.csv = false;
  const ExportReport report = exported(options);
  EXPECT_EQ(report.rows, 3);
  EXPECT_FALSE(fs::exists(folder / "catalogue.csv"));
  NpyReader npy(folder / "vectors.npy");
  std::vector<float> mean(library::kToyDimension);
  npy.read(mean);
  double square = 0;
  for (const float x : mean) square += static_cast<double>(x) * static_cast<double>(x);
  EXPECT_NEAR(std::sqrt(square), std::stod(text("SELECT mean_length FROM embeddings ORDER BY id LIMIT 1")), 1e-6);
  EXPECT_EQ(lines()[0].find("chunk_id"), std::string::npos);
  make_other();
  refused("an export by tracks", ErrorCode::mismatch);

  options.by = ExportBy::window;
  options.npy = options.jsonl = false;
  options.csv = true;
  options.where = "duration > 3";
  EXPECT_EQ(exported(options).rows, 7);
  EXPECT_FALSE(fs::exists(folder / "vectors.npy"));  // that of the export before
  EXPECT_TRUE(fs::exists(folder / "catalogue.csv"));
  options.where = "duration > 1000";
  EXPECT_THROW(exported(options), Error);
  EXPECT_TRUE(fs::exists(folder / "catalogue.csv"));
}

TEST_F(ExchangeTest, OtherFilesAreNotTaken) {
  exported();
  make_other();
  fs::remove(music / "a.wav");
  std::string bytes = read_text(music / "c\xFF.wav");
  bytes.back() ^= 1;
  write_text(music / "c\xFF.wav", bytes);
  fs::last_write_time(music / "c\xFF.wav", fs::last_write_time(music) + std::chrono::seconds(9));
  touch(music / "b, \"quoted\".wav");  // another time, the same bytes
  ImportReport report = import();
  EXPECT_EQ(report.imported, 1);
  ASSERT_EQ(report.skipped.size(), 2U);
  EXPECT_EQ(report.skipped[0].code, ErrorCode::not_found);
  EXPECT_EQ(report.skipped[1].code, ErrorCode::mismatch);
  EXPECT_NE(report.skipped[1].reason.find("other content"), std::string::npos);
  write_text(music / "c\xFF.wav", bytes + "x");
  report = import();
  EXPECT_EQ(report.unchanged, 1);
  EXPECT_NE(report.skipped[1].reason.find("bytes"), std::string::npos);
  library::expect_sound(other);
}

TEST_F(ExchangeTest, WhatIsThereIsCompleted) {
  exported();
  // The same tracks with the vectors of another model, one of them gone for the moment.
  std::swap(file, other);
  index({music}, {}, library::toy_entry("another"));
  execute("UPDATE tracks SET missing = 1 WHERE id = 1");
  std::swap(file, other);
  refused("fingerprint toy", ErrorCode::mismatch);
  const auto others_vectors = [&] {
    return impl_of(Library::open(other, OpenMode::read))
        .db()
        .text(
            "SELECT group_concat(h, '|') FROM (SELECT hex(e.mean) AS h FROM embeddings e JOIN models m ON m.id = "
            "e.model_id WHERE m.fingerprint = 'another' ORDER BY e.id)");
  };
  const std::string another = others_vectors();
  write_wav(dir / "seed.wav", 1.0, 100);
  std::swap(file, other);
  index({dir / "seed.wav"});
  std::swap(file, other);
  EXPECT_EQ(import().imported, 3);
  const Library library = Library::open(other, OpenMode::read);
  EXPECT_EQ(impl_of(library).db().integer("SELECT count(*) FROM tracks"), 4);
  EXPECT_EQ(impl_of(library).db().integer("SELECT count(*) FROM embeddings"), 7);
  EXPECT_EQ(impl_of(library).db().integer("SELECT count(*) FROM tracks WHERE missing = 1"), 0);
  EXPECT_EQ(others_vectors(), another);
}

TEST_F(ExchangeTest, NothingIsTakenFromACatalogueThatIsWrong) {
  exported();
  make_other();
  const std::vector<std::string> good = lines();
  const auto refused_with = [&](std::size_t at, const std::string& what, const std::string& with, const char* reason) {
    std::vector<std::string> bad = good;
    bad[at] = replaced(bad[at], what, with);
    write_lines(bad);
    refused(reason);
  };
  refused_with(2, "\"start\":1.0", "\"start\":1.4",
               "catalogue.jsonl: line 3: a window from 1.4 s on does not follow: 1 s was expected");
  refused_with(0, "\"start\":0.0", "\"start\":0.4", "line 1: a window from 0.4 s on");
  refused_with(2, "\"start\":1.0", "\"start\":null", "line 3: start: a number was expected");
  refused_with(3, "\"size\":", "\"size\":1", "line 4: says something else of its track");
  refused_with(0, "\"path\":\"/", "\"path\":\"/../", "line 1: path: the whole path of a file");
  refused_with(12, "{", "[", "line 13: is not JSON");
  std::vector<std::string> bad = good;
  bad.erase(bad.begin() + 4);
  write_lines(bad);
  refused("line 1: the windows of");
  bad = good;
  bad.pop_back();
  write_lines(bad);
  refused("line 12: ends here");
  bad = good;
  bad.push_back(good.back());
  write_lines(bad);
  refused("line 14: ");
  bad = good;
  bad[1] = std::string(kLongestRow + 1, ' ');
  write_lines(bad);
  refused("line 2: is too long");
  fs::remove(folder / "catalogue.jsonl");
  refused("catalogue.jsonl", ErrorCode::not_found);
  write_lines(good);
  EXPECT_EQ(import().imported, 3);
}

TEST_F(ExchangeTest, NothingIsTakenFromAManifestThatIsWrong) {
  exported();
  make_other();
  const std::string manifest = read_text(folder / "export.json");
  const auto with_manifest = [&](const std::string& what, const std::string& with) {
    write_text(folder / "export.json", replaced(manifest, what, with));
  };
  with_manifest("\"rows\": 13", "\"rows\": 12");
  refused("vectors.npy: holds 13 rows");
  with_manifest("\"dimension\": 8", "\"dimension\": 4");
  refused("other dimensions or windows");
  with_manifest("\"fingerprint\": \"toy\"", "\"fingerprint\": \"tin\"");
  refused("fingerprint tin", ErrorCode::mismatch);
  with_manifest("\"version\": 1", "\"version\": 2");
  refused("of version 2", ErrorCode::mismatch);
  with_manifest("\"hop\": 0.5", "\"hop\": -1");
  refused("hop: 0.001 to 86400 was expected");
  with_manifest("hearken export", "something");
  refused("is not of hearken export");
  write_text(folder / "export.json", "");
  refused("export.json: is not JSON");
  fs::remove(folder / "export.json");
  refused("export.json", ErrorCode::not_found);
  write_text(folder / "export.json", manifest);
  EXPECT_EQ(import().imported, 3);
}

TEST_F(ExchangeTest, NothingIsTakenFromVectorsThatAreWrong) {
  exported();
  make_other();
  const std::string npy = read_text(folder / "vectors.npy");
  const auto with_vector = [&](std::size_t row, float value) {
    std::string bytes = npy;
    const std::size_t at = bytes.size() - (13 - row) * 32;
    std::copy_n(reinterpret_cast<const char*>(&value), 4, bytes.begin() + static_cast<std::ptrdiff_t>(at));
    write_text(folder / "vectors.npy", bytes);
  };
  with_vector(7, std::nanf(""));
  refused("vectors.npy: row 7 (from 0) is not a unit vector");
  with_vector(12, 1.5F);
  refused("row 12");
  write_text(folder / "vectors.npy", npy.substr(0, npy.size() - 4));
  refused("promises 13 rows");
  write_text(folder / "vectors.npy", npy);
  EXPECT_EQ(import().imported, 3);
}

TEST_F(ExchangeTest, ClipsAreTheWindowsSound) {
  // At the clips' own rate, samples come back as they were.
  fs::remove_all(music);
  fs::create_directories(music);
  write_wav(music / "x.wav", 2.75, 300, kClipRateHz);
  fs::remove(file);
  index();
  ExportOptions options;
  options.clips = dir / "clips";
  const ExportReport report = exported(options);
  EXPECT_EQ(report.clips, 5);
  EXPECT_TRUE(report.skipped.empty());
  const std::string whole = read_text(music / "x.wav").substr(44);
  const double starts[] = {0, 0.5, 1, 1.5, 1.75};
  for (int i = 0; i < 5; ++i) {
    const std::string clip = read_text(dir / ("clips/1-" + std::to_string(i) + ".wav"));
    ASSERT_EQ(clip.size(), 44U + 2 * kClipRateHz);
    EXPECT_EQ(clip.substr(44), whole.substr(static_cast<std::size_t>(2 * kClipRateHz * starts[i]), 2 * kClipRateHz))
        << i;
    EXPECT_EQ(audio::open_samples(dir / ("clips/1-" + std::to_string(i) + ".wav"), kClipRateHz)->sample_rate_hz(),
              kClipRateHz);
  }
  fs::remove(music / "x.wav");
  const ExportReport gone = exported(options);
  EXPECT_EQ(gone.clips, 0);
  ASSERT_EQ(gone.skipped.size(), 1U);
  EXPECT_EQ(gone.skipped[0].code, ErrorCode::not_found);
}

TEST_F(ExchangeTest, HitsAreCopied) {
  FindHit hit;
  hit.path = music / "a.wav";
  hit.start_seconds = 0.5;
  hit.end_seconds = 1.5;
  FindHit second = hit;
  second.path = music / ("b, \"quoted\".wav");
  FindHit gone = hit;
  gone.path = music / "gone.wav";
  const FindHit hits[] = {hit, gone, second};
  const CopyReport report = copy_hits(hits, dir / "session");
  ASSERT_EQ(report.written.size(), 2U);
  EXPECT_EQ(report.written[0], dir / "session/01 a.wav");
  EXPECT_EQ(report.written[1], dir / "session/03 b, \"quoted\".wav");
  EXPECT_EQ(read_text(report.written[0]), read_text(hit.path));
  ASSERT_EQ(report.skipped.size(), 1U);
  EXPECT_EQ(report.skipped[0].path, gone.path);
  EXPECT_THROW(copy_hits(std::span(hits).first(1), dir / "session"), Error);  // "01 a.wav" is there
  EXPECT_EQ(copy_hits(std::span(hits).first(1), dir / "session", 99).written[0], dir / "session/99 a.wav");
  const CopyReport moments = copy_hits(std::span(hits).first(1), dir / "session", 1, true);
  EXPECT_EQ(moments.written[0], dir / "session/01 a 0-00.wav");
  EXPECT_EQ(read_text(moments.written[0]).size(), 44U + 2 * kClipRateHz);
  for (const auto& entry : fs::directory_iterator(dir / "session"))
    EXPECT_EQ(entry.path().extension(), ".wav");  // nothing half done
}

}  // namespace
}  // namespace hearken::tasks
