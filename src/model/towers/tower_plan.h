// What a model is made of, in plain numbers: all that an executor beside this library's own needs to build it.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "model/towers/bert.h"
#include "model/towers/ced.h"
#include "model/towers/htsat.h"

namespace hearken::model {

/// What takes a tower's pooled state to the shared space: evidence of classes (heads.h), the two trained layers after
/// CLAP's towers (ClapProjection), or the sum of both.
struct HeadPlan {
  bool classes = false;                // audio: ClassEvidenceHead; text: PhraseSoftmaxHead
  bool projection = false;             // ClapProjection of the pooled state; at least one of the two
  float clip = 0, longest = 0;         // of an audio head by classes: of the log-odds; of the evidence
  float beta = 0, centre = 0;          // of a text head by classes (PhraseSoftmaxHead)
  float known_from = 0, known_to = 0;  // likewise: a text whose best class is less ahead says nothing, or all it says
  int phrases = 0;                     // likewise
  std::string map = "projection.map";  // of an audio head by classes, to the space; or its own, audio.head.map; texts
                                       // have text.head.map
};

struct TowerPlan {
  std::variant<HtsatConfig, CedConfig> audio;
  HeadPlan audio_head;
  BertConfig text;
  bool roberta = false;  // positions from two and a pooler (roberta.h); else MiniLM's mean over tokens
  HeadPlan text_head;
  int classes = 0;    // of the heads by classes
  int dimension = 0;  // of the shared space
};

/// Whether the tensor of that name belongs to what stands behind the towers: all that follows their pooled states.
inline bool of_head(std::string_view name) {
  for (const std::string_view prefix :
       {"audio.projection.", "text.projection.", "audio.head.", "text.head.", "projection."})
    if (name.starts_with(prefix)) return true;
  return false;
}

}  // namespace hearken::model
