#!/usr/bin/env python3
"""Writes tests/golden/roberta/tokenizer_reference.json: what transformers' RobertaTokenizerFast makes of texts that
people and worse write, and of every code point.

    pip install transformers==4.57.6 tokenizers==0.22.2
    tools/roberta_golden.py > tests/golden/roberta/tokenizer_reference.json
"""
import json
import pathlib
import random

from transformers import RobertaTokenizerFast

FILE = pathlib.Path(__file__).parent.parent / "tests/golden/roberta/tokenizer.json"
BLOCK = 0x1000
TEXTS = ["", " ", "   ", "\n", " \t\r\n ", "a dog barking", " a dog barking", "A Dog barking ", "This is a sound of rain.",
         "a  dog   barking\n\n\tloudly", "they'll say it's what we've heard, don't you?", "THEY'LL", "'s", " 's", "café, naïve",
         "e\u0301 e\u0301", "🎵 music 👩\u200d🎤🏳\ufe0f🇩🇪", "東京 の音", "Привет, мир", "עִבְרִית العربية", "x" * 600, "xy " * 300, " " * 700,
         "!" * 600, "1" * 600, "a <mask> barking", "a   <mask>   barking", "<s>twice</s>", "<mask><mask> <mask>", "<MASK>", "<|endoftext|>",
         "madeupword0000", "ĠthisĊ", "\x00\x01\x7f", "\u00a0\u2003\u3000x", "http://[::1]/?q=1&r=2#é", "rock'n'roll", "3.14 ½ Ⅷ १२"]
# What the mixes are drawn from: each of these has its own path through the expression or the merges.
PARTS = ["the", "Violin", "UNAFFABLE", "ing", "zzq", " ", " ", " ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u2028", "\u200b",
         "\ufeff", "\x85", "\x1c", "\ufffd", "\ue000", "é", "e\u0301", "ß", "İ", "ﬁ", "Ⅷ", "½", "²", "가각", "音楽", "\U00020000", "か\u3099",
         "ทดสอบ", "हिन्दी", "العربية", "Привет", "🎵", "👩\u200d🎤", "'", "'s", "'ll", "'LL", "’s", "don't", "--", "...", "“q”", "€", "_",
         "<s>", "</s>", "<mask>", " <mask> ", "<pad>", "<unk>", "<ma", "sk>", "<<mask>>", "a" * 99, "=" * 40, "ab" * 20, "3.14",
         "\u1c89", "\U00016ea0"]

tokenizer = RobertaTokenizerFast(tokenizer_file=str(FILE))


def case(text, limit):
    return {"text": text, "max_tokens": limit, "ids": tokenizer(text, truncation=True, max_length=limit)["input_ids"]}


def blocks():
    """One hash a block, over the ids of every code point between letters, after a number and alone."""
    out = []
    for start in range(0, 0x110000, BLOCK):
        texts = [f"a{chr(c)}b 1{chr(c)} {chr(c)}" for c in range(start, start + BLOCK) if not 0xD800 <= c < 0xE000]
        hash = 0xCBF29CE484222325
        for ids in tokenizer(texts)["input_ids"] if texts else []:
            for id in ids:
                hash = ((hash ^ id) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
        out.append(f"{hash:016x}")
    return out


draw = random.Random(7)
cases = [case(text, limit) for text in TEXTS for limit in (77, 512)]
for _ in range(300):
    cases.append(case("".join(draw.choices(PARTS, k=draw.randint(1, 12))), draw.choice([2, 3, 8, 77, 512])))
print(json.dumps({"cases": cases, "blocks": blocks()}, separators=(",", ":")))
