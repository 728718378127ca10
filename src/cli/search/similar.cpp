// hearken similar --all
#include "hearken/similar.h"

#include <fmt/format.h>

#include <optional>

#include "cli/common.h"
#include "cli/selecting.h"
#include "core/files/csv.h"
#include "core/files/new_file.h"
#include "core/files/npy.h"
#include "core/paths.h"
#include "core/threads/threads.h"

namespace hearken::cli {
namespace {

constexpr std::size_t kPairsForPeople = 20, kPairsForPrograms = 1'000'000;

struct SimilarArguments {
  CommonOptions common;
  bool all = false, csv = false;
  std::size_t k = 0;  // 0: not given
  std::filesystem::path matrix, under;
  std::string where;

  std::size_t pairs() const { return k > 0 ? k : csv || common.json ? kPairsForPrograms : kPairsForPeople; }
};

enum class MatrixForm { csv, json, npy };

MatrixForm form_of(const std::filesystem::path& path) {
  const std::string ending = path.extension();
  if (ending == ".csv") return MatrixForm::csv;
  if (ending == ".json") return MatrixForm::json;
  if (ending == ".npy") return MatrixForm::npy;
  throw Error(ErrorCode::invalid_argument, display(path) + ": a matrix is written as .csv, .json or .npy");
}

std::string json_string(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// The matrix, row by row, into a file that appears when it is whole.
class MatrixFile {
 public:
  explicit MatrixFile(const std::filesystem::path& path) : form_(form_of(path)), file_(path) {}

  void row(std::span<const SimilarTrack> tracks, std::size_t row, std::span<const float> cosines) {
    if (row == 0) begin(tracks);
    if (form_ == MatrixForm::npy) {
      file_.write(std::as_bytes(cosines));
      return;
    }
    const bool csv = form_ == MatrixForm::csv;
    std::string line = csv        ? fmt::format("id:{},{}", tracks[row].id, csv_cell(display(tracks[row].path)))
                       : row == 0 ? "\n    ["
                                  : ",\n    [";
    for (std::size_t i = 0; i < cosines.size(); ++i)
      line += fmt::format("{}{:.6f}", csv || i > 0 ? "," : "", static_cast<double>(cosines[i]));
    file_.write(line + (csv ? "\r\n" : "]"));
  }

  void finish(std::span<const SimilarTrack> tracks) {
    if (tracks.empty()) begin(tracks);
    if (form_ == MatrixForm::json) file_.write("\n  ]\n}\n");
    file_.finish();
    file_.appear();
  }

 private:
  void begin(std::span<const SimilarTrack> tracks) {
    if (form_ == MatrixForm::npy) {
      file_.write(npy_header(tracks.size(), tracks.size()));
    } else if (form_ == MatrixForm::csv) {
      std::string head = "id,path";
      for (const SimilarTrack& track : tracks) head += fmt::format(",id:{}", track.id);
      file_.write(head + "\r\n");
    } else {
      std::string ids, paths;
      for (const SimilarTrack& track : tracks) {
        const char* comma = ids.empty() ? "" : ", ";
        ids += fmt::format("{}{}", comma, track.id);
        paths += comma + json_string(display(track.path));
      }
      file_.write(fmt::format("{{\n  \"ids\": [{}],\n  \"paths\": [{}],\n  \"similarity\": [", ids, paths));
    }
  }

  const MatrixForm form_;
  NewFile file_;
};

void print_similar(const SimilarResult& result) {
  for (std::size_t i = 0; i < result.pairs.size(); ++i) {
    const SimilarPair& pair = result.pairs[i];
    const SimilarTrack &a = result.tracks[pair.a], &b = result.tracks[pair.b];
    fmt::print("{:>3}  {:6.4f}  {}  (id:{})\n             {}  (id:{})\n", i + 1, pair.similarity,
               label(a.path, a.title, a.artist), a.id, label(b.path, b.title, b.artist), b.id);
  }
}

void print_similar_csv(const SimilarResult& result) {
  fmt::print("rank,similarity,id_a,path_a,id_b,path_b\r\n");
  for (std::size_t i = 0; i < result.pairs.size(); ++i) {
    const SimilarPair& pair = result.pairs[i];
    const SimilarTrack &a = result.tracks[pair.a], &b = result.tracks[pair.b];
    fmt::print("{},{:.6f},{},{},{},{}\r\n", i + 1, pair.similarity, a.id, csv_cell(display(a.path)), b.id,
               csv_cell(display(b.path)));
  }
}

// Written as it goes: a million pairs as one document in memory would be half a gigabyte.
void print_result_json(const SimilarArguments& options, const SimilarResult& result, double seconds) {
  fmt::print("{{\n  \"model\": {},\n  \"window\": {},\n  \"hop\": {},\n  \"without_vectors\": {},\n",
             json_string(result.model), result.windowing.window_seconds, result.windowing.hop_seconds,
             result.without_vectors);
  fmt::print("  \"matrix\": {},\n", options.matrix.empty() ? "null" : json_string(display(options.matrix)));
  fmt::print("  \"tracks\": [");
  for (std::size_t i = 0; i < result.tracks.size(); ++i) {
    const SimilarTrack& track = result.tracks[i];
    fmt::print("{}\n    {{\"id\": {}, \"path\": {}, \"title\": {}, \"artist\": {}}}", i > 0 ? "," : "", track.id,
               json_string(display(track.path)), json_string(track.title), json_string(track.artist));
  }
  fmt::print("{}],\n  \"pairs_compared\": {},\n  \"pairs\": [", result.tracks.empty() ? "" : "\n  ",
             result.pairs_compared);
  for (std::size_t i = 0; i < result.pairs.size(); ++i) {
    const SimilarPair& pair = result.pairs[i];
    fmt::print("{}\n    {{\"rank\": {}, \"a\": {}, \"b\": {}, \"similarity\": {:.6f}}}", i > 0 ? "," : "", i + 1,
               result.tracks[pair.a].id, result.tracks[pair.b].id, pair.similarity);
  }
  fmt::print("{}],\n  \"timings_ms\": {{\"total\": {:.3f}}}\n}}\n", result.pairs.empty() ? "" : "\n  ", seconds * 1000);
}

int run_similar(const SimilarArguments& options) {
  const double began = monotonic_seconds();
  const auto wrong = [](const char* what) {
    return Error(ErrorCode::invalid_argument, std::string("similar: ") + what);
  };
  if (!options.all)
    throw wrong(
        "--all compares every track with every other; for what is like one track: hearken like id:42 --by mean");
  if (!good_where(options.where)) return kWrongUsage;
  if (options.csv && options.common.json) throw wrong("--csv and --json exclude each other");
  const Library library = Library::open(options.common.library_path(), OpenMode::read);
  SimilarOptions similar_options;
  similar_options.under = options.under;
  similar_options.where = options.where;
  similar_options.model = options.common.model;
  similar_options.k = options.pairs();
  similar_options.threads = options.common.threads;
  std::optional<MatrixFile> matrix;
  if (!options.matrix.empty()) {
    matrix.emplace(options.matrix);
    similar_options.row = [&](std::span<const SimilarTrack> tracks, std::size_t row, std::span<const float> cosines) {
      matrix->row(tracks, row, cosines);
    };
  }
  const SimilarResult result = similar_tracks(library, similar_options);
  if (matrix) matrix->finish(result.tracks);
  const double seconds = monotonic_seconds() - began;
  if (options.common.json) {
    print_result_json(options, result, seconds);
  } else if (options.csv) {
    print_similar_csv(result);
  } else {
    print_similar(result);
  }
  if (result.tracks.empty())
    print_error("nothing to compare: no such track has vectors; hearken info says what the library holds");
  const auto shown = static_cast<std::int64_t>(result.pairs.size());
  print_note(options.common,
             fmt::format("{} of {} of {}, in {:.0f} ms", shown,
                         counted(static_cast<std::int64_t>(result.pairs_compared), "pair"),
                         counted(static_cast<std::int64_t>(result.tracks.size()), "track"), seconds * 1000));
  if (result.without_vectors > 0)
    print_note(options.common, fmt::format("{} left out: no vectors of this model with windows of {}",
                                           counted(result.without_vectors, "track"), in_words(result.windowing)));
  return kDone;
}

}  // namespace

void add_similar(CLI::App& program, int& status) {
  const auto [command, options] =
      add_command(program, status, "similar", "Compare every track of the library with every other", run_similar);
  command.add_flag("--all", options.all, "All pairs of tracks");
  within(
      command.add_option("-k", options.k,
                         "How many pairs at most, the most similar first (default 20; with --csv or --json a million)"),
      1, 100'000'000, "N");
  add_selection_options(command, options.under, options.where);
  command.add_flag("--csv", options.csv, "The pairs as CSV");
  add_value(command, "--matrix", options.matrix, "Write the whole matrix to this file: .csv, .json or .npy", "FILE");
  add_common_options(command, options.common);
  command.footer(
      std::string(
          R"(The similarity of two tracks is the cosine of their mean vectors, -1 to 1 (1: the same sound). It is computed
from what the library holds; no audio is read and no model loaded. --model picks one of the library's models.

In the matrix, rows and columns are the tracks by number. As CSV the first row and column name them, as JSON
"ids" does; .npy is float32 [tracks, tracks].

)") + kConditionHelp +
      R"(
Examples:
  hearken similar --all
  hearken similar --all --under ~/Samples/drums --csv > pairs.csv
  hearken similar --all --json -k 1000
  hearken similar --all --matrix similarity.npy)");
}

}  // namespace hearken::cli
