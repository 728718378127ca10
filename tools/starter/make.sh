#!/bin/sh
# Makes models/starter and tests/golden from their inputs. Takes the folder of inputs and a folder for what may be kept between runs.
set -eu
cd "$(dirname "$0")"
export STARTER_INPUTS="$1" STARTER_CACHE="$2" OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
for step in make_pool make_model make_goldens; do
  echo "== $step"
  "${PYTHON:-python3}" "$step.py"
done
