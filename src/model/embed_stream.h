// Any stream of samples to windows to vectors; embed_file() (hearken/model.h) is this on a file.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "audio/decode/decode.h"
#include "hearken/model.h"

namespace hearken::model {

/// Embeds what is left of `stream`, which must run at the model's sample rate, with up to `threads` threads (0: all
/// cores); starts count from there. Throws what the stream throws, and Error(corrupt) "NAME: holds no sound" when
/// nothing is left.
FileEmbedding embed_stream(const Model& model, audio::SampleStream& stream, const std::string& name,
                           const Windowing& windowing, EmbeddingForm form = EmbeddingForm::unit, int threads = 0);

/// Some windows one after the other, as embed_each() hands them on.
struct EmbeddedWindows {
  std::span<const double> starts_seconds;  // [windows]
  std::span<const float> vectors;          // [windows, width], row-major
  std::span<const bool> silent;            // [windows]: nothing is heard in it (below -60 LUFS)
};

/// The same a few windows at a time, for sounds of any length: `take` is called in this thread, by start. Returns the
/// seconds read. Throws as embed_stream(), and what `take` throws.
double embed_each(const Model& model, audio::SampleStream& stream, const std::string& name, const Windowing& windowing,
                  EmbeddingForm form, int threads, const std::function<void(const EmbeddedWindows&)>& take);

}  // namespace hearken::model
