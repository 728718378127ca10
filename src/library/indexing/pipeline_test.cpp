// The pipeline over real files, with a toy model.
#include "library/indexing/pipeline.h"

#include <algorithm>
#include <map>
#include <new>
#include <numeric>
#include <thread>

#include "library/half.h"
#include "library/test_support.h"
#include "library/window_flags.h"
#include "model/towers/windows_at_once.h"

namespace hearken::library {
namespace {

namespace fs = std::filesystem;

class Files {
 public:
  explicit Files(int count) {
    for (int i = 0; i < count; ++i) {
      const fs::path path = dir_ / numbered("", i, ".wav");
      write_wav(path, 0.3 + 0.9 * (i % 7), 100 + 37 * i);
      paths.push_back(path.native());
    }
  }
  std::vector<std::string> paths;

 private:
  TempFolder dir_;
};

std::map<std::size_t, Finished> run(const std::vector<std::string>& files, const WindowModel& model,
                                    Pipeline options = {}) {
  std::map<std::size_t, Finished> out;
  options.finished = [&](std::span<Finished> batch) {
    for (Finished& f : batch) {
      const std::size_t file = f.file;
      EXPECT_TRUE(out.emplace(file, std::move(f)).second) << "twice: " << file;
    }
  };
  run_pipeline(files, model, options);
  return out;
}

TEST(Pipeline, GivesTheSameBitsWhateverTheThreads) {
  const Files files(15);
  const WindowModel model = toy_model();
  std::map<std::size_t, Finished> first;
  for (const int threads : {1, 2, 5, 7}) {
    Pipeline options;
    options.threads = threads;
    auto results = run(files.paths, model, options);
    ASSERT_EQ(results.size(), files.paths.size());
    if (threads == 1)
      first = std::move(results);
    else
      for (const auto& [i, f] : results) {
        const auto& a = std::get<Embedded>(first.at(i).result);
        const auto& b = std::get<Embedded>(f.result);
        EXPECT_EQ(a.vectors, b.vectors);
        EXPECT_EQ(a.starts_seconds, b.starts_seconds);
        EXPECT_EQ(a.content, b.content);
      }
  }
  const auto& e = std::get<Embedded>(first.at(2).result);  // 2.1 s
  EXPECT_NEAR(e.duration_seconds, 2.1, 1e-3);
  ASSERT_EQ(e.starts_seconds.size(), 4U);  // 0, 0.5, 1.0 and the last one at the end
  EXPECT_NEAR(e.starts_seconds[3], 1.1, 1e-3);
  EXPECT_EQ(e.vectors.size(), 4 * kToyDimension);
}

TEST(Pipeline, KnowsWhichWindowsAreSilent) {
  Files files(2);
  // Two seconds of nothing, and then a tone; the windows are of a second, every half second.
  std::vector<std::int16_t> samples(8000 * 4);
  for (std::size_t i = 16000; i < samples.size(); ++i) samples[i] = i / 10 % 2 == 0 ? 3000 : -3000;
  write_text(files.paths[1], audio::wave_file(samples, 8000));
  const auto results = run(files.paths, toy_model());
  EXPECT_EQ(std::get<Embedded>(results.at(0).result).silence.value(), std::vector<std::uint8_t>{0});
  EXPECT_EQ(std::get<Embedded>(results.at(1).result).silence.value(),
            (std::vector<std::uint8_t>{kSilentFlag, kSilentFlag, kSilentFlag, 0, 0, 0, 0}));
}

TEST(Pipeline, EmbedsDigitalSilenceOnce) {
  Files files(2);
  for (std::string& path : files.paths) write_text(path, audio::wave_file(std::vector<std::int16_t>(8000 * 4), 8000));
  write_wav(files.paths[1], 0.5, 300);
  WindowModel model = toy_model();
  std::atomic<int> embedded{0};
  model.embed = [&, embed = model.embed](std::span<const float> features, std::span<float> out) {
    embedded += static_cast<int>(out.size() / kToyDimension);
    embed(features, out);
  };
  const auto results = run(files.paths, model);
  EXPECT_EQ(embedded, 2);
  const auto& silent = std::get<Embedded>(results.at(0).result);
  EXPECT_EQ(silent.silence.value(), std::vector<std::uint8_t>(7, kSilentFlag));
  ASSERT_EQ(silent.vectors.size(), 7 * kToyDimension);
  std::vector<float> features(kToyDimension), vector(kToyDimension);
  model.features(std::vector<float>(8000), features);
  model.embed(features, vector);
  for (std::size_t i = 0; i < silent.vectors.size(); ++i)
    ASSERT_EQ(silent.vectors[i], half_from_float(vector[i % kToyDimension]));
}

TEST(Pipeline, AFileThatFailsIsDataAndNamesNoPath) {
  Files files(3);
  TempFolder dir;
  write_text(dir / "text.mp3", "no sound at all");
  files.paths.push_back((dir / "gone.wav").native());
  files.paths.push_back((dir / "text.mp3").native());
  files.paths.push_back(dir.path().native());
  const auto results = run(files.paths, toy_model());
  ASSERT_EQ(results.size(), 6U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(std::holds_alternative<Embedded>(results.at(i).result));
  for (std::size_t i = 3; i < 6; ++i) {
    const auto& failed = std::get<Failed>(results.at(i).result);
    EXPECT_FALSE(failed.reason.empty());
    EXPECT_EQ(failed.reason.find(dir.path().native()), std::string::npos) << failed.reason;
  }
  EXPECT_EQ(std::get<Failed>(results.at(3).result).code, ErrorCode::not_found);
}

// A model whose first call of embed() goes on only when the queue behind it is full, so that with one thread the second
// finds as many windows as it may take.
class Gated {
 public:
  explicit Gated(WindowModel inner) : inner_(std::move(inner)), model(inner_) {
    model.features = [this](std::span<const float> samples, std::span<float> out) {
      inner_.features(samples, out);
      ++decoded_;
    };
    model.embed = [this](std::span<const float> features, std::span<float> out) {
      batches.push_back(out.size() / kToyDimension);
      // The last one decoded is on its way into the queue, the others are there.
      while (batches.size() == 1 && decoded_ < batches[0] + model::kWindowsAtOnce + 1) std::this_thread::yield();
      inner_.embed(features, out);
    };
  }

 private:
  const WindowModel inner_;
  std::atomic<std::size_t> decoded_{0};

 public:
  WindowModel model;
  std::vector<std::size_t> batches;  // windows in each call of embed()
};

TEST(Pipeline, EmbedsWindowsOfSeveralFilesTogether) {
  Files files(0);
  TempFolder dir;
  for (int i = 0; i < 40; ++i) {
    files.paths.push_back((dir / numbered("", i, ".wav")).native());
    write_wav(files.paths.back(), 0.9, 100 + 20 * i);  // a single window
  }
  Gated gated(toy_model());
  const auto results = run(files.paths, gated.model);
  EXPECT_EQ(gated.batches.at(1), model::kWindowsAtOnce);
  EXPECT_LE(*std::max_element(gated.batches.begin(), gated.batches.end()), model::kWindowsAtOnce);
  EXPECT_EQ(std::accumulate(gated.batches.begin(), gated.batches.end(), std::size_t{0}), files.paths.size());
  WindowModel alone = toy_model();
  const auto embed = alone.embed;
  alone.embed = [&](std::span<const float> features, std::span<float> out) {
    for (std::size_t row = 0; row < out.size(); row += kToyDimension)
      embed(features.subspan(row, kToyDimension), out.subspan(row, kToyDimension));
  };
  const auto expected = run(files.paths, alone);
  for (const auto& [i, f] : results)
    EXPECT_EQ(std::get<Embedded>(f.result).vectors, std::get<Embedded>(expected.at(i).result).vectors) << i;
}

TEST(Pipeline, AWindowThatFailsInABatchFailsItsFileAlone) {
  const Files files(20);
  const auto expected = run(files.paths, toy_model());
  constexpr std::size_t kSilent = 13;
  write_wav(files.paths[kSilent], 2.3, 0);
  for (const bool throws : {true, false}) {
    WindowModel model = toy_model();
    const auto embed = model.embed;
    model.embed = [&](std::span<const float> features, std::span<float> out) {
      embed(features, out);
      for (std::size_t i = 0; i < features.size(); i += kToyDimension) {
        if (features[i] != 0.01F) continue;  // what silence gives
        if (throws) throw std::runtime_error("too quiet");
        out[i] = std::nanf("");
      }
    };
    for (const int threads : {1, 3}) {
      Gated gated(model);
      Pipeline options;
      options.threads = threads;
      const auto results = run(files.paths, threads == 1 ? gated.model : model, options);
      ASSERT_EQ(results.size(), files.paths.size());
      for (const auto& [i, f] : results) {
        if (i == kSilent) {
          const std::string reason = throws ? "too quiet" : "the model gave a vector that is no number";
          EXPECT_EQ(std::get<Failed>(f.result).reason, reason);
        } else {
          ASSERT_TRUE(std::holds_alternative<Embedded>(f.result)) << i << ": " << std::get<Failed>(f.result).reason;
          EXPECT_EQ(std::get<Embedded>(f.result).vectors, std::get<Embedded>(expected.at(i).result).vectors) << i;
        }
      }
    }
  }
}

TEST(Pipeline, AFrontEndThatFailsFailsItsFileAlone) {
  const Files files(9);
  constexpr std::size_t kSilent = 4;
  write_wav(files.paths[kSilent], 2.3, 0);
  WindowModel model = toy_model();
  const auto features = model.features;
  model.features = [&](std::span<const float> samples, std::span<float> out) {
    if (std::all_of(samples.begin(), samples.end(), [](float x) { return x == 0; })) throw std::bad_alloc();
    features(samples, out);
  };
  const auto results = run(files.paths, model);
  ASSERT_EQ(results.size(), files.paths.size());
  for (const auto& [i, f] : results) EXPECT_EQ(std::holds_alternative<Failed>(f.result), i == kSilent) << i;
}

TEST(Pipeline, WhatTheKeeperThrowsComesOut) {
  const Files files(12);
  for (const int threads : {1, 4}) {
    Pipeline options;
    options.threads = threads;
    int calls = 0;
    options.finished = [&](std::span<Finished>) {
      ++calls;
      throw Error(ErrorCode::io, "the disk is full");
    };
    EXPECT_THROW(run_pipeline(files.paths, toy_model(), options), Error);
    EXPECT_EQ(calls, 1);
  }
}

TEST(Pipeline, ACancelledRunHandsOverWholeFilesOnly) {
  const Files files(20);
  std::atomic<bool> cancel{false};
  const WindowModel model = toy_model_until(12, cancel);
  Pipeline options;
  options.threads = 3;
  options.cancel = &cancel;
  const auto results = run(files.paths, model, options);
  EXPECT_LT(results.size(), files.paths.size());
  const auto whole = run(files.paths, toy_model());
  for (const auto& [i, f] : results) {
    EXPECT_EQ(std::get<Embedded>(f.result).vectors, std::get<Embedded>(whole.at(i).result).vectors);
  }
}

TEST(Pipeline, AFileWrittenToMeanwhileIsNotTaken) {
  const Files files(2);
  for (const bool known : {false, true}) {
    Pipeline options;
    bool once = false;
    options.wanted = [&](const Digest&) {
      if (!std::exchange(once, true)) write_wav(files.paths[0], 5 + known, 50);
      return Wanted{!known, false};
    };
    const auto results = run({files.paths[0]}, toy_model(), options);
    const auto& failed = std::get<Failed>(results.at(0).result);
    EXPECT_TRUE(failed.changed);
    EXPECT_NE(failed.reason.find("changed while"), std::string::npos);
  }
}

TEST(Pipeline, CountsTheSoundOnceAndTheTimeOfEachStage) {
  const Files files(9);
  Pipeline options;
  options.threads = 2;
  PipelineState last;
  options.tick = [&](const PipelineState& s) { last = s; };
  double seconds = 0;
  options.finished = [&](std::span<Finished> batch) {
    for (const Finished& f : batch) seconds += std::get<Embedded>(f.result).duration_seconds;
    // Slow enough for a tick after the last window.
    std::this_thread::sleep_for(std::chrono::milliseconds(120));
  };
  const PipelineSeconds used = run_pipeline(files.paths, toy_model(), options);
  EXPECT_NEAR(last.audio_seconds, seconds, 1e-6);
  EXPECT_GT(used.decode, 0);
  EXPECT_GT(used.features, 0);
  EXPECT_GE(used.tower, 0);
}

TEST(Pipeline, NoFilesAreNoWork) { EXPECT_TRUE(run({}, toy_model()).empty()); }

}  // namespace
}  // namespace hearken::library
