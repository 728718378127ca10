"""The reference implementations: CED by onnxruntime running its own ONNX file, MiniLM by transformers, the heads in numpy."""
import re
import subprocess

import numpy as np
import onnx
import onnxruntime
import torch
from transformers import AutoModel, AutoTokenizer

import inputs

SAMPLE_RATE_HZ = 16000
WINDOW = 10 * SAMPLE_RATE_HZ
MAX_TOKENS = 256
ODDS_CLIP = 16.0
LEAST_KNOWN = 0.02  # what is left of the vector of a text that no phrase is near
SPACES = " \t\r\n\f\v"
CARRIER = re.compile(r"(?:this is )?(?:(?:a|an|the) )?(?:sound|recording|noise|audio|clip|sample)s? (?:clip )?of (?:(?:a|an|the|some) )?",
                     re.ASCII | re.IGNORECASE)


def unit(v):
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


class Ced:
    """CED-tiny's graph with its intermediates made visible: log_mel, hidden (after each of 12 blocks), pooled, odds, probabilities."""

    def __init__(self, intermediates=False):
        model = onnx.load(inputs.ced_onnx())
        nodes = [n for n in model.graph.node]
        classes = nodes_of(nodes, "Gemm")[0]
        norm = next(n for n in nodes if classes.input[0] in n.output)
        # The classes before the sigmoid, log-odds; the mean over the tokens, before the head's norm.
        self.wanted = {"odds": classes.output[0], "pooled": norm.input[0]}
        if intermediates:
            decibels = next(n for n in nodes if n.op_type == "Unsqueeze").input[0]
            norms = [n.input[0] for n in nodes_of(nodes, "LayerNormalization")]  # norm1, norm2 of 12 blocks, norm, head
            self.wanted |= {"log_mel": decibels, "probabilities": model.graph.output[0].name}
            self.wanted |= {f"hidden.{i}": norms[2 * i + 2] for i in range(12)}
        present = {o.name for o in model.graph.output}
        model.graph.output.extend(onnx.helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, None)
                                  for n in self.wanted.values() if n not in present)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # Optimised, onnxruntime would run the int8 weights against activations rounded to 8 bits: not the graph as written.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        self.session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])

    def __call__(self, samples):
        """{name: array} for float32 samples [n], n <= 160000."""
        values = self.session.run(list(self.wanted.values()), {"waveform": samples[None].astype(np.float32)})
        return {name: value[0] for name, value in zip(self.wanted, values)}

    def log_odds(self, samples):
        """[windows, 527], clipped, over the 10 s windows of a file."""
        return np.array([np.clip(self(w)["odds"], -ODDS_CLIP, ODDS_CLIP) for w in windows(samples)], np.float32)


def nodes_of(nodes, kind):
    return [n for n in nodes if n.op_type == kind]


def decode(path, seconds=None):
    """Mono float32 at 16 kHz: channels averaged, resampled by soxr in high quality."""
    channels = int(subprocess.run(["ffprobe", "-v", "error", "-select_streams", "a:0", "-show_entries", "stream=channels",
                                   "-of", "csv=p=0", path], capture_output=True, check=True, text=True).stdout.split()[0].rstrip(","))
    mix = f"pan=mono|c0=" + "+".join(f"{1 / channels:.9f}*c{i}" for i in range(channels))
    limit = ["-t", str(seconds)] if seconds else []
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-map", "a:0", *limit, "-af",
                          f"aformat=flt,{mix},aresample=resampler=soxr:out_sample_rate={SAMPLE_RATE_HZ}:precision=20",
                          "-f", "f32le", "-"], capture_output=True, check=True).stdout
    return np.frombuffer(raw, "<f4")


def windows(samples, hop=5 * SAMPLE_RATE_HZ):
    """10 s windows every 5 s, the last one ending at the end; what is shorter is repeated whole and filled with zeros."""
    n = len(samples)
    if n == 0:
        return
    if n < WINDOW:
        repeated = np.tile(samples, WINDOW // n)
        yield np.pad(repeated, (0, WINDOW - len(repeated)))
        return
    starts = list(range(0, n - WINDOW + 1, hop))
    if starts[-1] + WINDOW < n:
        starts.append(n - WINDOW)
    for start in starts:
        yield samples[start:start + WINDOW]


class MiniLm:
    """all-MiniLM-L6-v2; `weights` replaces the package's own (a dictionary of transformers' parameter names)."""

    def __init__(self, weights=None):
        torch.set_num_threads(1)
        self.tokenizer = AutoTokenizer.from_pretrained(inputs.minilm())
        self.model = AutoModel.from_pretrained(inputs.minilm(), dtype=torch.float32, attn_implementation="eager").eval()
        if weights:
            self.model.load_state_dict({k: torch.from_numpy(v) for k, v in weights.items()}, strict=False)

    def ids(self, text):
        return self.tokenizer(text, truncation=True, max_length=MAX_TOKENS)["input_ids"]

    def pooled(self, texts, batch=32):
        """Means over the tokens, not normalised, [texts, 384]."""
        out = np.empty((len(texts), 384), np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for chunk in (order[i:i + batch] for i in range(0, len(order), batch)):
            b = self.tokenizer([texts[i] for i in chunk], padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
            with torch.no_grad():
                hidden = self.model(**b).last_hidden_state
            mask = b["attention_mask"][..., None]
            out[chunk] = ((hidden * mask).sum(1) / mask.sum(1)).numpy()
        return out

    def input_moments(self, texts, layers, batch=32):
        """{layer: X^T X} of what enters each linear layer, padding left out, float64."""
        moments, mask = dict.fromkeys(layers, 0), None

        def add(name):
            def hook(_, arguments):
                x = arguments[0].reshape(mask.numel(), -1)[mask].double()
                moments[name] = moments[name] + x.T @ x
            return hook

        modules = dict(self.model.named_modules())
        hooks = [modules[name].register_forward_pre_hook(add(name)) for name in layers]
        for i in range(0, len(texts), batch):
            b = self.tokenizer(texts[i:i + batch], padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
            mask = b["attention_mask"].reshape(-1).bool()
            with torch.no_grad():
                self.model(**b)
        for hook in hooks:
            hook.remove()
        return {name: m.numpy() for name, m in moments.items()}


def without_carrier(text):
    """The text as the starter's text tower reads it: "This is a sound of a dog." is "dog" (src/text/carrier.h)."""
    whole = text.strip(SPACES)
    left = CARRIER.sub("", whole, count=1) if CARRIER.match(whole) else whole
    return left.rstrip(".") or whole


def audio_head(odds, pooled, tensors, head):
    """Log-odds [n, 527] and pooled states [n, 192] -> projected [n, 512]. Of a model: its tensors, and the head in its config.json."""
    evidence = (np.clip(odds, -head["clip"], head["clip"]) - tensors["audio.head.mean"]) / head["longest"]
    out = evidence @ tensors["projection.map"] + tensors["audio.head.base"]
    layer = lambda x, name: x @ tensors[f"audio.projection.{name}.weight"].T + tensors[f"audio.projection.{name}.bias"]
    return out + layer(np.maximum(layer(pooled, "fc1"), 0), "fc2")


def lifted(projected, tensors):
    """A sound's projected vectors [n, 512] to length 1, along a direction that no text has (nor a sound, but for rounding)."""
    lift = tensors["audio.head.lift"].astype(np.float64)
    flat = projected - (projected @ lift)[:, None] * lift
    length = np.linalg.norm(flat, axis=-1, keepdims=True)
    return flat / np.maximum(length, 1) + np.sqrt(1 - np.minimum(length, 1) ** 2) * lift


def text_head(pooled, tensors, head):
    """Pooled states of texts [n, 384] -> projected [n, 512], which are the scored ones: shorter the less a text is known."""
    pooled, phrases = unit(pooled), tensors["text.head.phrases"]
    classes = tensors["text.head.phrase_classes"].astype(int)
    centres = np.array([phrases[classes == c].sum(0) for c in range(len(tensors["text.head.map"]))])
    near, centred = pooled @ phrases.T, pooled @ unit(centres).T
    best = np.stack([near[:, classes == c].max(1) for c in range(len(centres))], 1)
    known = best[:, :-1].max(1, keepdims=True)
    part = head["centre"] * np.maximum(1 - known, 0)
    agreement = (best + part * centred) / (1 + part)
    mixture = np.exp(head["beta"] * (agreement - agreement.max(1, keepdims=True)))
    mixture /= mixture.sum(1, keepdims=True)
    known = (known - best[:, -1:] - head["known_from"]) / (head["known_to"] - head["known_from"])
    return (mixture * np.clip(known, LEAST_KNOWN, 1)) @ tensors["text.head.map"]
