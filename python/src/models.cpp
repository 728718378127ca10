// Models: vectors of sounds and texts; the hub; looking into models, making and training them.
#include "bind.h"

namespace hearken::python {
namespace {

void bind_model(nb::module_& module) {
  nb::class_<Model>(module, "Model")
      .def("info", [](const Model& model) { return to_python(ModelInfo(model.info())); })
      .def("level", [](const Model& model, double score) { return to_python(model.level(score)); })
      .def("likelihood", [](const Model& model, double score) { return model.likelihood(score); })
      .def("weights_fingerprint", [](const Model& model) { return quick([&] { return model.weights_fingerprint(); }); })
      .def("fingerprint",
           [](const Model& model, nb::handle windowing) {
             return quick([&, w = from_python<Windowing>(windowing)] { return model.fingerprint(w); });
           })
      .def("audio_width",
           [](const Model& model, nb::handle form) { return model.audio_width(from_python<EmbeddingForm>(form)); })
      .def("text_width",
           [](const Model& model, nb::handle form) { return model.text_width(from_python<EmbeddingForm>(form)); })
      .def("embed_texts",
           [](const Model& model, nb::handle texts, nb::handle form, int threads) {
             const auto all = from_python<std::vector<std::string>>(texts);
             const auto as = from_python<EmbeddingForm>(form);
             std::vector<float> rows;
             {
               const nb::gil_scoped_release unlocked;
               rows = model.embed_texts(all, as, threads);
             }
             return rows_object(std::move(rows), model.text_width(as));
           })
      .def("embed_file",
           [](const Model& model, nb::handle path, nb::handle windowing, nb::handle form, int threads) {
             return watched(nb::none(), [&, p = path_from(path), w = from_python<Windowing>(windowing),
                                         f = from_python<EmbeddingForm>(form)](Watch&) {
               return embed_file(model, p, w, f, threads);
             });
           })
      .def("embed_rows", [](const Model& model, int in, int out, const nb::dict& settings) {
        return watched(nb::none(), [&, options = options_from<StreamOptions>(settings)](Watch& watch) mutable {
          options.cancel = &watch.cancel;
          return embed_rows(model, in, out, options);
        });
      });
  module.def("load_model", [](const std::string& name, nb::handle precision, const std::string& device) {
    const auto p = from_python<Precision>(precision);
    const nb::gil_scoped_release unlocked;
    return Model::load(name, p, device);
  });
  module.def("mean_vector", [](const Floats& rows, std::size_t width, nb::handle form) {
    return to_python(mean_vector({rows.data(), rows.size()}, width, from_python<EmbeddingForm>(form)));
  });
}

void bind_hub(nb::module_& module) {
  module.def("is_hub_name", [](const std::string& name) { return is_hub_name(name); });
  module.def("hub_cache_directory", [] { return path_object(hub_cache_directory()); });
  module.def("find_in_cache", [](const std::string& name) { return to_python(find_in_cache(name)); });
  module.def("needed_from_hub", [](const std::string& model) { return to_python(needed_from_hub(model)); });
  module.def("plan_pull",
             [](const std::string& name) { return watched(nb::none(), [&](Watch&) { return plan_pull(name); }); });
  module.def(
      "pull",
      [](const std::string& name, nb::object progress) {
        return watched(std::move(progress), [&](Watch& watch) { return pull(name, watch.teller<PullProgress>(true)); });
      },
      nb::arg(), nb::arg().none());
  module.def("list_cached", [] { return quick([] { return list_cached(); }); });
  module.def("remove_cached", [](const std::string& name, bool rehearse) {
    return quick([&] { return remove_cached(name, rehearse); });
  });
}

void bind_training(nb::module_& module) {
  module.def("model_details", [](const std::string& name) { return quick([&] { return model_details(name); }); });
  module.def("check_model",
             [](const Model& model) { return watched(nb::none(), [&](Watch&) { return check_model(model); }); });
  module.def("convert_model", [](const std::string& name, nb::handle directory, bool replace) {
    return watched(nb::none(), [&, d = path_from(directory)](Watch&) { return convert_model(name, d, replace); });
  });
  module.def("make_model", [](const nb::dict& settings, nb::handle directory) {
    return watched(nb::none(), [&, d = path_from(directory), options = options_from<MakeModelOptions>(settings)](
                                   Watch&) { return make_model(options, d); });
  });
  module.def("tune_recipe", [](const std::string& name) { return to_python(tune_recipe(name)); });
  module.def(
      "tune",
      [](const nb::dict& settings, nb::object progress, nb::object epoch) {
        return watched(std::move(progress), [&, options = options_from<TuneOptions>(settings)](Watch& watch) {
          TuneListener listener;
          listener.progress = watch.teller<TuneProgress>(true);
          listener.epoch = [&](const TuneEpoch& done) {
            const nb::gil_scoped_acquire locked;
            if (!epoch.is_none()) epoch(to_python(TuneEpoch(done)));
          };
          return tune(options, listener);
        });
      },
      nb::arg(), nb::arg().none(), nb::arg().none());
}

}  // namespace

void bind_models(nb::module_& module) {
  bind_model(module);
  bind_hub(module);
  bind_training(module);
}

}  // namespace hearken::python
