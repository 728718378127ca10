#!/usr/bin/env python3
"""Writes tests/golden/tokenizer_reference.json: what the `tokenizers` crate makes of every code point and of odd mixes.

    pip install tokenizers==0.22.2 && tools/tokenizer_golden.py > tests/golden/tokenizer_reference.json
"""
import json
import pathlib
import random

from tokenizers import Tokenizer

SOURCE = json.loads((pathlib.Path(__file__).parent.parent / "models/starter/tokenizer.json").read_text())
VARIANTS = [
    dict(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True),
    dict(clean_text=True, handle_chinese_chars=True, strip_accents=False, lowercase=True),
    dict(clean_text=False, handle_chinese_chars=False, strip_accents=None, lowercase=False),
]
BLOCK = 0x1000
# What the mixes are drawn from: each of these has its own path through the normaliser or the tokenizer.
PARTS = ["the", "Violin", "UNAFFABLE", "ing", "zzq", " ", " ", " ", "\t", "\n", "\r\n", "\u00a0", "\u2028", "\u3000",
         "\u200b", "\ufeff", "\u00ad", "\x00", "\x07", "\x85", "\ufffd", "\ue000", "é", "e\u0301", "ñ", "Å", "\u212b",
         "ß", "ẞ", "İ", "ı", "Σ", "ς", "ǅ", "ﬁ", "Ⅷ", "½", "\u0323\u0307", "\u0307\u0323", "\u034f", "q\u0302\u0323",
         "\u302e", "\U0001d165", "\u0f71\u0f72", "가", "각", "ᄀ", "안녕", "音楽", "豈", "\U00020000", "\U0002b820",
         "カタ", "が", "か\u3099", "ทดสอบ", "हिन्दी", "العربية", "עִבְרִית", "Привет", "Й", "Ελλάδα",
         "🎵", "👩\u200d🎤", "🏳\ufe0f", "🇩🇪", "'s", "don't", "--", "...", "…", "“q”", "¿", "€", "+", "$", "_", "#", "##ing",
         "[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]", "[cls]", "[MA", "SK]", "[[MASK]]", "a" * 99, "b" * 101, "3.14",
         "C#", "\U0001e944", "\u061d", "\u166d", "\u1734"]


def variant(normalizer):
    tokenizer = Tokenizer.from_str(json.dumps(SOURCE | {"normalizer": {"type": "BertNormalizer"} | normalizer}))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def fnv1a(hash, ids):
    for id in ids:
        hash = ((hash ^ id) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return hash


def blocks(tokenizer):
    """One hash a block, over the ids of every code point between letters and alone."""
    out = []
    for start in range(0, 0x110000, BLOCK):
        texts = [f"a{chr(c)}b {chr(c)}" for c in range(start, start + BLOCK) if not 0xD800 <= c < 0xE000]
        hash = 0xCBF29CE484222325
        for encoding in tokenizer.encode_batch(texts):
            hash = fnv1a(hash, encoding.ids)
        out.append(f"{hash:016x}")
    return out


def mixes(tokenizer):
    draw = random.Random(5)
    out = []
    for _ in range(400):
        text = "".join(draw.choices(PARTS, k=draw.randint(1, 12)))
        limit = draw.choice([2, 3, 8, 256])
        tokenizer.enable_truncation(limit)
        out.append({"text": text, "max_tokens": limit, "ids": tokenizer.encode(text).ids})
    tokenizer.no_truncation()
    return out


result = []
for normalizer in VARIANTS:
    reference = variant(normalizer)
    result.append({"normalizer": normalizer, "blocks": blocks(reference), "mixes": mixes(reference)})
print(json.dumps(result, separators=(",", ":")))
