#!/usr/bin/env python3
"""Random-weight CLAP checkpoints of the published sizes, and what transformers and laion_clap compute with them.

    checkpoints.py WORK [NAME…]     # see README.md; NAME: some of them only
"""
import functools
import json
import shutil
import sys
import types
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from transformers import ClapConfig, ClapFeatureExtractor, ClapModel, RobertaConfig, RobertaModel, RobertaTokenizerFast

TOKENIZER = Path(__file__).resolve().parents[1] / "golden/roberta/tokenizer.json"
TEXTS = ["a dog barking", "calm piano music", "This audio is a jazz song.", "naïve café — 80's synth-pop, ♪ 🎹", "x" * 600, ""]
SOUNDS = {"short": 3.7, "exact": 10.0, "long": 23.0}  # seconds; long ones only where views are fused
SIZES = {"tiny": dict(patch_embeds_hidden_size=96, depths=[2, 2, 6, 2], hidden_size=768),
         "base": dict(patch_embeds_hidden_size=128, depths=[2, 2, 12, 2], hidden_size=1024)}


def waveform(seconds, seed):
    """Chords, gates and noise at 48 kHz."""
    random = np.random.default_rng(seed)
    t = np.arange(int(48000 * seconds)) / 48000
    chord = sum(0.15 * np.sin(2 * np.pi * f * t * (1 + 0.002 * np.sin(5 * t))) for f in (98, 246.94, 587.33, 3136))
    return np.clip(chord * (1.2 + np.sign(np.sin(4 * np.pi * t))) / 2 + 0.05 * random.standard_normal(t.size), -1, 1).astype(np.float32)


def away_from_initial_values(model, norm):
    """Norms and biases begin as ones and zeros, which would hide mistakes."""
    with torch.no_grad():
        for w in model.parameters():
            if w.ndim == 1: w.add_(0.05 * torch.randn_like(w))
        for name, b in model.named_buffers():
            if norm in name and name.endswith("running_mean"): b.copy_(-20 + torch.randn_like(b))
            if norm in name and name.endswith("running_var"): b.copy_(300 + 20 * torch.rand_like(b))


def crops_of(samples):
    """The three places that a seeded extractor is about to draw."""
    np.random.seed(0)
    return np.array([np.random.choice(r) for r in np.array_split(list(range(samples // 480 + 1 - 1000)), 3)], np.int32)


def save(path, golden):
    save_file({k: np.ascontiguousarray(v) for k, v in golden.items()}, f"{path}.golden.safetensors")
    Path(f"{path}.golden.json").write_text(json.dumps({"texts": TEXTS}, ensure_ascii=False))


def hugging_face(work, size, fused, form):
    name = f"hf-{size}{'-fused' if fused else ''}-{form}"
    torch.manual_seed(7)
    model = ClapModel(ClapConfig(
        projection_dim=512,
        text_config=dict(vocab_size=50265, type_vocab_size=1, max_position_embeddings=514, layer_norm_eps=1e-5, projection_dim=512),
        audio_config=dict(SIZES[size], num_attention_heads=[4, 8, 16, 32], enable_fusion=fused,
                          fusion_type="aff_2d" if fused else None, enable_patch_fusion=fused, projection_dim=512))).eval()
    away_from_initial_values(model, "batch_norm")
    folder = work / name
    model.save_pretrained(folder, safe_serialization=form == "safetensors")
    extract = ClapFeatureExtractor(truncation="fusion" if fused else "rand_trunc", frequency_min=50)
    extract.save_pretrained(folder)
    shutil.copy(TOKENIZER, folder / "tokenizer.json")
    tokenizer = RobertaTokenizerFast(tokenizer_file=str(TOKENIZER))
    golden = {}
    for clip, seconds in SOUNDS.items():
        if clip == "long" and not fused: continue
        x = waveform(seconds, len(clip))
        if clip == "long": golden["long.crops"] = crops_of(x.size)
        np.random.seed(0)
        f = extract(x, sampling_rate=48000, return_tensors="pt")
        o = model.audio_model(**f, output_hidden_states=True)
        golden |= {f"{clip}.waveform": x, f"{clip}.input_features": f["input_features"].numpy(), f"{clip}.pooled": o.pooler_output.numpy()}
        golden |= {f"{clip}.hidden{i}": h.numpy() for i, h in enumerate(o.hidden_states)}
        golden[f"{clip}.audio_embeds"] = torch.nn.functional.normalize(model.audio_projection(o.pooler_output), dim=-1).numpy()
    for i, text in enumerate(TEXTS):
        ids = tokenizer(text, truncation=True, max_length=512, return_tensors="pt")["input_ids"]
        o = model.text_model(input_ids=ids, attention_mask=torch.ones_like(ids), output_hidden_states=True)
        golden |= {f"text{i}.ids": ids.numpy().astype(np.int32), f"text{i}.pooled": o.pooler_output.numpy()}
        golden |= {f"text{i}.hidden{k}": h.numpy() for k, h in enumerate(o.hidden_states)}
        golden[f"text{i}.embeds"] = torch.nn.functional.normalize(model.text_projection(o.pooler_output), dim=-1).numpy()
    save(work / name, golden)


@functools.cache
def laion_clap_offline():
    """laion_clap with roberta-base's real tokenizer and random weights, which it would fetch from a hub, and with the one
    torchaudio transform it uses, where torchaudio does not fit the torch that is there."""
    import librosa
    import torchvision
    import transformers
    transformers.RobertaTokenizer.from_pretrained = lambda *a, **k: RobertaTokenizerFast(tokenizer_file=str(TOKENIZER))
    transformers.BertTokenizer.from_pretrained = transformers.BartTokenizer.from_pretrained = lambda *a, **k: None
    RobertaModel.from_pretrained = lambda *a, **k: RobertaModel(
        RobertaConfig(vocab_size=50265, max_position_embeddings=514, type_vocab_size=1, layer_norm_eps=1e-5))

    class MelSpectrogram:
        def __init__(self, sample_rate, n_fft, hop_length, n_mels, f_min, f_max, **_):
            self.n_fft, self.hop = n_fft, hop_length
            self.bank = torch.from_numpy(librosa.filters.mel(sr=sample_rate, n_fft=n_fft, n_mels=n_mels, fmin=f_min, fmax=f_max, htk=True, norm=None))

        def to(self, _): return self

        def __call__(self, x):
            return self.bank @ torch.stft(x, self.n_fft, self.hop, window=torch.hann_window(self.n_fft), return_complex=True).abs() ** 2

    class AmplitudeToDB:
        def __init__(self, **_): pass
        def __call__(self, power): return 10 * torch.log10(power.clamp(min=1e-10))

    try:
        import torchaudio  # noqa: F401
    except ImportError:
        audio, transforms = types.ModuleType("torchaudio"), types.ModuleType("torchaudio.transforms")
        transforms.MelSpectrogram, transforms.AmplitudeToDB = MelSpectrogram, AmplitudeToDB
        audio.transforms, audio.functional = transforms, types.ModuleType("torchaudio.functional")
        sys.modules |= {"torchaudio": audio, "torchaudio.transforms": transforms, "torchaudio.functional": audio.functional}
    # When LAION's models were trained, torchvision resized tensors without smoothing; today's default smooths.
    resize = torchvision.transforms.Resize
    torchvision.transforms.Resize = lambda size: resize(size, antialias=False)
    import laion_clap
    return laion_clap


def laion(work, size, fused):
    name = f"laion-{size}{'-fused' if fused else ''}"
    torch.manual_seed(11)
    clap = laion_clap_offline().CLAP_Module(enable_fusion=fused, amodel=f"HTSAT-{size}", device="cpu").eval()
    away_from_initial_values(clap.model, "bn0")
    folder = work / name
    folder.mkdir(exist_ok=True)
    # As the training script saves it: a data-parallel prefix, the optimizer's state, numbers.
    torch.save({"epoch": 15, "name": "random", "state_dict": {"module." + k: v for k, v in clap.model.state_dict().items()},
                "optimizer": {"state": {0: {"step": torch.tensor(3.0), "exp_avg": torch.zeros(4)}}, "param_groups": [{"lr": 1e-4, "params": [0]}]},
                "accuracy": np.float64(90.14)}, folder / "model.pt")
    shutil.copy(TOKENIZER, folder / "tokenizer.json")
    tower, states, golden = clap.model.audio_branch, [], {}
    for layer in [tower.patch_embed, *tower.layers]:
        layer.register_forward_hook(lambda _, __, out: states.append((out[0] if isinstance(out, tuple) else out).numpy()))
    for clip, seconds in SOUNDS.items():
        if clip == "long" and not fused: continue
        x = waveform(seconds, len(clip))
        if clip == "long": golden["long.crops"] = crops_of(x.size)
        states.clear()
        np.random.seed(0)
        golden[f"{clip}.waveform"], golden[f"{clip}.audio_embeds"] = x, clap.get_audio_embedding_from_data(x=x[None])
        golden |= {f"{clip}.hidden{i}": h for i, h in enumerate(states)}
    for i, text in enumerate(TEXTS):
        golden[f"text{i}.embeds"] = clap.get_text_embedding([text])
    save(work / name, golden)


def main():
    work, wanted = Path(sys.argv[1]), sys.argv[2:]
    work.mkdir(parents=True, exist_ok=True)
    with torch.inference_mode():
        for size in ("tiny", "base"):
            for fused in (False, True):
                for form in ("safetensors", "bin"):
                    if not wanted or f"hf-{size}{'-fused' if fused else ''}-{form}" in wanted: hugging_face(work, size, fused, form)
        for size in ("tiny", "base"):
            for fused in (False, True):
                if not wanted or f"laion-{size}{'-fused' if fused else ''}" in wanted: laion(work, size, fused)


main()
