// A library on several machines: its vectors and its catalogue in a Weaviate cluster, searched by the same commands.
//
// An engine is named by a URL (docs/REMOTE.md):
//
//   weaviate://HOST[:PORT[:GRPC]][,HOST…]/COLLECTION      weaviates:// over TLS
//
// Below COLLECTION it holds, for each model and windowing, the windows and the tracks with what the catalogue says of
// them, so that conditions run inside the engine. Several libraries may be pushed into one, and whoever knows the model
// can search without a library. What a write returned from is with a quorum of replicas. The local library is only
// read, except by pull().
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/classify.h"
#include "hearken/exchange.h"
#include "hearken/find.h"
#include "hearken/library.h"
#include "hearken/like.h"
#include "hearken/model.h"

namespace hearken {

/// A connection, shared by threads; copies share it.
class Remote {
 public:
  /// Asks for the server's version. HEARKEN_ENGINE_KEY is the API key, HEARKEN_ENGINE_CA a file of
  /// certificates (PEM) that TLS trusts in place of the system's.
  /// Throws Error: invalid_argument (the URL), io (no host answers; names each with its reason), permission_denied (the
  /// key), mismatch (a server that is too old, or no Weaviate).
  static Remote connect(std::string_view url);

  const std::string& url() const noexcept;

  struct Impl;

 private:
  friend Impl& impl_of(const Remote&) noexcept;
  explicit Remote(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

struct RemoteNode {
  std::string name, status, version;  // "HEALTHY" where all is well
};

/// The vectors of one model with one windowing.
struct RemoteSpace {
  VectorOrigin origin;
  std::int64_t tracks = 0, windows = 0;
  std::int64_t replicas = 0;
};

struct RemoteStatus {
  std::string version;  // of the server that answered
  std::vector<RemoteNode> nodes;
  std::vector<RemoteSpace> spaces;
};

/// Throws Error as origins().
RemoteStatus status(const Remote& remote);

/// What the collection holds vectors of, as it was when first asked or last found otherwise. Throws Error as connect(),
/// and mismatch for a collection that is not as Hearken makes it, or is half made: create() completes that.
std::vector<VectorOrigin> origins(const Remote& remote);

/// What `model` makes with this windowing, and what a library holds of the model that it calls so (empty: its own) and
/// indexed last. The second throws what find() throws for its library.
VectorOrigin origin_of(const Model& model, const Windowing& windowing);
VectorOrigin origin_of(const Library& library, std::string_view model_name);

/// Makes the collections for these vectors, min(3, nodes) replicas; returns whether they were not there. What is half
/// made is completed. Throws Error as connect().
bool create(const Remote& remote, const VectorOrigin& origin);

/// How far a run is.
struct RemoteProgress {
  std::int64_t tracks = 0, of_tracks = 0;
  std::int64_t windows = 0;  // written, or read
  double seconds = 0;
};

/// Of runs that take a while.
struct RemoteRunOptions {
  const std::atomic<bool>* cancel = nullptr;  // when it turns true, the run stops soon; what was written stays
  std::function<void(const RemoteProgress&)> progress;  // called from one thread, at most some ten times a second
};

struct PushOptions : RemoteRunOptions {
  std::string model;            // as the library names it; empty: its own
  std::filesystem::path under;  // only tracks at or below this path
  std::string where;            // only tracks of which this is true (docs/FIND.md)
  bool prune = false;           // takes out of the engine what lies below the library's sources and is
                                // not in the library any more; with neither `under` nor `where`
};

struct PushReport {
  VectorOrigin origin;
  std::int64_t tracks = 0;     // of the library, as asked for
  std::int64_t pushed = 0;     // new, or with other facts, tags or flags than the engine had
  std::int64_t unchanged = 0;  // so that a push that was stopped goes on where it was
  std::int64_t windows = 0;    // of those pushed
  std::int64_t pruned = 0;
  std::vector<FileNote> skipped;     // damaged in the library; or its number is another track's
  std::int64_t without_vectors = 0;  // tracks left out: there, but with other vectors only
  bool cancelled = false;
  double seconds = 0;
};

/// Writes what the engine lacks: first a track's windows, then the track, which makes it complete. Every object has the
/// id that its content gives it, so the same command twice, or after kill -9, changes nothing and doubles nothing.
/// Throws Error: not_found (nothing was made for these vectors: create()), what find() throws for its library,
/// invalid_argument, io, as connect().
PushReport push(const Library& library, const Remote& remote, const PushOptions& options = {});

struct PullOptions : RemoteRunOptions {
  const Model* model = nullptr;  // that must have made the vectors; none: they must be of one that the library holds
};

/// The engine's tracks into a library opened with OpenMode::create, as import_vectors() takes them: a track whose file
/// is not at its path, or is another, is skipped and named. `origin`: which of its spaces; ratings, tags and what was
/// measured are not taken.
ImportReport pull(Library& library, const Remote& remote, const VectorOrigin& origin, const PullOptions& options = {});

struct VerifyOptions : RemoteRunOptions {
  std::string model;        // as of push()
  std::size_t sample = 64;  // tracks whose vectors are compared, element by element
  double seconds = 120;     // for replicas to agree
  bool repair = false;      // what stays missing or different after that, or for 40 s without progress, is written anew
};

struct VerifyReport {
  VectorOrigin origin;
  std::int64_t tracks = 0, windows = 0;        // of the library
  std::vector<std::filesystem::path> missing;  // tracks that the engine has not
  std::vector<std::filesystem::path> differ;   // it has, with other facts, windows or vectors
  std::int64_t missing_windows = 0,
               foreign_windows = 0;  // of tracks that it has: not there; there, but not the track's
  std::int64_t sampled = 0;
  struct Counts {
    std::string endpoint;  // "host:port"
    std::int64_t tracks = 0, windows = 0;
    std::string error;  // empty where it answered
  };
  std::vector<Counts> counts;  // of the library's tracks and windows, what each endpoint finds
  bool agree = false;          // each endpoint finds all of them
  std::int64_t repaired = 0;   // tracks written anew
  double seconds = 0;          // until it was so
  /// Nothing missing, nothing different, and all agree.
  bool clean() const {
    return missing.empty() && differ.empty() && missing_windows == 0 && foreign_windows == 0 && agree;
  }
};

/// Compares every track and every window that each endpoint finds, and samples of vectors; waits for the replicas until
/// all is well or the time is over. A repair wants every endpoint to answer and takes what it writes anew out first: no
/// search finds that for a moment. Stopped or killed in it, the next push() goes on.
VerifyReport verify(const Library& library, const Remote& remote, const VerifyOptions& options = {});

/// A stream (stream.h) into an engine; what has no collections yet gets them where `options.model` would make such
/// vectors. Files need not be there: who embedded them saw them. Tracks that the engine has stay as they are.
ImportReport import_vectors(const Remote& remote, VectorStream& stream, const ImportOptions& options = {});

/// As over a library, of the vectors that `model` made: the same scores, without ratings. Numbers ("id:42") are the
/// engine's own. Throws Error: mismatch (the engine has no vectors of this model), as connect(), and as find(), like()
/// and classify() over a library do.
FindResult find(const Remote& remote, const Model& model, std::string_view text, const FindOptions& options = {});
LikeResult like(const Remote& remote, const Model& model, std::span<const LikeItem> items,
                const LikeOptions& options = {});
/// Tracks of the engine, by number.
ClassifyResult classify(const Remote& remote, const Model& model, std::span<const std::int64_t> tracks,
                        const LabelSet& labels, const ClassifyOptions& options = {});

}  // namespace hearken
