#!/usr/bin/env python3
"""Write the small CLAP checkpoints of this folder and what transformers computes with them.

    make.py        # needs torch, transformers 4.57, safetensors, tokenizers
The weights are random. `unfused` is stored three times: model.safetensors, pytorch_model.bin and under laion_clap's names;
`fused` is stored in bfloat16 and, under laion_clap's names, in float16.
"""
import json, os
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from safetensors.torch import save_file as save_weights
from transformers import ClapConfig, ClapFeatureExtractor, ClapModel, RobertaTokenizerFast

HERE = Path(__file__).resolve().parent
TEXTS = ["a dog barking", "calm piano music", "naïve café — 80's synth-pop, ♪", "x" * 600, "", " two  spaces\n", "<mask> beat"]
POSITIONS = 130


def waveform(seconds):
    """Saws, clicks and noise from integers, so that C++ makes the same bits (tests/golden/clap_test.cpp)."""
    n = int(48000 * seconds)
    i = np.arange(n, dtype=np.int64)
    state, noise = 12345, np.empty(n, np.int64)
    for k in range(n):
        state = (state * 1664525 + 1013904223) % 2**32
        noise[k] = (state >> 16) % 8192 - 4096
    saw = (i * 150) % 16384 - 8192 + ((i // 12000) % 2) * ((i * 37) % 8192 - 4096)
    return ((saw + noise) / 32768.0).astype(np.float32)


def byte_characters():
    """GPT-2's visible stand-ins for the 256 bytes."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {b: chr(b) for b in shown}
    for b in range(256):
        if b not in table: table[b] = chr(256 + sum(x < b for x in range(256) if x not in shown))
    return table


def write_tokenizer():
    table = byte_characters()
    pieces = ["<s>", "<pad>", "</s>", "<unk>"] + [table[b] for b in range(256)]
    merges = []
    for word in ("Ġdog", "Ġbark", "ing", "Ġpiano", "Ġmusic", "xx", "Ġbeat"):
        built = word[0]
        for c in word[1:]:
            if f"{built} {c}" not in merges: merges.append(f"{built} {c}")
            built += c
            if built not in pieces: pieces.append(built)
    pieces.append("<mask>")
    vocab = {p: i for i, p in enumerate(pieces)}
    special = [{"id": vocab[t], "content": t, "single_word": False, "lstrip": t == "<mask>", "rstrip": False,
                "normalized": False, "special": True} for t in ("<s>", "<pad>", "</s>", "<unk>", "<mask>")]
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    (HERE / "tokenizer.json").write_text(json.dumps({
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": special, "normalizer": None,
        "pre_tokenizer": level, "decoder": level,
        "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0], "trim_offsets": True,
                           "add_prefix_space": False},
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "",
                  "end_of_word_suffix": "", "fuse_unk": False, "vocab": vocab, "merges": merges}}, ensure_ascii=False, indent=0))
    old = HERE / "unfused-bin"
    old.mkdir(exist_ok=True)
    (old / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False))
    (old / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n")
    return len(pieces)


def build(fused, vocabulary, dtype):
    torch.manual_seed(8 if fused else 7)
    config = ClapConfig(
        projection_dim=24,
        text_config=dict(hidden_size=64, num_hidden_layers=2, num_attention_heads=1, intermediate_size=96, vocab_size=vocabulary,
                         max_position_embeddings=POSITIONS, type_vocab_size=1, layer_norm_eps=1e-5, projection_dim=24),
        audio_config=dict(patch_embeds_hidden_size=8, depths=[1, 1, 2, 1], num_attention_heads=[1, 1, 2, 2], hidden_size=64,
                          enable_fusion=fused, fusion_type="aff_2d" if fused else None, enable_patch_fusion=fused,
                          projection_dim=24))
    model = ClapModel(config).eval()
    with torch.no_grad():
        for w in model.parameters():  # away from the trivial initial values, and exact in the type they are stored in
            w.copy_((w + 0.05 * torch.randn_like(w)).to(dtype).float())
        for name, b in model.named_buffers():
            if name.endswith("running_mean"): b.copy_((-20 + torch.randn_like(b)).to(dtype).float())
            if name.endswith("running_var"): b.copy_((300 + 20 * torch.rand_like(b)).to(dtype).float())
    return model


RENAMED = [("audio_model.audio_encoder.batch_norm.", "audio_branch.bn0."), ("audio_model.audio_encoder.", "audio_branch."),
           (".layernorm_before.", ".norm1."), (".layernorm_after.", ".norm2."), (".attention.output.dense.", ".attn.proj."),
           (".intermediate.dense.", ".mlp.fc1."), (".output.dense.", ".mlp.fc2."), (".attention.self.relative", ".attn.relative"),
           ("audio_projection.linear1", "audio_projection.0"), ("audio_projection.linear2", "audio_projection.2")]


def as_laion(state, dtype):
    """The same weights under laion_clap's names, as its training script saves them."""
    out = {}
    for name, w in state.items():
        w = w.to(dtype) if w.is_floating_point() else w
        if name.startswith("text_"):
            name = name.replace("text_model.", "text_branch.").replace("projection.linear1", "projection.0").replace("projection.linear2", "projection.2")
        elif ".attention.self.query." in name:
            parts = [state[name.replace("query", p)].to(dtype) for p in ("query", "key", "value")]
            out["module." + name.replace("audio_model.audio_encoder.", "audio_branch.").replace("attention.self.query", "attn.qkv")] = torch.cat(parts)
            continue
        elif ".attention.self.key." in name or ".attention.self.value." in name:
            continue
        else:
            for a, b in RENAMED: name = name.replace(a, b)
        out["module." + name] = w
    return {"epoch": 15, "name": "toy", "state_dict": out, "accuracy": np.float64(90.14)}


def goldens(model, fused, directory, name, laion):
    """laion: 16-bit audio, 77 tokens, and short sounds unfused."""
    out, texts = {}, TEXTS
    extract = ClapFeatureExtractor(truncation="fusion" if fused else "rand_trunc", padding="repeatpad", frequency_min=50)
    if not laion: extract.save_pretrained(directory)
    for clip, seconds in (("short", 3.7), ("exact", 10.0)) + ((("long", 23.0),) if fused else ()):
        x = waveform(seconds)
        if laion: x = ((np.clip(x, -1, 1) * 32767.0).astype(np.int16) / 32767.0).astype(np.float32)
        np.random.seed(0)
        f = extract(x, sampling_rate=48000, return_tensors="pt")
        frames = x.size // 480 + 1
        if frames > 1001:
            np.random.seed(0)
            out[f"{clip}.crops"] = np.array([np.random.choice(r) for r in np.array_split(list(range(frames - 1000)), 3)], np.int32)
        longer = torch.tensor([[frames > 1001]]) if laion else f["is_longer"]
        o = model.audio_model(f["input_features"], is_longer=longer, output_hidden_states=True)
        out[f"{clip}.seconds"] = np.array([seconds], np.float32)
        # laion_clap hands on one spectrogram where nothing is fused.
        channels = f["input_features"][0] if longer.any() or not laion else f["input_features"][0][:1]
        out[f"{clip}.mel_every_16"] = channels[:, ::16].numpy()
        if clip != "exact": out |= {f"{clip}.hidden{i}": h.numpy() for i, h in enumerate(o.hidden_states)}
        out[f"{clip}.pooled"] = o.pooler_output.numpy()
        out[f"{clip}.audio_embeds"] = torch.nn.functional.normalize(model.audio_projection(o.pooler_output), dim=-1).numpy()
    tokenizer = RobertaTokenizerFast(tokenizer_file=str(HERE / "tokenizer.json"))
    for i, text in enumerate(texts):
        ids = tokenizer(text, truncation=True, max_length=77 if laion else POSITIONS - 2, return_tensors="pt")["input_ids"]
        o = model.text_model(input_ids=ids, attention_mask=torch.ones_like(ids), output_hidden_states=True)
        out[f"text{i}.ids"] = ids.numpy().astype(np.int32)
        if i < 3: out |= {f"text{i}.hidden{k}": h.numpy() for k, h in enumerate(o.hidden_states)}
        out[f"text{i}.pooled"] = o.pooler_output.numpy()
        out[f"text{i}.embeds"] = torch.nn.functional.normalize(model.text_projection(o.pooler_output), dim=-1).numpy()
    save_file({k: np.ascontiguousarray(v) for k, v in out.items()}, HERE / f"{name}.golden.safetensors")
    (HERE / f"{name}.golden.json").write_text(json.dumps({"texts": texts}, ensure_ascii=False) + "\n")


def link(path, to):
    path.unlink(missing_ok=True)
    os.symlink(to, path)


def main():
    vocabulary = write_tokenizer()
    with torch.inference_mode():
        for name, fused, dtype in (("unfused", False, torch.float32), ("fused", True, torch.bfloat16)):
            model = build(fused, vocabulary, dtype)
            folder = HERE / name
            folder.mkdir(exist_ok=True)
            state = model.state_dict()
            model.config.save_pretrained(folder)
            link(folder / "tokenizer.json", "../tokenizer.json")
            stored = {k: v.to(dtype).contiguous() if v.is_floating_point() else v for k, v in state.items()}
            save_weights(stored, folder / "model.safetensors", metadata={"format": "pt"})
            goldens(model, fused, folder, name, laion=False)
            if fused:
                # float16 holds what bfloat16 does of these weights but for the smallest; the model is what was stored.
                half = {k: v.half().float() if v.is_floating_point() else v for k, v in state.items()}
                model.load_state_dict(half)
                torch.save(as_laion(half, torch.float16), HERE / "laion-fused.pt")
            else:
                old = HERE / "unfused-bin"
                # As old files have them, with the buffers that later versions leave out.
                torch.save(state | {"text_model.embeddings.position_ids": torch.arange(POSITIONS).expand((1, -1))}, old / "pytorch_model.bin")
                for f in ("config.json", "preprocessor_config.json"): link(old / f, f"../unfused/{f}")
                torch.save(as_laion(state, torch.float32), HERE / "laion-unfused.pt")
            goldens(model, fused, None, f"laion-{name}", laion=True)


main()
