// Searches by words, by sound and by recording, in a library or an engine; lists to listen to.
#include <nanobind/stl/vector.h>

#include "bind.h"

namespace hearken::python {
namespace {

// An item of a query as Python hands it on: (kind, what, negative, start, duration), for samples (rate, name) behind.
LikeItem item_from(nb::handle given) {
  const auto parts = nb::cast<nb::tuple>(given);
  const auto kind = nb::cast<std::string>(parts[0]);
  LikeItem item;
  item.negative = nb::cast<bool>(parts[2]);
  item.start_seconds = nb::cast<double>(parts[3]);
  item.duration_seconds = nb::cast<double>(parts[4]);
  if (kind == "text") {
    item.what = Words{nb::cast<std::string>(parts[1])};
  } else if (kind == "track") {
    item.what = LibraryTrack{nb::cast<std::int64_t>(parts[1])};
  } else if (kind == "samples") {
    item.what =
        Samples{from_python<std::vector<float>>(parts[1]), nb::cast<int>(parts[5]), nb::cast<std::string>(parts[6])};
  } else {
    item.what = SoundFile{path_from(parts[1])};
  }
  return item;
}

std::vector<LikeItem> items_from(nb::handle given) {
  std::vector<LikeItem> items;
  for (nb::handle one : given) items.push_back(item_from(one));
  return items;
}

void bind_local(nb::module_& module) {
  module.def("find", [](SharedLibrary& library, const Model& model, const std::string& text, const nb::dict& settings) {
    const auto options = options_from<FindOptions>(settings);
    return quick([&] { return library.read([&](const Library& l) { return find(l, model, text, options); }); });
  });
  module.def("like", [](SharedLibrary& library, const Model& model, nb::handle items, const nb::dict& settings) {
    return watched(nb::none(), [&, query = items_from(items), options = options_from<LikeOptions>(settings)](Watch&) {
      return library.read([&](const Library& l) { return like(l, model, query, options); });
    });
  });
  module.def("like_in_space", [](SharedLibrary& library, const std::string& space, nb::handle items,
                                 const nb::dict& settings) {
    return watched(nb::none(), [&, query = items_from(items), options = options_from<LikeOptions>(settings)](Watch&) {
      return library.read([&](const Library& l) { return like(l, space, query, options); });
    });
  });
  module.def("match", [](SharedLibrary& library, nb::handle item, const nb::dict& settings) {
    return watched(nb::none(), [&, query = item_from(item), options = options_from<MatchOptions>(settings)](Watch&) {
      return library.read([&](const Library& l) {
        if (const auto* samples = std::get_if<Samples>(&query.what)) return match(l, *samples, options);
        return match(l, std::get<SoundFile>(query.what), options);
      });
    });
  });
  module.def("similar_tracks", [](SharedLibrary& library, const nb::dict& settings) {
    return watched(nb::none(), [&, options = options_from<SimilarOptions>(settings)](Watch&) {
      return library.read([&](const Library& l) { return similar_tracks(l, options); });
    });
  });
}

void bind_lists(nb::module_& module) {
  module.def("split_words", [](const std::string& text) { return to_python(split_words(text)); });
  module.def("playlist",
             [](SharedLibrary& library, const Model& model, const std::string& text, const nb::dict& settings) {
               return watched(nb::none(), [&, options = options_from<PlaylistOptions>(settings)](Watch&) {
                 return library.read([&](const Library& l) { return playlist(l, model, text, options); });
               });
             });
  module.def("journey", [](SharedLibrary& library, std::int64_t first, std::int64_t last, const nb::dict& settings) {
    return watched(nb::none(), [&, options = options_from<JourneyOptions>(settings)](Watch&) {
      return library.read([&](const Library& l) { return journey(l, first, last, options); });
    });
  });
  module.def(
      "radio",
      [](SharedLibrary& library, const Model* model, nb::handle tracks, nb::handle files, const nb::dict& settings) {
        return watched(nb::none(), [&, ids = from_python<std::vector<std::int64_t>>(tracks),
                                    paths = from_python<std::vector<std::filesystem::path>>(files),
                                    options = options_from<RadioOptions>(settings)](Watch&) {
          return library.read([&](const Library& l) {
            std::vector<RadioSeed> seeds;
            for (const std::int64_t id : ids) seeds.push_back({id, {}});
            for (const auto& path : paths) seeds.push_back(radio_seed(l, *model, path, options));
            return radio(l, seeds, options);
          });
        });
      },
      nb::arg(), nb::arg().none(), nb::arg(), nb::arg(), nb::arg());
  module.def("write_playlist", [](nb::handle file, nb::handle tracks, const nb::dict& settings) {
    const auto all = from_python<std::vector<ListedTrack>>(tracks);
    write_playlist(path_from(file), all, options_from<PlaylistWriting>(settings));
  });
  module.def("read_playlist", [](nb::handle file) { return to_python(read_playlist(path_from(file))); });
  module.def("tracks_of_playlist", [](SharedLibrary& library, nb::handle file) {
    return quick([&, from = path_from(file)] {
      return library.read([&](const Library& l) { return tracks_of_playlist(l, from); });
    });
  });
}

void bind_engine(nb::module_& module) {
  nb::class_<Remote>(module, "Remote").def("url", [](const Remote& remote) { return remote.url(); });
  module.def("connect", [](const std::string& url) {
    const nb::gil_scoped_release unlocked;
    return Remote::connect(url);
  });
  module.def("find_remote",
             [](const Remote& remote, const Model& model, const std::string& text, const nb::dict& settings) {
               const auto options = options_from<FindOptions>(settings);
               return quick([&] { return find(remote, model, text, options); });
             });
  module.def("like_remote", [](const Remote& remote, const Model& model, nb::handle items, const nb::dict& settings) {
    return watched(nb::none(), [&, query = items_from(items), options = options_from<LikeOptions>(settings)](Watch&) {
      return like(remote, model, query, options);
    });
  });
  module.def("classify_remote", [](const Remote& remote, const Model& model, const std::vector<std::int64_t>& tracks,
                                   nb::handle labels, const nb::dict& settings) {
    return watched(nb::none(),
                   [&, set = from_python<LabelSet>(labels), options = options_from<ClassifyOptions>(settings)](Watch&) {
                     return classify(remote, model, tracks, set, options);
                   });
  });
}

}  // namespace

void bind_searching(nb::module_& module) {
  bind_local(module);
  bind_lists(module);
  bind_engine(module);
}

}  // namespace hearken::python
