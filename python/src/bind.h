// The parts of the module.
#pragma once

#include "calls.h"

namespace hearken::python {

void bind_models(nb::module_& module);     // models, their vectors, the hub, making and training them
void bind_catalogue(nb::module_& module);  // the library: its tracks, indexing, ratings, tags, exchange, upkeep
void bind_searching(nb::module_& module);  // by words, by sound, by recording; lists to listen to
void bind_hearing(nb::module_& module);    // what is in sounds: scores, labels, events, captions, filters
void bind_figures(nb::module_& module);    // maps, clusters, datasets, evaluations

}  // namespace hearken::python
