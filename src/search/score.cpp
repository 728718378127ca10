// The scores of all songs under all questions: texts first and in one go, then tracks from their rows, then files
// through the indexer's pipeline, whose vectors are already the 16 bits a library would store.
#include "hearken/score.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "audio/decode.h"
#include "core/paths.h"
#include "core/threads.h"
#include "library/crawl.h"
#include "library/half.h"
#include "library/index_run.h"
#include "library/library_impl.h"
#include "library/pipeline.h"
#include "search/track_reader.h"
#include "search/window_scores.h"
#include "text/code_points.h"

namespace hearken {
namespace search {
namespace {

// ── questions ──

void check_text(const std::string& text) {
  bool blank = true;
  for (std::size_t at = 0; at < text.size();) {
    const text::CodePoint c = text::first_code_point(std::string_view(text).substr(at));
    if (!c.well_formed) throw Error(ErrorCode::invalid_argument, "the text '" + display(text) + "' is not UTF-8");
    blank = blank && text::is_white_space(c.value);
    at += c.length;
  }
  if (blank) throw Error(ErrorCode::invalid_argument, "a text is empty: describe a sound, as in \"calm piano\"");
}

// A question with the vectors of its texts. A vector is float32 [dimension], of length one.
struct Asked {
  const Question* question;
  std::vector<float> vector;                 // of the text, or of the ensemble
  std::vector<std::vector<float>> wordings;  // in the question's order
};

std::vector<Asked> ask(const Model& model, std::span<const Question> questions, int threads) {
  if (questions.empty()) throw Error(ErrorCode::invalid_argument, "no text to score under");
  std::vector<Asked> out;
  std::map<std::string, std::size_t> rows;  // each text once
  std::vector<std::string> texts;
  const auto row = [&](const std::string& text) {
    check_text(text);
    const auto [at, is_new] = rows.emplace(text, texts.size());
    if (is_new) texts.push_back(text);
    return at->second;
  };
  std::set<std::pair<std::string, std::vector<std::string>>> seen;
  for (const Question& question : questions) {
    if (!seen.emplace(question.text, question.wordings).second) continue;
    check_text(question.text);
    out.push_back({&question, {}, {}});
    if (question.wordings.empty()) row(question.text);
    for (const std::string& wording : question.wordings) row(wording);
  }
  const std::vector<float> vectors = model.embed_texts(texts, EmbeddingForm::unit, threads);
  const std::size_t width = vectors.size() / texts.size();
  const auto vector_of = [&](const std::string& text) {
    const auto first = vectors.begin() + static_cast<std::ptrdiff_t>(rows.at(text) * width);
    return std::vector<float>(first, first + static_cast<std::ptrdiff_t>(width));
  };
  for (Asked& asked : out) {
    if (asked.question->wordings.empty()) {
      asked.vector = vector_of(asked.question->text);
      continue;
    }
    std::vector<float> all;
    for (const std::string& wording : asked.question->wordings) {
      asked.wordings.push_back(vector_of(wording));
      all.insert(all.end(), asked.wordings.back().begin(), asked.wordings.back().end());
    }
    asked.vector = mean_vector(all, width, EmbeddingForm::unit);
  }
  return out;
}

// ── songs ──

struct Windows {
  std::span<const double> starts_seconds;
  std::span<const std::uint16_t> vectors;  // float16 [windows, dimension]
  double window_seconds = 0;
  double duration_seconds = 0;
};

TextScore score_text(const Model& model, const std::string& text, std::span<const float> vector, const Windows& song) {
  const WindowScores scores = window_scores(vector, song.vectors);
  TextScore out;
  out.text = text;
  out.mean = scores.mean;
  out.max = scores.max;
  out.min = scores.min;
  out.deviation = scores.deviation;
  out.level = model.level(scores.mean);
  out.best_start_seconds = song.starts_seconds[scores.best];
  out.best_end_seconds = std::min(out.best_start_seconds + song.window_seconds, song.duration_seconds);
  return out;
}

void rank(std::vector<TextScore>& scores) {
  std::stable_sort(scores.begin(), scores.end(), [](const auto& a, const auto& b) { return a.mean > b.mean; });
  for (std::size_t i = 0; i < scores.size(); ++i) scores[i].rank = static_cast<int>(i) + 1;
}

std::vector<TextScore> score_song(const Model& model, std::span<const Asked> questions, const Windows& song) {
  std::vector<TextScore> out;
  for (const Asked& asked : questions) {
    out.push_back(score_text(model, asked.question->text, asked.vector, song));
    for (std::size_t i = 0; i < asked.wordings.size(); ++i)
      out.back().wordings.push_back(score_text(model, asked.question->wordings[i], asked.wordings[i], song));
    rank(out.back().wordings);
  }
  rank(out);
  return out;
}

// ── the run ──

class ScoreRun {
 public:
  ScoreRun(const Library* library, const Model& model, std::span<const Question> questions, const ScoreOptions& options)
      : library_(library), model_(model), options_(options) {
    result_.windowing = options.windowing;
    steps_ = library::window_model(model, options.windowing);
    questions_ = ask(model, questions, options.threads);
  }

  ScoreResult run(std::span<const ScoreInput> inputs) {
    if (inputs.empty()) throw Error(ErrorCode::invalid_argument, "nothing to score: name a file, a folder or a track");
    list(inputs);
    score_tracks();
    score_files();
    for (Place& place : places_) {
      if (auto* song = std::get_if<SongScores>(&place.result))
        result_.songs.push_back(std::move(*song));
      else
        result_.skipped.push_back(std::move(std::get<FileNote>(place.result)));
    }
    return std::move(result_);
  }

 private:
  // A song in the order of the result, and what became of it.
  struct Place {
    std::int64_t id = 0;
    std::string path;  // of a file
    std::variant<FileNote, SongScores> result;
  };

  // Files whose bytes the library has listened to already, in the same way, need no listening.
  void find_known() {
    if (library_ == nullptr) return;
    for (const Space& space : spaces(*library_)) {
      if (space.windowing != options_.windowing || space.precision != model_.info().precision ||
          !made_by(model_, space.windowing, space.fingerprint))
        continue;
      library::Statement rows(library_->impl().db(),
                              "SELECT t.content_hash, t.id FROM tracks t JOIN embeddings e ON e.track_id = t.id WHERE "
                              "e.model_id = ? AND t.missing = 0");
      for (rows.bind(space.model_id); rows.step();) known_.emplace(rows.digest(0), rows.integer(1));
      reader_.emplace(*library_, space);
    }
  }

  // What there is to do, each song once.
  void list(std::span<const ScoreInput> inputs) {
    std::set<std::int64_t> ids;
    std::set<std::string> paths;
    const auto note = [&](FileNote skipped) { places_.push_back({0, {}, std::move(skipped)}); };
    if (library_ != nullptr) own_files_ = library::own_files(library_->impl());
    for (const ScoreInput& input : inputs) {
      if (input.id != 0) {
        if (ids.insert(input.id).second) places_.push_back({input.id, {}, {}});
        continue;
      }
      library::Crawl crawled = library::crawl(std::span(&input.path, 1));
      bool any = !crawled.skipped.empty();
      for (FileNote& skipped : crawled.skipped) note(std::move(skipped));
      for (const library::CrawledFile& file : crawled.files) {
        if (!is_song(file)) continue;
        any = true;
        if (paths.insert(file.path).second) places_.push_back({0, file.path, {}});
      }
      if (!any) note({crawled.folders.front(), ErrorCode::not_found, "no sound files in there"});
    }
  }

  bool is_song(const library::CrawledFile& file) const {
    if (own_files_.contains({file.state.device, file.inode})) return false;
    return file.candidate || audio::sniff(file.path) == audio::Content::audio;
  }

  void score_tracks() {
    std::optional<TrackReader> reader;
    for (Place& place : places_) {
      if (place.id == 0) continue;
      if (!reader) {
        if (library_ == nullptr)
          throw Error(ErrorCode::invalid_argument, "id:" + std::to_string(place.id) + ": there is no library");
        reader.emplace(*library_, space_made_by(*library_, model_, options_.windowing));
      }
      const std::string name = "id:" + std::to_string(place.id);
      place.result = stored(*reader, place.id, name);
      if (auto* song = std::get_if<SongScores>(&place.result)) song->id = place.id;
    }
  }

  // A track by its rows; `name` is what it is called when they are not good.
  std::variant<FileNote, SongScores> stored(TrackReader& reader, std::int64_t id, const std::string& name) const {
    try {
      StoredTrack track = reader.track(id);
      SongScores out = song(track.starts_seconds, track.vectors, track.duration_seconds);
      out.path = std::move(track.path);
      out.title = std::move(track.title);
      out.artist = std::move(track.artist);
      return out;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::not_found && error.code() != ErrorCode::corrupt) throw;
      return FileNote{name, error.code(),
                      std::string(error.what()).substr(std::string("id:" + std::to_string(id) + ": ").size())};
    }
  }

  void score_files() {
    std::vector<std::size_t> at;  // places, beside `files`
    std::vector<std::string> files;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (places_[i].path.empty()) continue;
      at.push_back(i);
      files.push_back(places_[i].path);
    }
    if (files.empty()) return;
    find_known();
    IndexProgress progress;
    progress.files_total = static_cast<std::int64_t>(files.size());
    const double began = monotonic_seconds();
    library::Pipeline pipeline;
    pipeline.threads = thread_count(options_.threads);
    pipeline.wanted = [&](const Digest& digest) { return library::Wanted{!known_.contains(digest), false}; };
    pipeline.finished = [&](std::span<library::Finished> batch) {
      for (library::Finished& finished : batch) {
        Place& place = places_[at[finished.file]];
        keep(place, finished);
        ++progress.files_done;
        progress.skipped += std::holds_alternative<FileNote>(place.result) ? 1 : 0;
      }
    };
    pipeline.tick = [&](const library::PipelineState& state) {
      if (!options_.progress) return;
      progress.audio_seconds_done = state.audio_seconds;
      progress.elapsed_seconds = monotonic_seconds() - began;
      progress.current = display(state.current);
      options_.progress(progress);
    };
    library::run_pipeline(files, steps_, pipeline);
    for (const std::size_t i : at) {
      const auto warning = warnings_.find(places_[i].path);
      if (warning != warnings_.end())
        result_.warnings.push_back({warning->first, ErrorCode::corrupt, std::move(warning->second)});
    }
  }

  void keep(Place& place, library::Finished& finished) {
    if (auto* failed = std::get_if<library::Failed>(&finished.result)) {
      std::string reason = failed->changed ? "changed while it was read" : std::move(failed->reason);
      place.result = FileNote{place.path, failed->code, std::move(reason)};
      return;
    }
    if (const auto* same = std::get_if<library::Known>(&finished.result)) {
      place.result = stored(*reader_, known_.at(same->content), place.path);
      if (auto* song = std::get_if<SongScores>(&place.result)) song->path = place.path;
      return;
    }
    library::Embedded& file = std::get<library::Embedded>(finished.result);
    place.result = song(file.starts_seconds, file.vectors, file.duration_seconds);
    SongScores& song = std::get<SongScores>(place.result);
    song.path = place.path;
    song.title = std::move(file.tags.title);
    song.artist = std::move(file.tags.artist);
    if (!file.warning.empty()) warnings_.emplace(place.path, std::move(file.warning));
  }

  SongScores song(std::span<const double> starts, std::span<const std::uint16_t> vectors, double duration) const {
    SongScores out;
    out.duration_seconds = duration;
    out.windows = static_cast<std::int64_t>(starts.size());
    out.scores = score_song(model_, questions_, {starts, vectors, options_.windowing.window_seconds, duration});
    return out;
  }

  const Library* library_;
  const Model& model_;
  const ScoreOptions& options_;
  library::WindowModel steps_;
  std::vector<Asked> questions_;
  std::set<library::FileIdentity> own_files_;
  std::map<Digest, std::int64_t> known_;  // tracks whose vectors are those that listening would give, by content
  std::optional<TrackReader> reader_;     // of those
  std::vector<Place> places_;
  std::map<std::string, std::string> warnings_;  // by path
  ScoreResult result_;
};

}  // namespace
}  // namespace search

std::vector<TextScore> score_windows(const Model& model, const FileEmbedding& sound,
                                     std::span<const Question> questions) {
  std::vector<std::uint16_t> halves(sound.vectors.size());
  for (std::size_t i = 0; i < halves.size(); ++i) halves[i] = library::half_from_float(sound.vectors[i]);
  return search::score_song(model, search::ask(model, questions, 1),
                            {sound.starts_seconds, halves, sound.window_seconds, sound.duration_seconds});
}

ScoreResult score(const Library* library, const Model& model, std::span<const ScoreInput> inputs,
                  std::span<const Question> questions, const ScoreOptions& options) {
  return search::ScoreRun(library, model, questions, options).run(inputs);
}

}  // namespace hearken
