// Songs under labels: the labels first and in one go, then the songs as they are read.
#include "hearken/classify.h"

#include <map>
#include <utility>

#include "search/index/sound_inputs.h"
#include "tasks/labels/labelling.h"

namespace hearken {

ClassifyResult classify(const Library* library, const Model& model, std::span<const ScoreInput> inputs,
                        const LabelSet& labels, const ClassifyOptions& options) {
  const tasks::Labelling labelling(model, labels, options);
  std::map<std::size_t, Classified> songs;
  search::SoundNotes notes = search::read_songs(
      library, model, inputs, {options, options.windowing},
      [&](std::size_t number, const search::EmbeddedSound& song) { songs.emplace(number, labelling(song)); });
  ClassifyResult out{options.windowing, {}, std::move(notes.skipped), std::move(notes.warnings)};
  for (auto& [number, song] : songs) out.songs.push_back(std::move(song));
  return out;
}

ClassifyResult tasks::classify_in(const search::Index& index, const Model& model, std::span<const std::int64_t> tracks,
                                  const LabelSet& labels, const ClassifyOptions& options) {
  const Labelling labelling(model, labels, options);
  ClassifyResult out;
  out.windowing = index.space().windowing;
  out.skipped = index.visit_sounds(
      tracks, [&](const Track&, const search::EmbeddedSound& sound) { out.songs.push_back(labelling(sound)); });
  return out;
}

Classified classify_windows(const Model& model, const FileEmbedding& sound, const LabelSet& labels,
                            const ClassifyOptions& options) {
  return tasks::Labelling(model, labels, options)(sound);
}

}  // namespace hearken
