// How a list of tracks leaves a search: for a person, or as paths, CSV or JSON lines for the next program; and played.
#pragma once

#include <CLI/App.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>

#include "cli/common.h"

namespace hearken::cli {

struct ListingOptions {
  bool paths = false, nul = false, csv = false, jsonl = false;
  bool play = false, open = false;
  bool fail_if_none = false;

  bool for_a_program() const { return paths || nul || csv || jsonl; }
};

/// --paths, -0, --csv, --jsonl, which exclude each other and --json; --play, --open, --fail-if-none. After
/// add_common_options(). `options` must live until the parse is over.
void add_listing_options(CLI::App& command, ListingOptions& options);

/// A track that was found, and where in it to listen.
struct ListedFile {
  std::filesystem::path path;
  double start_seconds = 0;
};

/// Prints what --paths, -0, --csv or --jsonl ask for: the files, or the rows of document["results"] with, of the
/// document itself, its query, model, precision and fingerprint. `columns` of the rows are the CSV's, in that order.
/// Throws Error(unsupported) when a path has a line break and they are asked for one a line.
void print_listing(const ListingOptions& options, std::span<const ListedFile> files, const nlohmann::json& document,
                   std::span<const char* const> columns);

/// --play and --open: the files one after the other in the player that is there, the first one in the desktop's own
/// program. Throws Error: not_found (there is none).
void play_or_open(const ListingOptions& options, std::span<const ListedFile> files);

/// `status`, or that it failed when there is nothing that was asked for and --fail-if-none was given.
int status_of(const ListingOptions& options, bool anything, int status);

/// Into a document: which vectors were compared.
void add_model_json(nlohmann::json& document, const Model& model, const Windowing& windowing);

}  // namespace hearken::cli
