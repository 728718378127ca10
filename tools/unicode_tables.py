#!/usr/bin/env python3
"""Writes src/text/tokenizer/unicode_tables.txt: the character classes BERT's and RoBERTa's tokenizers split and strip by.

The `tokenizers` crate carries category tables of its own, for BERT older (Unicode 8), for RoBERTa newer (Unicode 16)
than any system library, and vectors are only right when words fall apart as they did in training. So the classes are
read off the crate, over all code points.

    pip install tokenizers==0.22.2 && tools/unicode_tables.py > src/text/tokenizer/unicode_tables.txt
"""
from tokenizers import normalizers, pre_tokenizers

CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]


def normalizer(**on):
    flags = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**(flags | on))


def table(name, comment, members):
    ranges = []
    for c in members:
        if ranges and ranges[-1][1] == c - 1:
            ranges[-1][1] = c
        else:
            ranges.append([c, c])
    print(f"\n# {comment}")
    line = name
    for first, last in ranges:
        item = f", {first:X}-{last:X}"
        if len(line) + len(item) > 120:
            print(line)
            line = name
        line += item
    print(line)


clean, strip, nfd, split = (normalizer(clean_text=True), normalizer(strip_accents=True), normalizers.NFD(),
                            pre_tokenizers.BertPreTokenizer())
byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
print('''# The character classes of BERT's tokenizer (Unicode 8 categories) and of RoBERTa's, read off the `tokenizers` crate
# 0.22.2. Written by tools/unicode_tables.py; not to be edited by hand. A class, and ranges of its code points.''')
table("dropped", "BERT: what clean_text removes: controls, format and private-use characters, U+FFFD.",
      [c for c in CODE_POINTS if clean.normalize_str(f"x{chr(c)}y") == "xy"])
table("nonspacing marks", "BERT: what strip_accents removes after decomposition.",
      [c for c in CODE_POINTS if nfd.normalize_str(chr(c)) == chr(c) and strip.normalize_str(chr(c)) == ""])
table("punctuation", "BERT: what is a word by itself.",
      [c for c in CODE_POINTS if [t for t, _ in split.pre_tokenize_str(f"x{chr(c)}y")] == ["x", chr(c), "y"]])
table("letters", "RoBERTa: \\p{L}, what goes on with a word of letters.",
      [c for c in CODE_POINTS if len(byte_level.pre_tokenize_str(f"x{chr(c)}")) == 1])
table("numbers", "RoBERTa: \\p{N}, what goes on with a number.",
      [c for c in CODE_POINTS if len(byte_level.pre_tokenize_str(f"1{chr(c)}")) == 1])
