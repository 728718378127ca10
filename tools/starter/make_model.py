"""Writes models/starter: CED-tiny and MiniLM-L6 with the projection heads that let them meet.

    STARTER_INPUTS=… python make_model.py [--output DIR]

statistics.safetensors (make_pool.py), answers.safetensors, learned.safetensors and levels.json must lie beside this file.
"""
import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper
from safetensors.numpy import load_file, save_file

import inputs
import quantise
from reference import MiniLm, unit

HERE = Path(__file__).resolve().parent
BETA = 36.0
CENTRE = 2.0  # how much the direction of all of a class's phrases counts where none is the text itself
KNOWN_FROM, KNOWN_TO = 0.08, 0.2  # how far the nearest class must be ahead of what describes no sound
LONGEST = 110.0  # of evidence, so that with BASE every vector of the pool is shorter than 1
BASE = 0.3  # the part of a sound's vector along which texts bring their bars
MIDDLE = 10.0  # evidence above a text's bars starts here, so that a text that says nothing (0) is an answer to nothing
# CED-tiny gives crackling fires the log-odds of rain. Their scores are moved by so much: chosen on ESC-10, each fold by the four others (docs/QUALITY.md).
CONFUSED = {"Fire": 0.0125, "Crackle": 0.0125, "Rain": -0.0125, "Raindrop": -0.0125, "Rain on surface": -0.0125}
DIMENSION = 512
COLUMNS_PER_SCALE = 32  # of MiniLM's matrices; twice as many in its embeddings


def ced_tensors():
    """The ONNX file's weights: matrices stay int8 with their one scale, [out, in]; vectors become float32."""
    graph = onnx.load(inputs.ced_onnx()).graph
    raw = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    nodes = [n for n in graph.node if n.op_type != "DequantizeLinear"]

    def matrix(name, source, arrange):
        base = source.removesuffix("_dq")
        assert not np.any(raw[f"{base}_z"])
        return quantise.whole(name, np.ascontiguousarray(arrange(raw[f"{base}_q"])), raw[f"{base}_s"])

    def vector(source):
        base = source.removesuffix("_dq")
        return raw[source] if source in raw else raw[f"{base}_q"].astype(np.float32) * raw[f"{base}_s"]

    stft = next(n for n in nodes if n.op_type == "STFT")
    convolution = next(n for n in nodes if n.op_type == "Conv")
    head = next(n for n in nodes if n.op_type == "Gemm")
    out = {"audio.front_end.window": vector(stft.input[2])}
    out |= matrix("audio.front_end.filters", "mel_transform.mel_scale.fb_dq", np.transpose)
    for part in ("weight", "bias", "running_mean", "running_var"):
        out[f"audio.bn.{part}"] = raw[f"model.encoder.init_bn.{part}"]
    out |= matrix("audio.patch_embed.weight", convolution.input[1], lambda q: q.reshape(192, 256))
    out["audio.patch_embed.bias"] = raw[convolution.input[2]]
    out |= matrix("audio.position.time", "model.encoder.time_pos_embed_dq", lambda q: q[0, :, 0, :].T)
    out |= matrix("audio.position.frequency", "alias_dq", lambda q: q[0, :, :, 0].T)

    constant = [n for n in nodes if n.op_type == "MatMul" and n.input[1].endswith("_dq") and n.input[1].startswith("val_")]
    assert len(constant) == 48
    for i in range(12):
        for node, ours, theirs in zip(constant[4 * i:4 * i + 4], ("attention.qkv", "attention.projection", "mlp.fc1", "mlp.fc2"),
                                      ("attn.qkv", "attn.proj", "mlp.fc1", "mlp.fc2")):
            out |= matrix(f"audio.blocks.{i}.{ours}.weight", node.input[1], np.transpose)
            bias = next(n for n in nodes if n.op_type == "Add" and node.output[0] in n.input).input[1]
            assert bias.removesuffix("_dq") == f"model.encoder.blocks.{i}.{theirs}.bias"
            out[f"audio.blocks.{i}.{ours}.bias"] = vector(bias)
        for norm in ("norm1", "norm2"):
            for part in ("weight", "bias"):
                out[f"audio.blocks.{i}.{norm}.{part}"] = raw[f"model.encoder.blocks.{i}.{norm}.{part}"]
    for ours, theirs in (("audio.norm", "model.encoder.norm"), ("audio.head.norm", "model.outputlayer.0")):
        for part in ("weight", "bias"):
            out[f"{ours}.{part}"] = raw[f"{theirs}.{part}"]
    out |= matrix("audio.head.classes.weight", head.input[1], lambda q: q)
    out["audio.head.classes.bias"] = vector(head.input[2])
    return out


def minilm_names():
    """{our name: [their names]}; several of theirs are stacked by rows."""
    names = {"embeddings.word": ["embeddings.word_embeddings.weight"],
             "embeddings.position": ["embeddings.position_embeddings.weight"],
             "embeddings.token_type": ["embeddings.token_type_embeddings.weight"]}
    for part in ("weight", "bias"):
        names[f"embeddings.norm.{part}"] = [f"embeddings.LayerNorm.{part}"]
        for i in range(6):
            ours, theirs = f"blocks.{i}", f"encoder.layer.{i}"
            names[f"{ours}.attention.qkv.{part}"] = [f"{theirs}.attention.self.{k}.{part}" for k in ("query", "key", "value")]
            names[f"{ours}.attention.projection.{part}"] = [f"{theirs}.attention.output.dense.{part}"]
            names[f"{ours}.attention.norm.{part}"] = [f"{theirs}.attention.output.LayerNorm.{part}"]
            names[f"{ours}.mlp.fc1.{part}"] = [f"{theirs}.intermediate.dense.{part}"]
            names[f"{ours}.mlp.fc2.{part}"] = [f"{theirs}.output.dense.{part}"]
            names[f"{ours}.mlp.norm.{part}"] = [f"{theirs}.output.LayerNorm.{part}"]
    return names


def calibration_texts():
    """Queries such as people type, and a few as long as the tower reads."""
    names = [n.lower() for n in inputs.class_names()]
    order = np.random.default_rng(1)
    return (names + [f"This is a sound of {n}." for n in names] + [f"{a} and {b}, somewhere far away" for a, b in zip(names, names[7:])]
            + [" ".join(names[i] for i in order.permutation(527)[:80]) for _ in range(16)])


def minilm_tensors():
    """Embeddings and most matrices int8; attention's qkv float16, where 8 bits would cost the most; vectors float32."""
    raw = load_file(inputs.minilm() / "model.safetensors")
    rounded = [n for n in minilm_names() if n.startswith("blocks") and n.endswith(".weight") and "norm" not in n and "qkv" not in n]
    moments = MiniLm().input_moments(calibration_texts(), [minilm_names()[n][0].removesuffix(".weight") for n in rounded])
    out = {}
    for ours, theirs in minilm_names().items():
        name, tensor = f"text.{ours}", np.concatenate([raw[t] for t in theirs])
        if ours in rounded:
            out |= quantise.rows_with_feedback(name, tensor, moments[theirs[0].removesuffix(".weight")], tensor.shape[1] // COLUMNS_PER_SCALE)
        elif ours in ("embeddings.word", "embeddings.position"):
            out |= quantise.rows(name, tensor, tensor.shape[1] // (2 * COLUMNS_PER_SCALE))
        elif ours.endswith("qkv.weight"):
            out[name] = tensor.astype(np.float16)
        else:
            out[name] = tensor
    return out


def minilm_weights(tensors):
    """transformers' parameters from a starter's tensors, dequantised."""
    ours = quantise.restore({k: v for k, v in tensors.items() if k.startswith("text.")})
    out = {}
    for name, theirs in minilm_names().items():
        for k, part in zip(theirs, np.split(ours[f"text.{name}"], len(theirs))):
            out[k] = np.ascontiguousarray(part)
    return out


def phrases():
    """[(class, phrase)]: each class's name, then what people say for it (phrases.tsv)."""
    names = inputs.class_names()
    rows = [line.split("\t") for line in (HERE / "phrases.tsv").read_text().splitlines() if not line.startswith("#")]
    assert [name for name, _ in rows] == names
    return [(i, text) for i, (name, said) in enumerate(rows) for text in dict.fromkeys([name.lower(), *said.split(" | ")])]


def not_sounds():
    return [line for line in (HERE / "not_sounds.txt").read_text().splitlines() if line and not line.startswith("# ")]


def orthonormal(n, seed):
    q, r = np.linalg.qr(np.random.default_rng(seed).standard_normal((n, n)))
    return q * np.sign(np.diag(r))


def directions():
    """(map [527, 512], base [512], lift [512]): 510 orthonormal directions of the classes, and two that are orthogonal to all of
    them. A rotation spreads them over all elements, so that codes of 8 bits with one scale lose little."""
    rotation = orthonormal(DIMENSION, 1)
    return orthonormal(527, 0)[:, :DIMENSION - 2] @ rotation[:-2], rotation[-2], rotation[-1]


def heads():
    """What stands behind the towers: tensors by their names."""
    mean = load_file(HERE / "statistics.safetensors")["mean"].reshape(-1)
    answers = load_file(HERE / "answers.safetensors")  # fit_answers.py: bars [527]
    learned = load_file(HERE / "learned.safetensors")  # fit_learned.py: weight [192, 527], mean [192], deviation [192]
    to_space, base, lift = directions()
    said = phrases() + [(len(mean), text) for text in not_sounds()]
    bars = answers["bars"] - LONGEST * np.array([CONFUSED.get(name, 0) for name in inputs.class_names()])
    # Of a class's row: the part within the space that its evidence is kept in, and its bar. The last class says nothing.
    text_map = np.concatenate([to_space + np.outer(mean - bars + MIDDLE, base) / (LONGEST * BASE), np.zeros((1, DIMENSION))])
    # x - y as relu(x) - relu(-x): the shape that trained projections have.
    scale, shift = 1 / learned["deviation"], -learned["mean"] / learned["deviation"]
    fc1, fc1_bias, fc2 = np.zeros((DIMENSION, 192)), np.zeros(DIMENSION), np.zeros((DIMENSION, DIMENSION))
    fc1[:192], fc1[192:384] = np.diag(scale), -np.diag(scale)
    fc1_bias[:192], fc1_bias[192:384] = shift, -shift
    added = learned["weight"] @ to_space / LONGEST  # [192, 512]
    fc2[:, :192], fc2[:, 192:384] = added.T, -added.T
    single = lambda x: np.ascontiguousarray(x).astype(np.float32)
    half = lambda x: np.ascontiguousarray(x).astype(np.float16)
    return {"audio.head.mean": single(mean), "audio.head.base": single(BASE * base), "audio.head.lift": single(lift), "projection.map": half(to_space),
            "text.head.map": half(text_map), "text.head.phrase_classes": single([c for c, _ in said]),
            **quantise.rows("text.head.phrases", unit(MiniLm().pooled([text for _, text in said], batch=64)), 1),
            "audio.projection.fc1.weight": half(fc1), "audio.projection.fc1.bias": single(fc1_bias),
            "audio.projection.fc2.weight": half(fc2), "audio.projection.fc2.bias": np.zeros(DIMENSION, np.float32)}


def write_config(output):
    levels = json.loads((HERE / "levels.json").read_text())
    config = {
        "model_type": "hearken-clap", "name": "starter", "projection_dim": DIMENSION, **levels,
        "audio_config": {
            "model_type": "ced", "depth": 12, "hidden_size": 192, "num_attention_heads": 3, "intermediate_size": 768,
            "patch_size": 16, "time_positions": 63, "layer_norm_eps": 1e-6, "head_norm_eps": 1e-5, "batch_norm_eps": 1e-5,
            "num_labels": 527, "head": {"type": "class_evidence", "clip": 16, "longest": LONGEST, "projection": True}},
        "text_config": {
            "model_type": "bert", "num_hidden_layers": 6, "hidden_size": 384, "num_attention_heads": 12,
            "intermediate_size": 1536, "vocab_size": 30522, "max_position_embeddings": 512, "layer_norm_eps": 1e-12,
            "max_tokens": 256, "pooling": "mean", "head": {"type": "phrase_softmax", "beta": BETA, "centre": CENTRE, "phrases": len(phrases()) + len(not_sounds()),
                                                                 "known_from": KNOWN_FROM, "known_to": KNOWN_TO}}}
    (output / "config.json").write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n")


PREPROCESSOR = {"feature_extractor_type": "HearkenMel", "sampling_rate": 16000, "n_fft": 512, "hop_length": 160,
                "feature_size": 64, "power_floor": 1e-10, "max_length_s": 10, "padding": "repeatpad"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--output", type=Path, default=inputs.MODEL)
    output = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)

    tensors = ced_tensors() | minilm_tensors()
    tensors |= heads()
    save_file(tensors, output / "model.safetensors")

    write_config(output)
    (output / "preprocessor_config.json").write_text(json.dumps(PREPROCESSOR, indent=2) + "\n")
    shutil.copyfile(inputs.minilm() / "tokenizer.json", output / "tokenizer.json")
    for f in sorted(output.iterdir()):
        print(f"{inputs.sha256(f)}  {f.stat().st_size:9}  {f.name}")


if __name__ == "__main__":
    main()
