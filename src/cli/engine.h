// What a command searches: a library, or the cluster that --cluster names.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "cli/common.h"
#include "hearken/remote.h"

namespace hearken::cli {

/// Adds --cluster, which does not go with --library: after add_common_options(). `url` must live until the parse is
/// over.
CLI::Option* add_engine_option(CLI::App& command, std::string& url);

/// What --cluster says, else HEARKEN_ENGINE; may be empty.
std::string cluster_meant(const std::string& url);

/// The engine that --cluster names, or, where neither it nor --library was given, HEARKEN_ENGINE; nothing: a library is
/// meant.
std::optional<Remote> engine_asked(const std::string& url, const CommonOptions& options);

/// What the engine holds, as a library says it: the models of its vectors.
LibraryInfo info_of(const Remote& remote);

/// Either, opened: asked by the same names, answering in the same types.
class Searched {
 public:
  /// As engine_asked() says; a library with `mode`.
  Searched(const std::string& url, const CommonOptions& options, OpenMode mode = OpenMode::read);

  bool is_engine() const noexcept { return std::holds_alternative<Remote>(what_); }
  /// Null: an engine.
  Library* library() noexcept { return std::get_if<Library>(&what_); }
  const LibraryInfo& info() const noexcept { return info_; }
  /// load_model() for it. Before a model is fetched, a library is asked whether it holds anything of it.
  Model model(const CommonOptions& options) const;

  /// `question(library)`, or `question(remote)`.
  template <class Question>
  auto ask(const Question& question) const {
    return std::visit(question, what_);
  }

 private:
  std::variant<Library, Remote> what_;
  LibraryInfo info_;
};

}  // namespace hearken::cli
