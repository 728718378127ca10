// Published experiments.
#include "core/paths.h"
#include "hearken/error.h"
#include "hearken/train.h"

namespace hearken {

TuneRecipe tune_recipe(std::string_view name) {
  if (name != "fma-small")
    throw Error(ErrorCode::invalid_argument, "--recipe " + display(name) + ": expected fma-small");
  TuneRecipe recipe;
  recipe.name = "fma-small";
  recipe.r1 = 0.35;
  recipe.r5 = 0.70;
  recipe.r10 = 0.85;
  recipe.best = 2;
  TuneOptions& o = recipe.options;
  o.model = "laion/clap-htsat-unfused";
  o.limit = 500;
  o.sample = 100;
  o.split = 0.8;
  o.by_group = false;
  o.seconds = 5;
  o.batch = 16;
  o.learning_rate = 3e-5;
  o.epochs = 3;
  return recipe;
}

}  // namespace hearken
