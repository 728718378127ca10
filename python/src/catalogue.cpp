// The library: its tracks, indexing, ratings, tags, vectors out and in, and its upkeep.
#include <nanobind/stl/vector.h>

#include <fstream>

#include "bind.h"

namespace hearken::python {
namespace {

using Ids = std::vector<std::int64_t>;
using Strings = std::vector<std::string>;

std::vector<std::filesystem::path> paths_from(nb::handle paths) {
  return from_python<std::vector<std::filesystem::path>>(paths);
}

void bind_library(nb::module_& module) {
  nb::class_<SharedLibrary>(module, "Library")
      .def("__init__", [](SharedLibrary* made, nb::handle path) { new (made) SharedLibrary(path_from(path)); })
      .def("close", [](SharedLibrary& library) { library.close(); })
      .def("path", [](const SharedLibrary& library) { return path_object(library.path()); });
  module.def("default_library_path", [] { return path_object(default_library_path()); });
  module.def("create", [](SharedLibrary& library) {
    return quick([&] { return library.write([](Library&) { return true; }); });
  });
  module.def("info", [](SharedLibrary& library) {
    return quick([&] { return library.read([](const Library& l) { return l.info(); }); });
  });
  module.def("track", [](SharedLibrary& library, std::int64_t id) {
    return quick([&] { return library.read([&](const Library& l) { return l.track(id); }); });
  });
  module.def("track_named", [](SharedLibrary& library, const std::string& name) {
    return quick([&] { return library.read([&](const Library& l) { return track_named(l, name); }); });
  });
  module.def("tracks", [](SharedLibrary& library) {
    return quick([&] { return library.read([](const Library& l) { return l.tracks(); }); });
  });
  module.def("own_windowing", [](SharedLibrary& library, const Model& model) {
    return quick([&] {
      const LibraryInfo info = library.read([](const Library& l) { return l.info(); });
      const LibraryModel* made = newest_made_by(model, info);
      if (made == nullptr) made = own_model(info.models);
      return made != nullptr ? made->windowing : Windowing{};
    });
  });
  module.def("own_model", [](SharedLibrary& library) {
    return quick([&] {
      const LibraryInfo info = library.read([](const Library& l) { return l.info(); });
      const LibraryModel* own = own_model(info.models);
      return own != nullptr ? std::optional(*own) : std::nullopt;
    });
  });
  module.def(
      "index",
      [](SharedLibrary& library, const Model& model, nb::handle paths, const nb::dict& settings, nb::object progress) {
        return watched(std::move(progress), [&, all = paths_from(paths),
                                             options = options_from<IndexOptions>(settings)](Watch& watch) mutable {
          options.cancel = &watch.cancel;
          options.progress = watch.teller<IndexProgress>(false);
          return library.write([&](Library& l) { return index(l, model, all, options); });
        });
      },
      nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg().none());
}

void bind_opinions(nb::module_& module) {
  module.def("rate", [](SharedLibrary& library, const Ids& tracks, bool up, const std::string& query) {
    return quick([&] { return library.write([&](Library& l) { return rate(l, tracks, up, query), true; }); });
  });
  module.def("ratings", [](SharedLibrary& library) {
    return quick([&] { return library.read([](const Library& l) { return ratings(l); }); });
  });
  module.def(
      "forget_ratings",
      [](SharedLibrary& library, const Ids& tracks, nb::handle query) {
        const auto asked = from_python<std::optional<std::string>>(query);
        return quick([&] { return library.write([&](Library& l) { return forget_ratings(l, tracks, asked); }); });
      },
      nb::arg(), nb::arg(), nb::arg().none());
  module.def("reset_ratings", [](SharedLibrary& library) {
    return quick([&] { return library.write([](Library& l) { return reset_ratings(l); }); });
  });
  module.def("learned", [](SharedLibrary& library, const Model& model, const std::string& query, std::size_t k) {
    return quick([&] { return library.read([&](const Library& l) { return learned(l, model, query, k); }); });
  });
  module.def("tags", [](SharedLibrary& library, std::int64_t track) {
    return quick([&] { return library.read([&](const Library& l) { return tags(l, track); }); });
  });
  module.def("tagged_tracks", [](SharedLibrary& library) {
    return quick([&] { return library.read([](const Library& l) { return tagged_tracks(l); }); });
  });
  module.def("set_tags", [](SharedLibrary& library, const Ids& tracks, const Strings& add, const Strings& remove) {
    return quick([&] { return library.write([&](Library& l) { return set_tags(l, tracks, add, remove), true; }); });
  });
  module.def(
      "tag",
      [](SharedLibrary& library, const Model& model, nb::handle labels, const nb::dict& settings, nb::object progress) {
        return watched(std::move(progress), [&, set = from_python<LabelSet>(labels),
                                             options = options_from<TagOptions>(settings)](Watch& watch) mutable {
          options.progress = watch.teller<IndexProgress>(true);
          return library.write([&](Library& l) { return tag(l, model, set, options); });
        });
      },
      nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg().none());
  module.def("rename_by_ucs", [](SharedLibrary& library, double least_likelihood, bool dry_run) {
    return quick(
        [&] { return library.write([&](Library& l) { return rename_by_ucs(l, least_likelihood, dry_run); }); });
  });
  module.def("undo_rename", [](SharedLibrary& library, bool dry_run) {
    return quick([&] { return library.write([&](Library& l) { return undo_rename(l, dry_run); }); });
  });
  module.def("write_sidecars", [](SharedLibrary& library, bool dry_run) {
    return quick([&] { return library.read([&](const Library& l) { return write_sidecars(l, dry_run); }); });
  });
}

void bind_exchange(nb::module_& module) {
  module.def("export_vectors", [](SharedLibrary& library, nb::handle folder, const nb::dict& settings) {
    return watched(nb::none(),
                   [&, to = path_from(folder), options = options_from<ExportOptions>(settings)](Watch& watch) mutable {
                     options.cancel = &watch.cancel;
                     return library.read([&](const Library& l) { return export_vectors(l, to, options); });
                   });
  });
  module.def("read_manifest", [](nb::handle folder) { return to_python(read_manifest(path_from(folder))); });
  module.def(
      "import_vectors",
      [](SharedLibrary& library, nb::handle folder, const Model* model) {
        return watched(nb::none(), [&, from = path_from(folder)](Watch& watch) {
          return library.write([&](Library& l) { return import_vectors(l, from, {model, &watch.cancel}); });
        });
      },
      nb::arg(), nb::arg(), nb::arg().none());
  module.def(
      "import_stream",
      [](SharedLibrary& library, nb::handle file, const Model* model) {
        return watched(nb::none(), [&, from = path_from(file)](Watch& watch) {
          std::ifstream in(from, std::ios::binary);
          if (!in) throw Error(ErrorCode::not_found, from.string() + ": cannot be opened");
          VectorStream stream(in, from);
          return library.write([&](Library& l) { return import_vectors(l, stream, {model, &watch.cancel}); });
        });
      },
      nb::arg(), nb::arg(), nb::arg().none());
  module.def(
      "import_space",
      [](SharedLibrary& library, nb::handle vectors, nb::handle tracks, const nb::dict& settings, nb::object progress) {
        return watched(std::move(progress), [&, v = path_from(vectors), t = path_from(tracks),
                                             options = options_from<SpaceOptions>(settings)](Watch& watch) mutable {
          options.cancel = &watch.cancel;
          options.progress = watch.teller<IndexProgress>(false);
          return library.write([&](Library& l) { return import_space(l, v, t, options); });
        });
      },
      nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg().none());
  module.def("copy_hits", [](nb::handle hits, nb::handle folder, std::size_t first_rank, bool moments) {
    return watched(nb::none(), [&, all = from_python<std::vector<FindHit>>(hits), to = path_from(folder)](Watch&) {
      return copy_hits(all, to, first_rank, moments);
    });
  });
}

void bind_upkeep(nb::module_& module) {
  module.def("check", [](SharedLibrary& library) {
    return watched(nb::none(), [&](Watch&) { return library.read([](const Library& l) { return check(l); }); });
  });
  module.def("repair", [](SharedLibrary& library) {
    return watched(nb::none(), [&](Watch&) { return library.write([](Library& l) { return repair(l, check(l)); }); });
  });
  module.def("clean", [](SharedLibrary& library, const Model& model, const nb::dict& settings) {
    return watched(nb::none(), [&, options = options_from<CleanOptions>(settings)](Watch&) {
      return library.write([&](Library& l) { return clean(l, model, options); });
    });
  });
  module.def("clean_undo", [](SharedLibrary& library) {
    return quick([&] { return library.write([](Library& l) { return clean_undo(l); }); });
  });
  module.def("dedupe", [](SharedLibrary& library) {
    return watched(nb::none(), [&](Watch&) { return library.read([](const Library& l) { return dedupe(l); }); });
  });
}

}  // namespace

void bind_catalogue(nb::module_& module) {
  bind_library(module);
  bind_opinions(module);
  bind_exchange(module);
  bind_upkeep(module);
}

}  // namespace hearken::python
