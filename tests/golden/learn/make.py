#!/usr/bin/env python3
"""Write what transformers computes when it trains the toy model of ../clap/unfused: loss, gradients, ten steps.

    make.py        # needs torch, transformers 4.57, safetensors
One batch of four sounds and texts, the model in evaluation mode: batch norms keep their statistics, nothing is dropped.
"""
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from transformers import ClapModel

HERE = Path(__file__).resolve().parent
TEXTS = [[0, 5, 77, 140, 2], [0, 9, 2], [0, 33, 262, 201, 17, 60, 61, 2], [0, 280, 4, 4, 19, 2]]
PADDING = 1
STEPS, RATE, BETAS, EPSILON, DECAY = 10, 3e-4, (0.9, 0.98), 1e-6, 0.1


def features():
    """[4, 1, 1001, 64] decibels from integers, so that C++ makes the same bits: number i of an item's [64, 1001]."""
    i = np.arange(4 * 64 * 1001, dtype=np.int64)
    decibels = (i * 7919 % 1000 + (i // 1001) % 64 * 11 + i // 64064 * 97 % 331).astype(np.float32) / 16 - 90
    return torch.from_numpy(decibels.reshape(4, 1, 64, 1001).transpose(0, 1, 3, 2).copy())


def loss_of(model, sounds):
    longest = max(map(len, TEXTS))
    ids = torch.tensor([t + [PADDING] * (longest - len(t)) for t in TEXTS])
    mask = torch.tensor([[1] * len(t) + [0] * (longest - len(t)) for t in TEXTS])
    out = model(input_ids=ids, attention_mask=mask, input_features=sounds, is_longer=torch.zeros(4, 1, dtype=torch.bool))
    right = torch.arange(4)
    # As laion_clap's ClipLoss has it. ClapModel's own return_loss transposes logits_per_audio, and so looks from the texts twice.
    entropy = torch.nn.functional.cross_entropy
    loss = (entropy(out.logits_per_audio, right) + entropy(out.logits_per_text, right)) / 2
    return loss, out


def main():
    torch.manual_seed(0)
    model = ClapModel.from_pretrained(HERE.parent / "clap/unfused", attn_implementation="eager").eval()
    sounds, out = features(), {}
    loss, first = loss_of(model, sounds)
    loss.backward()
    for name, p in model.named_parameters():
        if p.grad is not None: out["gradient." + name] = p.grad.numpy().copy()
    out["audio"], out["text"] = first.audio_embeds.detach().numpy(), first.text_embeds.detach().numpy()
    # laion_clap's rule: Swin's tables of biases are not decayed either.
    decays = {name: p.ndim >= 2 and "bias" not in name for name, p in model.named_parameters()}
    groups = [dict(params=[p for name, p in model.named_parameters() if decays[name] == decayed],
                   weight_decay=DECAY if decayed else 0.0) for decayed in (True, False)]
    optimizer = torch.optim.AdamW(groups, lr=RATE, betas=BETAS, eps=EPSILON)
    losses, norms = [], []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss, _ = loss_of(model, sounds)
        loss.backward()
        losses.append(loss.item())
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0).item())
        optimizer.step()
    losses.append(loss_of(model, sounds)[0].item())
    out["losses"], out["gradient_norms"] = np.array(losses, np.float32), np.array(norms, np.float32)
    save_file({k: np.ascontiguousarray(v) for k, v in out.items()}, HERE / "clap.safetensors")
    (HERE / "clap.json").write_text(json.dumps(dict(
        texts=TEXTS, learning_rate=RATE, beta1=BETAS[0], beta2=BETAS[1], epsilon=EPSILON, weight_decay=DECAY, clip_norm=1.0,
        losses=losses), indent=0) + "\n")


main()
