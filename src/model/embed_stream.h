// Any stream of samples to windows to vectors; embed_file() (hearken/model.h) is this on a file.
#pragma once

#include <string>

#include "audio/decode/decode.h"
#include "hearken/model.h"

namespace hearken::model {

/// Embeds what is left of `stream`, which must run at the model's sample rate, with up to `threads` threads (0: all
/// cores); starts count from there. Throws what the stream throws, and Error(corrupt) "NAME: holds no sound" when
/// nothing is left.
FileEmbedding embed_stream(const Model& model, audio::SampleStream& stream, const std::string& name,
                           const Windowing& windowing, EmbeddingForm form = EmbeddingForm::unit, int threads = 0);

}  // namespace hearken::model
