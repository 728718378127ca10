// What is in sounds: scores under texts, labels, events, captions, filters.
#include <nanobind/stl/vector.h>

#include "bind.h"

namespace hearken::python {
namespace {

using Strings = std::vector<std::string>;

// Paths and track numbers as Python hands them on.
std::vector<ScoreInput> inputs_from(nb::handle given) {
  std::vector<ScoreInput> inputs;
  for (nb::handle one : given) {
    if (nb::isinstance<nb::int_>(one))
      inputs.push_back({{}, nb::cast<std::int64_t>(one)});
    else
      inputs.push_back({path_from(one), 0});
  }
  return inputs;
}

// With a library, if there is one, that `call` may look into.
template <class Call>
auto beside(SharedLibrary* library, Call&& call) {
  if (library == nullptr) return call(static_cast<const Library*>(nullptr));
  return library->read([&](const Library& l) { return call(&l); });
}

// call(library or null, inputs, options), of options that have `progress`.
template <class Options, class Call>
nb::object over_sounds(SharedLibrary* library, nb::handle inputs, const nb::dict& settings, nb::object progress,
                       Call&& call) {
  return watched(std::move(progress),
                 [&, sounds = inputs_from(inputs), options = options_from<Options>(settings)](Watch& watch) mutable {
                   options.progress = watch.teller<IndexProgress>(true);
                   return beside(library, [&](const Library* l) { return call(l, sounds, options); });
                 });
}

void bind_scores(nb::module_& module) {
  module.def(
      "score",
      [](SharedLibrary* library, const Model& model, nb::handle inputs, nb::handle questions, const nb::dict& settings,
         nb::object progress) {
        return over_sounds<ScoreOptions>(library, inputs, settings, std::move(progress),
                                         [&, asked = from_python<std::vector<Question>>(questions)](
                                             const Library* l, const auto& sounds, const auto& options) {
                                           return score(l, model, sounds, asked, options);
                                         });
      },
      nb::arg().none(), nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg().none());
  module.def(
      "score_csv",
      [](nb::handle result, const Model* model) {
        return text_object(score_csv(from_python<ScoreResult>(result), model));
      },
      nb::arg(), nb::arg().none());
  module.def("read_texts", [](nb::handle path) { return to_python(read_texts(path_from(path))); });
  module.def("read_synonyms", [](nb::handle path) { return to_python(read_synonyms(path_from(path))); });
  module.def(
      "captions",
      [](SharedLibrary* library, const Model& model, nb::handle inputs, const Strings& candidates,
         const nb::dict& settings, nb::object progress) {
        return over_sounds<ScoreOptions>(library, inputs, settings, std::move(progress),
                                         [&](const Library* l, const auto& sounds, const auto& options) {
                                           return captions(l, model, sounds, candidates, options);
                                         });
      },
      nb::arg().none(), nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg().none());
  module.def(
      "filter",
      [](SharedLibrary* library, const Model& model, nb::handle inputs, const Strings& deny, const Strings& allow,
         const nb::dict& settings, nb::object progress) {
        return over_sounds<FilterOptions>(library, inputs, settings, std::move(progress),
                                          [&](const Library* l, const auto& sounds, const auto& options) {
                                            return filter(l, model, sounds, deny, allow, options);
                                          });
      },
      nb::arg().none(), nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg().none());
}

void bind_labels(nb::module_& module) {
  module.attr("default_template") = std::string(kTemplate);
  module.def("label_set_names", [] { return to_python(label_set_names()); });
  module.def("label_set", [](const std::string& name) { return to_python(label_set(name)); });
  module.def("labels_in", [](const std::string& list) { return to_python(labels_in(list)); });
  module.def("read_labels", [](nb::handle path) { return to_python(read_labels(path_from(path))); });
  module.def(
      "classify",
      [](SharedLibrary* library, const Model& model, nb::handle inputs, nb::handle labels, const nb::dict& settings,
         nb::object progress) {
        return over_sounds<ClassifyOptions>(
            library, inputs, settings, std::move(progress),
            [&, set = from_python<LabelSet>(labels)](const Library* l, const auto& sounds, const auto& options) {
              return classify(l, model, sounds, set, options);
            });
      },
      nb::arg().none(), nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg().none());
}

void bind_events(nb::module_& module) {
  module.def(
      "events",
      [](SharedLibrary* library, const Model& model, nb::handle inputs, nb::handle labels, const nb::dict& settings,
         nb::object progress) {
        return over_sounds<EventsOptions>(
            library, inputs, settings, std::move(progress),
            [&, set = from_python<LabelSet>(labels)](const Library* l, const auto& sounds, const auto& options) {
              return events(l, model, sounds, set, options);
            });
      },
      nb::arg().none(), nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg().none());
  module.def("events_in_parts",
             [](const Model& model, const std::string& text, nb::handle parts, const nb::dict& settings) {
               return watched(nb::none(), [&, all = from_python<std::vector<FilePart>>(parts),
                                           options = options_from<EventsOptions>(settings)](Watch&) {
                 return events_in_parts(model, text, all, options);
               });
             });
  module.def("event_level", [](double likelihood) { return to_python(event_level(likelihood)); });
  module.def("audacity_labels",
             [](nb::handle timeline) { return text_object(audacity_labels(from_python<Timeline>(timeline))); });
  module.def("webvtt", [](nb::handle timeline) { return text_object(webvtt(from_python<Timeline>(timeline))); });
  module.def("raven_table", [](nb::handle timeline, int sample_rate) {
    return text_object(raven_table(from_python<Timeline>(timeline), sample_rate));
  });
  module.def("events_csv",
             [](nb::handle result) { return text_object(events_csv(from_python<EventsResult>(result))); });
}

}  // namespace

void bind_hearing(nb::module_& module) {
  bind_scores(module);
  bind_labels(module);
  bind_events(module);
}

}  // namespace hearken::python
