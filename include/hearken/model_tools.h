// Looking into models, whether one works, writing it in Hugging Face layout, and making new ones.
//
// Names are those that Model::load takes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/model.h"

namespace hearken {

struct ModelFile {
  std::filesystem::path path;
  std::uintmax_t bytes = 0;
};

/// What happens to sounds and texts before the towers see them.
struct ModelPreprocessing {
  int fft_samples = 0, hop_samples = 0, mel_bins = 0;  // of the spectrogram
  double lowest_hz = 0, highest_hz = 0;                // of its mel filters; 0, 0 when the model stores the filters
  std::string mel_scale;                               // "htk", "slaney" or "stored"
  double view_seconds = 0;                             // what one spectrogram shows
  bool int16_round_trip = false;                       // samples go to 16 bits and back, as in laion_clap
  bool fusion = false;                                 // sounds longer than one view are seen whole and in three places
  bool fuse_short = false;                             // and shorter ones take that way too
  int text_tokens = 0;                                 // what is longer is cut off
  std::string tokenizer;                               // "byte-level BPE" or "WordPiece"
};

struct ModelDetails {
  ModelInfo info;                         // at the precision `auto` stands for
  std::vector<Precision> precisions;      // what the model can be loaded with on this CPU
  std::string card;                       // the first heading of its README.md; empty without one
  std::string layout;                     // "hugging_face", "laion" or "hearken"
  std::vector<std::string> weight_types;  // of the tensors as stored, such as "f32"; most bytes first
  std::vector<ModelFile> files;           // what the model is read from
  ModelPreprocessing preprocessing;
  std::string weights_fingerprint;  // Model::weights_fingerprint
};

/// Throws Error as Model::load.
ModelDetails model_details(std::string_view name);

/// Cosines of all pairs of some unit vectors.
struct Spread {
  std::size_t vectors = 0;
  double mean = 0, lowest = 0, highest = 0;
};

struct ModelFinding {
  std::string check;  // "sound vectors", "text spread", …
  bool passed = false;
  std::string words;  // one sentence for a person, with the figures
};

struct ModelCheck {
  Spread texts, sounds;
  std::vector<ModelFinding> findings;
  bool passed() const noexcept;
};

/// Embeds plain descriptions and made-up sounds: are the vectors finite and of length 1, are their bits the same again
/// and from other threads, and do different things get different vectors (mean cosine at most 0.95)?
/// Takes seconds, and several threads. Throws Error when a tower cannot be loaded.
ModelCheck check_model(const Model& model);

struct ConvertedModel {
  std::vector<ModelFile> files;
  std::string weights_fingerprint;  // read back from them; that of the source
};

/// Writes a CLAP model (a directory or a LAION checkpoint) into a directory as transformers lays it out, with
/// model.safetensors: the same vectors, the same fingerprint. Weights keep their type and are copied from file to file.
/// The directory is made when it is not there (its parent must be); one that is not empty is refused unless `replace`,
/// which replaces the files of a model that lies there and leaves all others. Files appear when all are written;
/// config.json comes last.
/// Throws Error: as Model::load; invalid_argument (not empty), unsupported (`starter`), io (disk full: nothing is left
/// of it).
ConvertedModel convert_model(std::string_view name, const std::filesystem::path& directory, bool replace);

struct MakeModelOptions {
  /// What Model::load takes; its tower for sounds (an HTSAT or a CED) is used, and its preprocessing.
  std::string audio;
  /// What Model::load takes; its tower for texts is used, and its tokenizer. Or a directory that holds such a tower
  /// alone: BERT (MiniLM and its like, as sentence-transformers publishes them) or RoBERTa.
  std::string text;
  int dimension = 512;     // of the vectors, 1 to 4096
  std::uint64_t seed = 0;  // of the fresh weights
  std::string command;     // for the model's README.md: how this came to be called
};

/// A tower as it was taken.
struct TakenTower {
  std::filesystem::path path;
  std::string architecture;  // such as "HTSAT-tiny"
  std::int64_t parameters = 0;
};

struct MadeModel {
  std::vector<ModelFile> files;
  std::string layout;  // "hugging_face" or "hearken"
  ModelInfo info;      // of what was made
  TakenTower audio, text;
  std::int64_t fresh_parameters = 0;
  std::vector<std::string> remarks;  // one sentence each: what else is fresh, kept, or not as it was
  std::string weights_fingerprint;
};

/// Writes a new model of two towers with fresh projections, which has to be trained before it is of use: HTSAT and
/// RoBERTa as transformers lays out ClapModel, any other pair in Hearken's own layout (docs/MODEL.md). Towers keep
/// their weights byte for byte. Same options and towers: same files. logit_scale is 1/0.07. Both sides of one model
/// whose heads go by classes, as `starter`'s: the heads stay, and projections that begin at zero are added to them, so
/// that the new model gives the vectors of the old one until it is trained. The directory is made when it is not there
/// (its parent must be); one that is not empty is refused. Throws Error: as Model::load; invalid_argument (not empty;
/// dimension), unsupported (a tower of the other kind), io.
MadeModel make_model(const MakeModelOptions& options, const std::filesystem::path& directory);

}  // namespace hearken
