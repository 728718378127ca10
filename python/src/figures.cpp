// Maps and clusters, datasets on disk, evaluations of vectors.
#include <nanobind/stl/vector.h>

#include "bind.h"

namespace hearken::python {
namespace {

using Places = std::vector<std::size_t>;
using Strings = std::vector<std::string>;

std::span<const float> span_of(const Floats& rows) { return {rows.data(), rows.size()}; }

void bind_pictures(nb::module_& module) {
  module.def("map_library", [](SharedLibrary& library, const nb::dict& settings) {
    return watched(nb::none(), [&, options = options_from<MapOptions>(settings)](Watch&) {
      return library.read([&](const Library& l) { return map_library(l, options); });
    });
  });
  module.def("map_vectors", [](nb::handle vectors, nb::handle labels, int threads) {
    return watched(nb::none(), [v = path_from(vectors), l = path_from(labels), threads](Watch&) {
      return map_vectors(v, l, threads);
    });
  });
  module.def("map_svg", [](nb::handle map) { return text_object(map_svg(from_python<Map>(map))); });
  module.def("map_png", [](nb::handle map) {
    const std::string bytes = map_png(from_python<Map>(map));
    return nb::bytes(bytes.data(), bytes.size());
  });
  module.def("map_page", [](nb::handle map) { return text_object(map_page(from_python<Map>(map))); });
  module.def(
      "cluster_library",
      [](SharedLibrary& library, const Model* model, nb::handle names, const nb::dict& settings) {
        return watched(nb::none(), [&, set = from_python<LabelSet>(names),
                                    options = options_from<ClusterOptions>(settings)](Watch&) {
          return library.read([&](const Library& l) { return cluster_library(l, model, set, options); });
        });
      },
      nb::arg(), nb::arg().none(), nb::arg(), nb::arg());
  module.def("cluster_vectors", [](nb::handle vectors, nb::handle labels, std::size_t k, int threads) {
    return watched(nb::none(), [v = path_from(vectors), l = path_from(labels), k, threads](Watch&) {
      return cluster_vectors(v, l, k, threads);
    });
  });
}

void bind_datasets(nb::module_& module) {
  module.def("read_labelled", [](nb::handle folder, const std::string& layout) {
    return quick([&, from = path_from(folder)] { return read_labelled(from, layout); });
  });
  module.def("read_labelled_csv", [](nb::handle list, nb::handle folder) {
    return quick([l = path_from(list), f = path_from(folder)] { return read_labelled_csv(l, f); });
  });
  module.def("read_captions", [](nb::handle csv, nb::handle folder, const std::string& split, bool leave_out) {
    return quick([&, c = path_from(csv), f = path_from(folder)] { return read_captions(c, f, split, leave_out); });
  });
  module.def("read_fma", [](nb::handle folder) {
    Fma fma = [&, from = path_from(folder)] {
      const nb::gil_scoped_release unlocked;
      return read_fma(from);
    }();
    return nb::make_tuple(to_python(std::move(fma.tracks)), to_python(std::move(fma.genres)));
  });
}

void bind_evaluations(nb::module_& module) {
  module.def("zero_shot", [](const Floats& audio, const Floats& labels, std::size_t dimension, const Places& truth) {
    return quick([&] { return zero_shot(span_of(audio), span_of(labels), dimension, truth); });
  });
  module.def("retrieval", [](const Floats& audio, const Floats& captions, std::size_t dimension, const Places& clip_of,
                             int threads) {
    return quick([&] { return retrieval(span_of(audio), span_of(captions), dimension, clip_of, threads); });
  });
  module.def("linear_probe", [](const Floats& audio, std::size_t dimension, const Places& truth, std::size_t classes,
                                const Strings& folds, int threads) {
    return quick([&] { return linear_probe(span_of(audio), dimension, truth, classes, folds, threads); });
  });
  module.def("stratified_folds",
             [](const Places& truth, std::size_t classes) { return to_python(stratified_folds(truth, classes)); });
  module.def("class_labels", [](const Strings& classes, const std::string& layout) {
    return to_python(class_labels(classes, layout));
  });
  module.def("wordings", [](const Model& model, const Floats& audio, nb::handle labels, const Places& truth,
                            const Strings& templates, int threads) {
    return quick([&, set = from_python<LabelSet>(labels)] {
      return wordings(model, span_of(audio), set, truth, templates, threads);
    });
  });
  module.def("usual_templates",
             [](nb::handle labels) { return to_python(usual_templates(from_python<LabelSet>(labels))); });
  module.def("published_figures", [](const std::string& model, const std::string& protocol, const std::string& data) {
    return to_python(published_figures(model, protocol, data));
  });
  module.def("rank_correlation", [](const std::vector<double>& a, const std::vector<double>& b) {
    return quick([&] { return rank_correlation(a, b); });
  });
  module.def(
      "compare",
      [](const Model& first, const Model& second, nb::handle folder, const nb::dict& settings, nb::object progress) {
        return watched(std::move(progress), [&, from = path_from(folder),
                                             options = options_from<CompareOptions>(settings)](Watch& watch) mutable {
          options.progress = watch.teller<IndexProgress>(true);
          return compare(std::array{first, second}, from, options);
        });
      },
      nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg().none());
  module.def("compare_page",
             [](nb::handle result) { return text_object(compare_page(from_python<Comparison>(result))); });
}

}  // namespace

void bind_figures(nb::module_& module) {
  bind_pictures(module);
  bind_datasets(module);
  bind_evaluations(module);
}

}  // namespace hearken::python
