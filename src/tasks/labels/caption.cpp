// From scores of words to a sentence.
#include "hearken/caption.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/enum_names.h"
#include "core/paths.h"
#include "core/text.h"
#include "data/csv.h"
#include "search/index/sound_inputs.h"
#include "search/scan/sounding.h"
#include "tasks/labels/caption_words.h"
#include "tasks/labels/captioning.h"

namespace hearken {
namespace tasks {
namespace {

// Likelihoods: of music, and of a genre that is named; shares of a likelihood: of a second instrument or event beside
// the first.
constexpr double kMusic = 0.25, kGenre = 0.45, kSecondInstrument = 0.8, kSecondEvent = 0.9;
constexpr Word kAnyMusic{Part::genre, "", "music", ""};
constexpr std::size_t kMostCandidates = 10'000, kNearest = 3;

using Scores = std::map<std::string, double, std::less<>>;  // by what was asked

struct ScoredWord {
  const Word* word = nullptr;
  double score = 0, likelihood = 0;
};

// The best words of a part with a likelihood of at least `least`: the best, and up to `most` of further families that
// have at least `share` of its likelihood.
std::vector<ScoredWord> best(const Scores& scores, const Model& model, Part part, double least, std::size_t most = 1,
                             double share = 0) {
  std::vector<ScoredWord> all, out;
  for (const Word& word : caption_words()) {
    if (word.part != part) continue;
    const double score = scores.find(word.asked)->second;
    all.push_back({&word, score, model.likelihood(score)});
  }
  std::stable_sort(all.begin(), all.end(), [](const ScoredWord& a, const ScoredWord& b) { return a.score > b.score; });
  for (const ScoredWord& heard : all) {
    if (out.size() == most || heard.likelihood < least) break;
    if (!out.empty() && heard.likelihood < share * out.front().likelihood) break;
    const bool said =
        std::any_of(out.begin(), out.end(), [&](const ScoredWord& h) { return h.word->family == heard.word->family; });
    if (!said) out.push_back(heard);
  }
  return out;
}

ScoredWord highest(const Scores& scores, const Model& model, Part part) { return best(scores, model, part, 0).front(); }

std::string joined(std::span<const ScoredWord> heard) {
  std::string out;
  for (const ScoredWord& h : heard) out.append(out.empty() ? "" : " and ").append(h.word->text);
  return out;
}

// Writes the sentence and its parts.
void describe_sound(const Scores& scores, const Model& model, Caption& caption) {
  const ScoredWord music = std::max(highest(scores, model, Part::genre), highest(scores, model, Part::mood),
                                    [](const ScoredWord& a, const ScoredWord& b) { return a.score < b.score; });
  const bool is_music =
      music.likelihood >= kMusic && music.likelihood >= highest(scores, model, Part::event).likelihood;
  std::vector<ScoredWord> said;
  const auto say = [&](std::vector<ScoredWord> heard) {
    said.insert(said.end(), heard.begin(), heard.end());
    return joined(heard);
  };
  std::string text;
  if (is_music) {
    const std::string mood = say(best(scores, model, Part::mood, kClearLikelihood));
    const std::string genre = say(best(scores, model, Part::genre, kGenre));
    const std::string instruments =
        say(best(scores, model, Part::instrument, kModerateLikelihood, 2, kSecondInstrument));
    const std::string voice = say(best(scores, model, Part::voice, kClearLikelihood));
    text = mood + (mood.empty() ? "" : " ") + genre + (genre.empty() ? "" : " ") + "music";
    if (said.empty() && music.likelihood >= kModerateLikelihood)
      said.push_back({&kAnyMusic, music.score, music.likelihood});
    if (!instruments.empty()) text += " with " + instruments;
    if (!voice.empty()) text += (instruments.empty() ? " with " : ", and ") + voice;
  } else {
    text = say(best(scores, model, Part::event, kModerateLikelihood, 2, kSecondEvent));
  }
  if (said.empty()) {
    caption.text = kUncertain;
    return;
  }
  if (text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
  caption.text = text + ".";
  for (const ScoredWord& h : said) {
    caption.parts.push_back(
        {std::string(name_in(kPartNames, h.word->part)), std::string(h.word->text), h.score, model.level(h.score)});
    caption.level = std::max(caption.level, caption.parts.back().level);
  }
}

std::vector<Question> questions(std::span<const std::string> candidates) {
  std::vector<Question> out;
  for (const Word& word : caption_words()) out.push_back({std::string(word.asked), {}});
  for (const std::string& text : candidates) out.push_back({text, {}});
  return out;
}

}  // namespace

Captioning::Captioning(const Model& model, std::span<const std::string> candidates, int threads)
    : model_(model),
      candidates_(candidates.begin(), candidates.end()),
      scoring_(model, questions(candidates), threads) {}

Captioning::Captioning(const Model& model, std::span<const float> vectors)
    : model_(model), scoring_(model, questions({}), vectors) {}

std::vector<std::string> Captioning::words() { return search::texts_of(questions({})); }

Caption Captioning::operator()(const search::EmbeddedSound& sound) const {
  Caption out;
  out.id = sound.id;
  out.path = sound.path;
  out.title = sound.title;
  out.artist = sound.artist;
  out.duration_seconds = sound.duration_seconds;
  Scores scores;
  for (const TextScore& score : scoring_(sound)) {  // best first
    scores.emplace(score.text, score.mean);
    if (out.nearest.size() < kNearest && score.mean >= model_.info().levels.moderate &&
        candidates_.contains(score.text))
      out.nearest.push_back({score.text, score.mean, score.level});
  }
  describe_sound(scores, model_, out);
  return out;
}

}  // namespace tasks

CaptionsResult captions(const Library* library, const Model& model, std::span<const ScoreInput> inputs,
                        std::span<const std::string> candidates, const ScoreOptions& options) {
  const tasks::Captioning captioning(model, candidates, options.threads);
  std::map<std::size_t, Caption> captions;
  search::SoundNotes notes = search::visit_inputs(
      library, model, inputs, options,
      [&](std::size_t number, const search::EmbeddedSound& sound) { captions.emplace(number, captioning(sound)); });
  CaptionsResult out;
  out.windowing = options.windowing;
  out.skipped = std::move(notes.skipped);
  out.warnings = std::move(notes.warnings);
  for (auto& [number, caption] : captions) out.captions.push_back(std::move(caption));
  return out;
}

Caption caption_windows(const Model& model, const FileEmbedding& sound, std::span<const std::string> candidates) {
  return tasks::Captioning(model, candidates, 1)(search::RoundedSound(sound).view());
}

std::vector<std::string> read_candidates(const std::filesystem::path& path) {
  data::CsvFile file(path);
  const std::size_t column = file.column("caption");
  std::vector<std::string> out;
  std::set<std::string, std::less<>> known;
  while (file.next()) {
    const std::string_view text = file.field(column);
    if (is_blank(text)) throw file.bad("an empty caption");
    if (!known.emplace(text).second) continue;
    out.emplace_back(text);
    if (out.size() > tasks::kMostCandidates)
      throw Error(ErrorCode::unsupported, display(path) + ": more than 10,000 captions");
  }
  if (out.empty()) throw Error(ErrorCode::corrupt, display(path) + ": no captions in it");
  return out;
}

}  // namespace hearken
