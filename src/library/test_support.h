// For the tests of this room and of search: a folder that goes away, sounds to put in it, and a model small enough to
// run a thousand times.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "audio/decode/wave.h"
#include "core/testing/temp_folder.h"
#include "hearken/library.h"
#include "library/indexing/pipeline.h"
#include "library/indexing/store.h"
#include "library/library_impl.h"
#include "library/sqlite.h"

namespace hearken::library {

/// As a user without rights even when the tests run as root.
class WithoutRights {
 public:
  WithoutRights() : was_(::geteuid()) {
    if (was_ == 0 && ::seteuid(65534) != 0) throw std::runtime_error("cannot give up rights");
  }
  ~WithoutRights() {
    if (::seteuid(was_) != 0) std::abort();
  }

 private:
  uid_t was_;
};

inline std::string numbered(std::string before, int number, const std::string& after = {}) {
  return before.append(std::to_string(number)).append(after);
}

inline void write_text(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A tone as 16-bit mono WAV; a rising one sounds different in each window.
inline void write_wav(const std::filesystem::path& path, double seconds, double hertz, int rate_hz = 8000) {
  std::vector<std::int16_t> samples(static_cast<std::size_t>(std::lround(seconds * rate_hz)));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double t = static_cast<double>(i) / rate_hz;
    samples[i] = static_cast<std::int16_t>(std::lround(12000 * std::sin(6.283185307 * hertz * t * (1 + 0.1 * t))));
  }
  write_text(path, audio::wave_file(samples, rate_hz));
}

inline constexpr std::size_t kToyDimension = 8;

/// Windows of 1 s every 0.5 s at 8 kHz; a vector of eight sums over the samples, of length one.
inline WindowModel toy_model() {
  WindowModel model;
  model.sample_rate_hz = 8000;
  model.window_samples = 8000;
  model.hop_samples = 4000;
  model.feature_count = kToyDimension;
  model.dimension = kToyDimension;
  model.features = [](std::span<const float> samples, std::span<float> out) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      float sum = 0.01F;
      for (std::size_t s = 0; s < samples.size(); ++s) {
        sum += samples[s] * std::cos(static_cast<float>(s * (i + 1)) * 0.1F);
      }
      out[i] = sum;
    }
  };
  model.embed = [](std::span<const float> features, std::span<float> out) {
    for (std::size_t row = 0; row < out.size(); row += kToyDimension) {
      double square = 0;
      for (const float f : features.subspan(row, kToyDimension))
        square += static_cast<double>(f) * static_cast<double>(f);
      for (std::size_t i = row; i < row + kToyDimension; ++i)
        out[i] = features[i] / static_cast<float>(std::sqrt(square));
    }
  };
  return model;
}

/// A toy model that sets `cancel` when it has embedded `enough` windows.
inline WindowModel toy_model_until(int enough, std::atomic<bool>& cancel) {
  WindowModel model = toy_model();
  model.embed = [embed = model.embed, windows = std::make_shared<std::atomic<int>>(0), enough, &cancel](
                    std::span<const float> features, std::span<float> out) {
    embed(features, out);
    *windows += static_cast<int>(out.size() / kToyDimension);
    if (*windows >= enough) cancel = true;
  };
  return model;
}

inline ModelEntry toy_entry(const std::string& fingerprint = "toy") {
  return {fingerprint, "toy", kToyDimension, {1.0, 0.5}, Precision::fp32};
}

/// What must hold in every library file at every time. Opens it for writing, as the next run would.
inline void expect_sound(const std::filesystem::path& file, const char* vfs = nullptr) {
  const Library library = Library::Impl::open(file, OpenMode::create, vfs);
  Database& db = impl_of(library).db();
  EXPECT_EQ(db.text("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(db.integer("SELECT count(*) FROM pragma_foreign_key_check"), 0);
  EXPECT_EQ(db.integer("SELECT count(*) FROM tracks t WHERE NOT EXISTS "
                       "(SELECT 1 FROM embeddings e WHERE e.track_id = t.id)"),
            0)
      << "a track without vectors";
  EXPECT_EQ(db.integer("SELECT count(*) FROM embeddings e JOIN models m ON m.id = e.model_id "
                       "LEFT JOIN windows w ON w.embedding_id = e.id WHERE w.embedding_id IS NULL OR window_count < 1 "
                       "OR length(mean) <> 4 * dimension OR length(starts) <> 8 * window_count "
                       "OR length(vectors) <> 2 * dimension * window_count"),
            0)
      << "vectors that are not whole";
  EXPECT_EQ(db.integer("SELECT count(*) FROM windows WHERE embedding_id NOT IN (SELECT id FROM embeddings)"), 0);
  EXPECT_EQ(db.integer("SELECT count(*) FROM stages s WHERE "
                       "(stage = 'fingerprint' AND track_id NOT IN (SELECT track_id FROM fingerprints)) OR "
                       "(stage = 'features' AND track_id NOT IN (SELECT track_id FROM features))"),
            0)
      << "a stage without what it made";
}

/// File names of the visible tracks.
inline std::set<std::string> visible(const Library& library) {
  Statement rows(impl_of(library).db(),
                 "SELECT path FROM tracks t WHERE missing = 0 AND EXISTS "
                 "(SELECT 1 FROM embeddings e WHERE e.track_id = t.id)");
  std::set<std::string> names;
  while (rows.step()) {
    const Bytes path = rows.bytes(0);
    names.insert(
        std::filesystem::path(std::string(reinterpret_cast<const char*>(path.data()), path.size())).filename());
  }
  return names;
}

}  // namespace hearken::library
