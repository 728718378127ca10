// Clusters grow from what is certain; the starter tells real applause and speech from noise, and silence from sound.
#include "tasks/labels/passages.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "core/numerics/vectors.h"
#include "search/scan/stored_rows.h"

namespace hearken::tasks {
namespace {

using Windows = std::vector<std::size_t>;

Lead lead(std::size_t window, double margin, double angle) {
  return {window, margin, {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))}};
}

TEST(Passages, GrowFromWhatIsCertain) {
  constexpr double kStep = 0.7;  // radians; cosine 0.76
  EXPECT_EQ(grown({}, 0.1, 0.7), Windows{});
  const std::vector<Lead> weak{lead(1, 0.09, 0), lead(2, 0.09, 0)};
  EXPECT_EQ(grown(weak, 0.1, 0.7), Windows{});
  // A chain, out of order: 4 joins by 3, 3 by the certain 2; 9 is far from all.
  const std::vector<Lead> chain{lead(4, 0.06, 2 * kStep), lead(9, 0.06, 3.5), lead(3, 0.06, kStep), lead(2, 0.1, 0)};
  EXPECT_EQ(grown(chain, 0.1, 0.7), (Windows{2, 3, 4}));
}

// The mean of a file's windows.
std::vector<float> heard(const Model& model, const std::filesystem::path& file) {
  const FileEmbedding e = embed_file(model, std::filesystem::path(HEARKEN_SOURCE_DIR) / file);
  return mean_vector(e.vectors, e.width, EmbeddingForm::unit);
}

TEST(Passages, OfRealSounds) {
  const Model model = Model::load("starter", Precision::fp32);
  const Kinds kinds(model);
  const auto margins = [&](const std::string& file) { return kinds.margins(heard(model, file)); };
  const Kinds::Margins applause = margins("tests/data/clean/applause.wav"),
                       speech = margins("tests/data/clean/speech.opus");
  EXPECT_GE(applause.clapping, kinds.certain());
  EXPECT_LT(applause.speech, 0);
  EXPECT_GE(speech.speech, kinds.certain());
  EXPECT_LT(speech.clapping, 0);
  for (const std::string other : {"samples/recording-03.mp3", "samples/recording-10.ogg", "samples/recording-05.opus",
                                  "samples/music/mika55 - mika.mp3", "samples/music/Muldjord - Chaos God.mp3"}) {
    EXPECT_LT(margins(other).clapping, kinds.possible()) << other;
    EXPECT_LT(margins(other).speech, kinds.certain()) << other;
  }
}

TEST(Passages, SilenceIsNearItselfOnly) {
  const Model model = Model::load("starter", Precision::fp32);
  const std::vector<float> silence = silent_vectors(model, 10);
  ASSERT_EQ(silence.size() % 4, 0U);
  const std::size_t d = silence.size() / 4;
  EXPECT_EQ(silence, silent_vectors(model, 10));
  const auto nearest = [&](const std::vector<float>& v) {
    double best = -1;
    for (std::size_t s = 0; s < 4; ++s) best = std::max(best, numerics::dot(v, std::span(silence).subspan(s * d, d)));
    return best;
  };
  for (std::size_t s = 0; s < 4; ++s) {
    const auto v = std::span(silence).subspan(s * d, d);
    EXPECT_NEAR(nearest({v.begin(), v.end()}), 1, 1e-5);
  }
  EXPECT_LT(nearest(heard(model, "samples/music/Maxstack - Coherence.mp3")), silent_cosine(model));
  EXPECT_LT(nearest(heard(model, "tests/data/clean/applause.wav")), silent_cosine(model));
}

}  // namespace
}  // namespace hearken::tasks
