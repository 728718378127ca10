"""Writes tests/golden: what the reference implementations make of a few real sounds and texts.

    STARTER_INPUTS=… python make_goldens.py      # after make_model.py; the audio files are written when they are missing
"""
import json

import numpy as np
import soundfile
from safetensors.numpy import load_file, save_file

import inputs
import quantise
import texts
from make_model import minilm_weights
from make_pool import unpacked
from reference import WINDOW, Ced, MiniLm, audio_head, decode, lifted, text_head, unit, windows, without_carrier

GOLDEN = inputs.REPOSITORY / "tests/golden"
TOKEN_STEP = 6  # every 6th of the 248 hidden rows is kept
BLOCKS = (0, 5, 11)

# name: (file, first second); 10 s each, ESC-10's 5 s twice
CLIPS = {
    "dog": ("esc10/1-100032-A.ogg", 0), "rain": ("esc10/1-50060-A.ogg", 0),
    "sneeze_then_silence": ("esc10/1-26143-A.ogg", 0), "music": ("music/Through Space.ogg", 60), "silence": (None, 0),
}


def write_clips():
    for name, (source, start) in CLIPS.items():
        target = GOLDEN / f"{name}.flac"
        if target.exists():
            continue
        if source is None:
            samples = np.zeros(WINDOW)
        else:
            seconds = 10 if start else 5
            folder = unpacked("singularity-music") / "usr/share/games/singularity" if source.startswith("music/") else inputs.given("")
            samples = decode(folder / source)[start * 16000:(start + seconds) * 16000]
            samples = next(windows(samples))
        soundfile.write(target, np.clip(np.rint(samples * 32768), -32768, 32767).astype(np.int16), 16000, "PCM_16")


def exact_log_mel(samples, window, filters):
    """The graph's front end in float64: how far rounding alone takes the reference."""
    padded = np.pad(samples.astype(np.float64), 256, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, 512)[::160] * window.astype(np.float64)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    return 10 * np.log10(np.maximum(power @ filters.T.astype(np.float64), 1e-10)).T


def ced(model, head):
    reference, out, notes = Ced(intermediates=True), {}, {}
    restored = quantise.restore(model)
    for name in CLIPS:
        samples, rate = soundfile.read(GOLDEN / f"{name}.flac", dtype="float32")
        assert rate == 16000 and len(samples) == WINDOW
        values = reference(samples)
        mel = values["log_mel"].reshape(64, -1)
        exact = exact_log_mel(samples, restored["audio.front_end.window"], restored["audio.front_end.filters"])
        out[f"{name}.log_mel"] = mel
        out[f"{name}.probabilities"] = values["probabilities"]
        out[f"{name}.log_odds"] = values["odds"]
        for b in BLOCKS:
            out[f"{name}.hidden.{b}"] = values[f"hidden.{b}"][::TOKEN_STEP]
        projected = audio_head(values["odds"][None], values["pooled"][None], restored, head)
        out[f"{name}.projected"] = projected[0].astype(np.float32)
        out[f"{name}.unit"] = lifted(projected, restored)[0].astype(np.float32)
        top = values["probabilities"].argsort()[::-1][:3]
        notes[name] = {"top": [inputs.class_names()[i] for i in top],
                       "log_mel_rounding_db": float(np.abs(mel - exact).max()), "log_mel_min_db": float(mel.min())}
    save_file({k: np.ascontiguousarray(v) for k, v in out.items()}, GOLDEN / "ced.safetensors")
    about = {"clips": notes, "token_step": TOKEN_STEP, "blocks": BLOCKS,
             "tensors": "CLIP.log_mel [64,1001] dB, CLIP.probabilities and CLIP.log_odds (not clipped) [527], CLIP.hidden.B [42,192]: "
                        "every token_step-th row after block B, CLIP.projected and CLIP.unit [512]; log_mel_rounding_db: largest "
                        "difference of onnxruntime's float32 log_mel from the same formula in float64"}
    (GOLDEN / "ced.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n")


def minilm(model, head):
    original, starter = MiniLm(), MiniLm(minilm_weights(model))
    restored = quantise.restore({k: v for k, v in model.items() if k.startswith("text.head")})
    read = [without_carrier(text) for text in texts.VECTORS]
    pooled = {"starter": starter.pooled(read, 1), "original": original.pooled(read, 1)}
    scored = {k: text_head(v, restored, head).astype(np.float32) for k, v in pooled.items()}
    save_file({f"{form}_{k}": v for form, of in (("pooled", pooled), ("scored", scored)) for k, v in of.items()}, GOLDEN / "minilm.safetensors")
    cosines = {form: (unit(of["starter"]) * unit(of["original"])).sum(1) for form, of in (("pooled", pooled), ("scored", scored))}
    about = {"texts": texts.VECTORS, "tensors": "rows as texts, each read without its carrier: pooled_starter and pooled_original [n,384], means over the "
                                                "tokens, not normalised, by transformers with the starter's weights and with MiniLM's own; scored_starter "
                                                "and scored_original [n,512], the starter's head on them",
             "worst_cosine_of_quantisation": {k: float(v.min()) for k, v in cosines.items()}}
    (GOLDEN / "minilm.json").write_text(json.dumps(about, indent=1, ensure_ascii=True) + "\n")
    print(about["worst_cosine_of_quantisation"])

    cases = [{"text": t, "ids": original.ids(t)} for t in texts.TOKENS]
    lines = ",\n".join(json.dumps(c) for c in cases)
    (GOLDEN / "tokenizer.json").write_text('{"max_tokens": 256, "cases": [\n' + lines + "\n]}\n")


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    write_clips()
    model = load_file(inputs.MODEL / "model.safetensors")
    config = json.loads((inputs.MODEL / "config.json").read_text())
    ced(model, config["audio_config"]["head"])
    minilm(model, config["text_config"]["head"])
    print(json.loads((GOLDEN / "ced.json").read_text())["clips"])


if __name__ == "__main__":
    main()
