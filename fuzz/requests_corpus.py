#!/usr/bin/env python3
"""Write fuzz/corpus/requests: forms, base64 and JSON as clients send them, and as nobody should.

Needs the standard library alone. Run it again after a change; the same bytes come out. Inputs that fuzzing found are
added beside them by hand.
"""
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus" / "requests"

INPUTS = {
    "query": '{"items": [{"text": "calm piano"}, {"track": 42, "negative": true, "start": 1.5}], "rank": "best"}',
    "lists": '{"tracks": [1, 2, 3], "texts": ["a", "b c"]}', "nothing": "", "null": "null", "number": "1e999",
    "huge_number": '{"items": [{"track": 99999999999999999999999}]}', "negative": '{"items": [{"track": -1}]}',
    "not_a_number": '{"items": [{"start": NaN}]}', "fraction": '{"items": [{"track": 1.5}]}', "text_number": '{"tracks": ["1"]}',
    "nulls": '{"items": null, "tracks": null}', "twice": '{"rank": "best", "rank": "mean"}', "strange": '{"surprise": {"a": []}}',
    "many_items": '{"items": [' + ",".join(['{"text": "a"}'] * 40) + "]}", "long_text": '{"items": [{"text": "' + "a" * 3000 + '"}]}',
    "deep_lists": "[" * 5000, "deep_objects": '{"a":' * 5000, "empty_objects": "[" + "{}," * 3000 + "{}]", "cut": '{"items": [{"te',
    "not_utf8": b'{"items": [{"text": "\xff\xc3"}]}', "surrogates": r'{"texts": ["\ud800", "\ud83d\ude00", "\u0000"]}',
    "vector": "[0.5, -0.5, 0.5, -0.5]", "vector_zero": "[0, 0, 0, 0]", "vector_large": "[1e38, 1e38, 1e39, 0]",
    "vector_base64": '"AACAPwAAAAAAAAAAAAAAAA=="', "vector_nan": '"AADAfwAAwH8AAMB/AADAfw=="', "vector_short": '"AACAPw=="',
    "base64": "SGVsbG8sIHdvcmxkIQ==", "base64_open": "SGVsbG8", "base64_wrong": "SGVs*G8=", "base64_padding": "====",
    "form": "text=calm+piano&tracks=1&tracks=2&rank=best", "form_twice": "rank=best&rank=mean", "form_percent": "text=%41%zz",
    "form_empty": "&&=&a&=b", "form_typed": "texts=1&texts=true&texts=x", "form_long": "&".join(f"a{i}=" for i in range(2000)),
    "percent": "%", "percent_cut": "%4", "percent_nul": "%00%ff%C3%A4+",
}

CORPUS.mkdir(parents=True, exist_ok=True)
for name, data in INPUTS.items():
    (CORPUS / name).write_bytes(data if isinstance(data, bytes) else data.encode())
