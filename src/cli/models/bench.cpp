// hearken bench model, hearken bench search
#include "hearken/bench.h"

#include <fmt/format.h>

#include "cli/common.h"
#include "core/paths.h"

namespace hearken::cli {
namespace {

struct BenchArguments {
  CommonOptions common;
  int windows = 1;
};

nlohmann::json in_json(Times times) { return {{"median", times.median}, {"min", times.least}}; }

int run_bench(const BenchArguments& options) {
  if (options.common.device != "cpu")
    throw Error(ErrorCode::unsupported, "bench model: times this program's own executor, which computes on the CPU");
  const Model model = load_model(options.common, nullptr);  // fetched first, where it has to be
  const ModelBench b = bench_model(model.info().directory.string(), parse_precision(options.common.precision),
                                   options.windows, options.common.threads);
  if (options.common.json) {
    print_json({{"model", display(model.info().name)},
                {"precision", to_string(b.precision)},
                {"threads", b.threads},
                {"windows", b.windows},
                {"window_ms", in_json(b.window_ms)},
                {"mel_ms", b.mel_ms},
                {"text_ms", in_json(b.text_ms)},
                {"load_ms", b.load_ms},
                {"text_load_ms", b.text_load_ms},
                {"peak_rss_mb", b.peak_rss_mb},
                {"products_ms", b.products_ms.median},
                {"ratio_to_products", b.ratio_to_products}});
    return kDone;
  }
  fmt::print("{} at {}, {}, {} at once\n\n", display(model.info().name), to_string(b.precision),
             counted(b.threads, "thread"), counted(b.windows, "window"));
  const auto line = [](std::string_view what, Times times, std::string_view print_note) {
    fmt::print("  {:<28}{:9.2f} ms   least {:.2f}{}\n", what, times.median, times.least, print_note);
  };
  line("a window of 10 s", b.window_ms, fmt::format("   {:.2f} × its products", b.ratio_to_products));
  line("its matrix products alone", b.products_ms, "");
  fmt::print("  {:<28}{:9.2f} ms   on one thread\n", "its log-mel spectrogram", b.mel_ms);
  line("a short text", b.text_ms, "");
  fmt::print("  {:<28}{:9.2f} ms\n  {:<28}{:9.2f} ms\n  {:<28}{:9.0f} MB\n", "loading the audio tower", b.load_ms,
             "loading the text tower", b.text_load_ms, "highest memory", b.peak_rss_mb);
  return kDone;
}

struct SearchOptions {
  std::int64_t windows = 1'000'000;
  int queries = 1;
  int threads = 0;
  bool json = false;
};

int run_search(const SearchOptions& options) {
  const SearchBench b = bench_search(options.windows, options.queries, options.threads);
  if (options.json) {
    nlohmann::json out = {{"windows", b.windows},
                          {"queries", b.queries},
                          {"threads", b.threads},
                          {"query_ms", in_json(b.query_ms)},
                          {"bytes_per_second", b.bytes_per_second},
                          {"read_once_ms", b.read_once_ms.median},
                          {"recall_at_10", b.recall_at_10}};
    if (b.queries > 1) out["product_ms"] = b.product_ms.median;
    print_json(out);
    return kDone;
  }
  fmt::print("{} of 512 dimensions, {} at once, {}\n\n", counted(b.windows, "window"),
             b.queries == 1 ? "1 query" : fmt::format("{} queries", b.queries), counted(b.threads, "thread"));
  const auto line = [](std::string_view what, Times times, std::string_view print_note) {
    fmt::print("  {:<28}{:9.2f} ms   least {:.2f}{}\n", what, times.median, times.least, print_note);
  };
  line(
      "the 10 nearest of each", b.query_ms,
      fmt::format("   {:.2f} × reading the codes{}", b.query_ms.median / b.read_once_ms.median,
                  b.queries > 1 ? fmt::format(", {:.2f} × the product", b.query_ms.median / b.product_ms.median) : ""));
  line("reading the codes once", b.read_once_ms, fmt::format("   {:.1f} GB/s", b.bytes_per_second / 1e9));
  if (b.queries > 1) line("their int8 product alone", b.product_ms, "");
  fmt::print("  {:<28}{:9.4f}\n", "recall of the best 10", b.recall_at_10);
  return kDone;
}

}  // namespace

void add_bench(CLI::App& program, int& status) {
  CLI::App* bench = program.add_subcommand("bench", "Measure speed on this machine");
  bench->require_subcommand(1);
  const auto [model, options] = add_command(
      *bench, status, "model", "A window's way through a model, beside its matrix products alone", run_bench);
  add_common_options(model, options.common);
  within(model.add_option("--windows", options.windows, "Windows that are embedded at once (default 1)"), 1, 1024, "N");

  const auto [search, of_search] =
      add_command(*bench, status, "search", "The nearest of many windows, beside what reading them takes", run_search);
  within(search.add_option("--windows", of_search.windows,
                           "Windows to search, made up in memory; 2.5 KiB each (default 1000000)"),
         1, 100'000'000, "N");
  within(search.add_option("--queries", of_search.queries,
                           "Queries of one request, such as the windows of a song (default 1)"),
         1, 4096, "N");
  add_threads_option(search, of_search.threads);
  search.add_flag("--json", of_search.json, "The result as JSON");
  bench->footer(R"(Examples:
  hearken bench model
  hearken bench model --model laion/clap-htsat-unfused --windows 8
  hearken bench search --windows 10000000)");
}

}  // namespace hearken::cli
