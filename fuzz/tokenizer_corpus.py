#!/usr/bin/env python3
"""Write fuzz/corpus/tokenizer_{json,text}: small good tokenizers, files that a reader must refuse, and texts that try it.

Needs the standard library alone. Run it again after a change; the same bytes come out. Inputs that fuzzing found are
added beside them by hand.
"""
import copy
import json
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"


def write(target, name, data):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def added(content, id, **options):
    return dict(id=id, content=content, single_word=False, lstrip=False, rstrip=False, normalized=False,
                special=True) | options


def template(before, after):
    piece = lambda name: {"SpecialToken": {"id": name, "type_id": 0}}
    return {"type": "TemplateProcessing",
            "single": [piece(before[0]), {"Sequence": {"id": "A", "type_id": 0}}, piece(after[0])],
            "special_tokens": {name: {"id": name, "ids": [id], "tokens": [name]} for name, id in (before, after)}}


SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
PRINTS = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
BYTES = [chr(c) for c in PRINTS] + [chr(0x100 + i) for i in range(256 - len(PRINTS))]
MERGES = ["a b", "a a", "aa aa", "ab c", "c d", "b b", "bb bb", "x x", "Ġ d", "o g"]
VOCAB = {piece: id for id, piece in enumerate(SPECIAL + BYTES + [m.replace(" ", "") for m in MERGES])}
BPE = {"version": "1.0", "added_tokens": [added(t, i, lstrip=t == "<mask>") for i, t in enumerate(SPECIAL)],
       "normalizer": None, "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True},
       "post_processor": {"type": "RobertaProcessing", "cls": ["<s>", 0], "sep": ["</s>", 2]},
       "model": {"type": "BPE", "dropout": None, "vocab": VOCAB, "merges": MERGES}}
WORDPIECE = {"version": "1.0", "added_tokens": [added("[UNK]", 0), added("[CLS]", 1), added("[SEP]", 2), added("[MASK]", 3)],
             "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                            "strip_accents": None, "lowercase": True},
             "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": template(("[CLS]", 1), ("[SEP]", 2)),
             "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                       "max_input_chars_per_word": 100,
                       "vocab": {p: i for i, p in enumerate("[UNK] [CLS] [SEP] [MASK] a dog ' s ##a ##ab ##x 42".split())}}}


def changed(source, path, value):
    out = copy.deepcopy(source)
    *way, last = path.split("/")
    at = out
    for key in way:
        at = at[int(key) if isinstance(at, list) else key]
    at[int(last) if isinstance(at, list) else last] = value
    return json.dumps(out, ensure_ascii=False)


def both(name, path, value):
    write("tokenizer_json", f"bpe_{name}", changed(BPE, path, value))
    write("tokenizer_json", f"wordpiece_{name}", changed(WORDPIECE, path, value))


def bpe(name, path, value):
    write("tokenizer_json", f"bpe_{name}", changed(BPE, path, value))


def wordpiece(name, path, value):
    write("tokenizer_json", f"wordpiece_{name}", changed(WORDPIECE, path, value))


both("good", "version", "1.0")
both("added_huge_id", "added_tokens/0/id", 1000000000)
both("added_negative_id", "added_tokens/0/id", -1)
both("added_empty", "added_tokens/0/content", "")
both("added_many", "added_tokens", [added(f"<{i}>", i) for i in range(1001)])
both("added_not_there", "added_tokens", None)
both("added_overlapping", "added_tokens", [added("a" * i, 9999 + i, normalized=i % 2 == 0) for i in range(1, 30)])
both("added_stripping", "added_tokens", [added("a", 9999, lstrip=True, rstrip=True), added("dog", 9998, rstrip=True)])
both("ends_huge", "post_processor", template(("[CLS]", 2000000000), ("[SEP]", 2147483646)))
both("ends_overflow", "post_processor", template(("[CLS]", 2147483647), ("[SEP]", 0)))
both("ends_none", "post_processor", {"type": "TemplateProcessing", "single": [], "special_tokens": {}})
both("ends_nameless", "post_processor/type", "TemplateProcessing")
both("ends_pair", "post_processor", {"type": "BertProcessing", "cls": [], "sep": 7})
both("model_list", "model", [])
both("vocab_list", "model/vocab", [["a", 1]])
both("vocab_empty", "model/vocab", {})
both("vocab_huge_id", "model/vocab/a", 2147483646)
both("vocab_overflow", "model/vocab/a", 2**64)
both("vocab_negative", "model/vocab/a", -9223372036854775808)
both("vocab_fraction", "model/vocab/a", 1.5)
both("vocab_nested", "model/vocab/a", {"a": {"a": []}})
both("vocab_empty_piece", "model/vocab/", 7)
bpe("prefix_space", "pre_tokenizer/add_prefix_space", True)
bpe("pairs", "model/merges", [m.split() for m in MERGES])
bpe("merges_none", "model/merges", [])
bpe("merges_object", "model/merges", {"a": "b"})
bpe("merges_unknown", "model/merges/3", "dog violin")
bpe("merges_one_piece", "model/merges/3", "dog")
bpe("merges_spaces", "model/merges/3", "   ")
bpe("merges_nested", "model/merges/3", [["a", "b"], "c"])
bpe("merges_numbers", "model/merges/3", [1, 2])
bpe("merges_long_pair", "model/merges/3", ["a"] * 50)
bpe("merges_twice", "model/merges", ["a b"] * 100)
bpe("merges_backwards", "model/merges", MERGES[::-1])
bpe("merges_two_ways", "model/merges", ["a b", "b b", "a bb", "ab b", "bb b"])
bpe("merges_many_empty", "model/merges", [""] * 3000)
wordpiece("words_1e9", "model/max_input_chars_per_word", 1000000000)
wordpiece("words_0", "model/max_input_chars_per_word", 0)
wordpiece("words_longest", "model/max_input_chars_per_word", 10000)
wordpiece("prefix_empty", "model/continuing_subword_prefix", "")
wordpiece("prefix_long", "model/continuing_subword_prefix", "#" * 3000)
wordpiece("cased", "normalizer/lowercase", False)

good = json.dumps(BPE, ensure_ascii=False)
write("tokenizer_json", "empty", "")
write("tokenizer_json", "truncated", good[:2000])
write("tokenizer_json", "truncated_in_merges", good[:good.index('"ab c"') + 3])
write("tokenizer_json", "bad_utf8", good.encode().replace(b'"BPE"', b'"\xff\xc3"'))
write("tokenizer_json", "lone_surrogate", good.replace('"BPE"', '"\\ud800"'))
write("tokenizer_json", "zero_piece", good.replace('"a"', '"a\\u0000"'))
write("tokenizer_json", "two_vocabularies", good.replace('"vocab"', '"vocab": {"a": 1}, "vocab"'))
write("tokenizer_json", "two_models", good[:-1] + ', "model": {"vocab": {}, "merges": []}}')
write("tokenizer_json", "two_merges", good.replace('"merges"', '"merges": ["z z"], "merges"'))
write("tokenizer_json", "deep_lists", "[" * 5000)
write("tokenizer_json", "deep_objects", '{"model":' * 1000)
write("tokenizer_json", "deep_in_model", '{"model":{"merges":' + "[" * 5000)
write("tokenizer_json", "wide_lists", '{"model":{"x":[' + "[]," * 4000 + "[]]}}")
write("tokenizer_json", "wide_objects", '{"model":{"x":[' + "{}," * 4000 + "{}]}}")
write("tokenizer_json", "wide_numbers", '{"model":{"x":[' + "0," * 30000 + "0]}}")
write("tokenizer_json", "wide_vocabulary", '{"model":{"vocab":{' + '"":0,' * 4000 + '"":0}}}')
write("tokenizer_json", "long_string", '{"model":{"type":"' + "a" * 20000)
write("tokenizer_json", "list_of_models", '[{"model":{"vocab":{"a":0},"merges":["a a"]}}]')
vocab = json.dumps(VOCAB)
write("tokenizer_json", "older_good", vocab + "\0#version: 0.2\n" + "\n".join(MERGES) + "\n")
write("tokenizer_json", "older_windows_lines", vocab + "\0#version: 0.2\r\n" + "\r\n".join(MERGES))
write("tokenizer_json", "older_no_merges", vocab + "\0")
write("tokenizer_json", "older_empty_lines", vocab + "\0" + "\n" * 3000)
write("tokenizer_json", "older_unknown_piece", vocab + "\0a b\nq z\n")
write("tokenizer_json", "older_list", "[]\0a b\n")
write("tokenizer_json", "older_nothing", "\0")

TEXTS = {
    "words": "A dog's barking, they'll say it's 3.14 o'clock", "special": "<s>a <mask>  \t<mask></s> [MASK][SEP] <ma<mask>sk>",
    "long_word": "antidisestablishment" * 400, "one_letter": "x" * 8000, "spaces": " " * 8000, "lines": "\r\n\t \u2028" * 500,
    "spaces_mask": " " * 8000 + "<mask>", "quotes": "'" * 3000 + "s", "contractions": "'s't're've'm'll'd" * 100,
    "angles": "<" * 4000 + "mask>", "brackets": "[" * 4000, "marks": "e" + "\u0323\u0307" * 2000, "kept_marks": "e" + "\u302e" * 2000,
    "jamo": "\u1100\u1161\u11a8" * 500, "ideographs": "音楽" * 1000, "emoji": "👩\u200d🎤🏳\ufe0f🇩🇪" * 100, "digits": "1½Ⅷ१" * 300,
    "controls": "".join(map(chr, range(0x20))) * 20, "last": "\U0010ffff\ufffe\ufdd0", "random_letters": "".join(
        "abcdefgh"[i * i * 7919 % 8191 % 8] for i in range(8000)),
}
for name, text in TEXTS.items():
    write("tokenizer_text", name, bytes([75]) + text.encode())
ILL_FORMED = {
    "stray": b"\x80\xbf" * 1000, "cut_2": b"violin\xc3", "cut_3": b"violin\xe2\x82", "cut_4": b"\xf0\x9f\x8eviolin",
    "surrogates": b"\xed\xa0\x80\xed\xb0\x80" * 100, "overlong": b"\xc0\x80\xe0\x80\x80\xf0\x80\x80\x80" * 100,
    "too_high": b"\xf4\x90\x80\x80\xf8\x88\x80\x80\x80" * 100, "ff": b"\xff" * 8000, "before_token": b"\xc3<mask>\xe2[MASK]",
    "zeros": b"a\0 \0\0b" * 500,
}
for name, data in ILL_FORMED.items():
    write("tokenizer_text", name, bytes([75]) + data)
for room in (0, 1, 6, 255):
    write("tokenizer_text", f"room_{room}", bytes([room]) + b"unaffable dogs, <mask> 's \xff " * 40)
write("tokenizer_text", "empty", b"")
write("tokenizer_text", "no_text", b"\x05")
