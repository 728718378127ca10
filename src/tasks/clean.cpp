// `clean`: vectors tell what may be silence, clapping or speech; silence is then measured; what is found gets a flag.
#include "hearken/clean.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "audio/part.h"
#include "core/enum_names.h"
#include "core/numerics/vectors.h"
#include "core/paths.h"
#include "core/threads/threads.h"
#include "library/catalogue/embeddings.h"
#include "library/window_flags.h"
#include "search/scan/stored_rows.h"
#include "search/space.h"
#include "tasks/labels/passages.h"

namespace hearken {
namespace tasks {
namespace {

struct CleanTrack : Track {
  std::int64_t embedding = 0;
  std::size_t windows = 0;
  std::vector<double> starts_seconds;      // [windows]
  std::vector<std::uint8_t> flags;         // [windows], what is found
  std::vector<std::size_t> may_be_silent;  // windows
  std::vector<Lead> clapping, speech;
};

std::vector<CleanTrack> tracks_of(const Library& library, const search::Space& space) {
  std::vector<CleanTrack> out;
  library::for_each_mean(library, space.model_id, [&](library::MeanRow&& row) {
    CleanTrack& track = out.emplace_back();
    static_cast<Track&>(track) = std::move(row.track);
    track.embedding = row.embedding;
    track.windows = static_cast<std::size_t>(std::max<std::int64_t>(row.windows, 0));
    track.flags.resize(track.windows);
  });
  return out;
}

struct Looked {
  const Kinds& kinds;
  std::span<const float> silence;  // [n, dimension]
  double silent_cosine = 0;
  std::size_t dimension = 0;
};

// What the vectors say of a track.
void look_at(CleanTrack& track, std::span<const float> vectors, const Looked& by) {
  const std::size_t d = by.dimension;
  std::vector<float> window(d);
  for (std::size_t w = 0; w < track.windows; ++w) {
    std::copy_n(vectors.begin() + static_cast<std::ptrdiff_t>(w * d), d, window.begin());
    numerics::scale_to_unit(window, d);
    double silent = -1;
    for (std::size_t s = 0; s < by.silence.size(); s += d)
      silent = std::max(silent, numerics::dot(window, by.silence.subspan(s, d)));
    if (silent >= by.silent_cosine) track.may_be_silent.push_back(w);
    const Kinds::Margins margins = by.kinds.margins(window);
    if (margins.clapping >= by.kinds.possible()) track.clapping.push_back({w, margins.clapping, window});
    if (margins.speech >= by.kinds.possible()) track.speech.push_back({w, margins.speech, window});
  }
}

void look_at_all(const Library& library, std::vector<CleanTrack>& tracks, const Looked& by) {
  constexpr std::size_t kAtOnce = 64;
  search::StoredRows stored(library, by.dimension);
  for (std::size_t first = 0; first < tracks.size(); first += kAtOnce) {
    const auto some = std::span(tracks).subspan(first, std::min(kAtOnce, tracks.size() - first));
    std::vector<std::vector<float>> vectors;
    for (CleanTrack& track : some) {
      const auto rows = stored.all(track.embedding, track.id, track.windows);
      vectors.emplace_back(rows.begin(), rows.end());
      for (std::size_t w = 0; w < track.windows && !rows.empty(); ++w)
        track.starts_seconds.push_back(stored.start(track.embedding, track.id, w, track.windows).value_or(0));
      if (rows.empty()) track.windows = 0;  // gone meanwhile
    }
    parallel_for(some.size(), [&](std::size_t t) { look_at(some[t], vectors[t], by); });
  }
}

// The mean squares of a file's sound, 0.1 s each, from `start` to `end`.
std::vector<double> tenths(const std::filesystem::path& path, int rate_hz, double start, double end) {
  const auto stream = audio::open_part(path, rate_hz, start, end - start);
  std::vector<float> tenth(static_cast<std::size_t>(rate_hz) / 10);
  std::vector<double> squares;
  for (std::size_t got = tenth.size(); got == tenth.size();) {
    got = stream->read(tenth);
    double sum = 0;
    for (const float x : std::span(tenth).first(got)) sum += static_cast<double>(x) * static_cast<double>(x);
    if (got > 0) squares.push_back(sum / static_cast<double>(got));
  }
  return squares;
}

// Of the windows that may be silent, flags those that are.
void measure(CleanTrack& track, double window_seconds, int rate_hz) {
  const double first = track.starts_seconds[track.may_be_silent.front()];
  const auto end_of = [&](std::size_t w) {
    return std::min(track.starts_seconds[w] + window_seconds, track.duration_seconds);
  };
  const std::vector<double> squares = tenths(track.path, rate_hz, first, end_of(track.may_be_silent.back()));
  const double loud = std::pow(10.0, kSilentDecibels / 10);
  for (const std::size_t w : track.may_be_silent) {
    const auto at = [&](double seconds) {
      return std::min(squares.size(), static_cast<std::size_t>(std::max(0.0, std::ceil(seconds * 10 - 1e-6))));
    };
    const std::size_t from = at(track.starts_seconds[w] - first), to = at(end_of(w) - first);
    const bool silent = from < to && std::all_of(
                                         squares.begin() + static_cast<std::ptrdiff_t>(from),
                                         squares.begin() + static_cast<std::ptrdiff_t>(to),
                                         [&](double square) { return square <= loud; });
    if (silent) track.flags[w] |= library::kSilenceFlag;
  }
}

// Flags what is of a kind, clusters reaching through the whole library.
void flag_kind(std::vector<CleanTrack>& tracks, std::vector<Lead> CleanTrack::* leads_of, double certain, double near,
               std::uint8_t flag) {
  std::vector<std::pair<std::size_t, std::size_t>> places;  // track, window
  std::vector<Lead> all;
  for (std::size_t t = 0; t < tracks.size(); ++t) {
    for (Lead& lead : tracks[t].*leads_of) {
      places.emplace_back(t, lead.window);
      all.push_back({places.size() - 1, lead.margin, std::move(lead.vector)});
    }
  }
  for (const std::size_t place : grown(all, certain, near))
    tracks[places[place].first].flags[places[place].second] |= flag;
}

void add_passages(const CleanTrack& track, double window_seconds, std::vector<CleanPassage>& out) {
  constexpr std::pair<CleanReason, std::uint8_t> kReasons[] = {{CleanReason::silence, library::kSilenceFlag},
                                                               {CleanReason::clapping, library::kClappingFlag},
                                                               {CleanReason::speech, library::kSpeechFlag}};
  const std::size_t before = out.size();
  for (const auto& [reason, flag] : kReasons) {
    for (std::size_t w = 0; w < track.windows; ++w) {
      if ((track.flags[w] & flag) == 0) continue;
      const std::size_t first = w;
      while (w + 1 < track.windows && (track.flags[w + 1] & flag) != 0) ++w;
      out.push_back({track.id, track.path, track.title, track.artist, reason, track.starts_seconds[first],
                     std::min(track.starts_seconds[w] + window_seconds, track.duration_seconds),
                     static_cast<std::int64_t>(w + 1 - first)});
    }
  }
  std::stable_sort(out.begin() + static_cast<std::ptrdiff_t>(before), out.end(),
                   [](const CleanPassage& a, const CleanPassage& b) { return a.start_seconds < b.start_seconds; });
}

}  // namespace
}  // namespace tasks

constexpr std::string_view kReasonNames[] = {"silence", "clapping", "speech"};
std::string_view to_string(CleanReason reason) noexcept { return name_in(kReasonNames, reason); }

CleanResult clean(const Library& library, const Model& model, const CleanOptions& options) {
  const search::Space space = search::spaces_made_by(library, model).front();
  const double window_seconds = space.windowing.window_seconds;
  const tasks::Kinds kinds(model);
  const std::vector<float> silence = tasks::silent_vectors(model, window_seconds);
  std::vector<tasks::CleanTrack> tracks = tasks::tracks_of(library, space);
  tasks::look_at_all(library, tracks, {kinds, silence, tasks::silent_cosine(model), space.dimension});

  CleanResult result;
  result.windowing = space.windowing;
  std::vector<std::optional<FileNote>> notes(tracks.size());
  parallel_for(tracks.size(), [&](std::size_t t) {
    if (tracks[t].may_be_silent.empty()) return;
    try {
      tasks::measure(tracks[t], window_seconds, model.info().sample_rate_hz);
    } catch (const Error& error) {
      std::string reason = error.what();
      if (const std::string shown = display(tracks[t].path) + ": "; reason.starts_with(shown))
        reason.erase(0, shown.size());
      notes[t] = FileNote{tracks[t].path, error.code(), std::move(reason)};
    }
  });
  for (std::optional<FileNote>& note : notes)
    if (note) result.skipped.push_back(std::move(*note));
  const double certain = kinds.certain();
  tasks::flag_kind(tracks, &tasks::CleanTrack::clapping, certain, kinds.near_clapping(), library::kClappingFlag);
  if (options.speech)
    tasks::flag_kind(tracks, &tasks::CleanTrack::speech, certain, kinds.near_speech(), library::kSpeechFlag);

  std::vector<library::EmbeddingFlags> rows;
  for (const tasks::CleanTrack& track : tracks) {
    result.tracks += track.windows > 0 ? 1 : 0;
    result.windows += static_cast<std::int64_t>(track.windows);
    const auto flagged =
        track.windows - static_cast<std::size_t>(std::count(track.flags.begin(), track.flags.end(), std::uint8_t{0}));
    if (track.windows == 0 || flagged == 0) continue;
    result.flagged += static_cast<std::int64_t>(flagged);
    tasks::add_passages(track, window_seconds, result.passages);
    rows.push_back({track.embedding, track.flags});
  }
  if (!options.dry_run) library::replace_window_flags(library, space.model_id, rows);
  return result;
}

std::int64_t clean_undo(const Library& library) { return library::clear_window_flags(library); }

}  // namespace hearken
