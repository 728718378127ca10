#!/bin/sh
# Trains the starter's heads: gathers what it learns from into WORK (about 17 GB, of which 1 GB is heard), then tunes. Takes INPUTS as tools/starter does.
# Needs: fluidsynth, timidity, espeak-ng, apt-get, and hearken with libtorch (HEARKEN_PROGRAM). PYTHON=… chooses the interpreter.
set -eu
cd "$(dirname "$0")"
inputs="$1" work="$2" models="$(cd ../../models && pwd)" python="${PYTHON:-python3}"
export HEARKEN_PROGRAM="${HEARKEN_PROGRAM:-$(cd ../.. && pwd)/build/hearken}" OMP_NUM_THREADS=1
mkdir -p "$work/debs" "$work/packages" "$work/clips"

grep -v '^#' packages.txt | while read -r package; do
  [ -d "$work/packages/$package" ] && continue
  (cd "$work/debs" && apt-get download -q "$package")
  dpkg-deb -x "$work/debs/${package}"_*.deb "$work/packages/$package"
done
sed "s#dir /usr#dir $work/packages/freepats/usr#" "$work/packages/freepats/etc/timidity/freepats.cfg" > "$work/freepats.cfg"
for font in gmbank:csound-soundfont/usr/share/sounds/sf2/sf_GMbank.sf2 fluid:fluid-soundfont-gm/usr/share/sounds/sf2/FluidR3_GM.sf2; do
  "$python" render.py "${font%%:*}" "$work/packages/${font#*:}" "$work/clips"
done
"$python" render.py freepats "$work/freepats.cfg" "$work/clips"
"$python" packages.py "$work/packages" "$work/clips"
"$python" speech.py "$work/clips"
"$python" captions.py "$work/clips" "$models/starter" --class-names "$inputs/audioset/class_labels_indices.json"
"$python" add_projections.py "$models/starter" "$work/start"
"$HEARKEN_PROGRAM" tune --model "$work/start" --data "$work/clips/captions.csv" -o "$work/tuned" --train projections --augment none \
  --batch 64 --lr 1e-4 --weight-decay 1 --epochs 12 --patience 0 --seed 1
"$python" round_heads.py "$work/tuned" "$work/starter"
