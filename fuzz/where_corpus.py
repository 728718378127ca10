#!/usr/bin/env python3
"""Write fuzz/corpus/where: conditions that are good, and ones that are wrong in every way the language knows.

Needs the standard library alone. Run it again after a change; the same bytes come out. Inputs that fuzzing found are
added beside them by hand.
"""
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus" / "where"

GOOD = {
    "equal": "genre = 'Jazz'", "and": "genre = 'Jazz' and duration < 300", "double_quotes": 'artist != "O\'Brien"',
    "escapes": r"title = 'it\'s \"so\" \\'", "contains": "title ~ 'blue'", "in": "genre in ('Jazz', 'Blues', \"Soul\")",
    "not_in": "id not in (1, 2, 3)", "empty_tag": "album is empty", "not_empty": "album is not empty",
    "dates": "added >= '2024' and added < '2024-05' or added = '2024-02-29'",
    "precedence": "id = 1 or id = 2 and not id = 3 or not (id = 4 or id = 5)",
    "parentheses": "((id = 1 and id = 2) and (id = 3 or (id = 4 or id = 5)))", "capitals": "NOT Genre IN ('a') AND Title IS EMPTY",
    "numbers": "duration in (0, -1, .5, 5., 1e5, 1.5e-300, 123456789012345678, -0)", "tight": "title='a'or(id<=1)and id>=2",
    "unicode": "artist ~ 'Björk' or title = '音楽' or genre = 'ΣΊΣΥΦΟΣ'", "lines": "id = 1\n\tand\r\nid = 2",
    "control_in_text": "title = 'a\0b\x01\n'", "empty_text": "title = ''", "nots": "not not not id = 1",
    "in_long": "id in (" + "1," * 2000 + "1)", "or_long": " or ".join(["id=1"] * 1500), "and_long": " and ".join(["id=1"] * 1400),
    "deep": "(" * 64 + "id = 1" + ")" * 64, "deep_nots": "not " * 64 + "id = 1", "quotes": "title = \"" + "'" * 2000 + "\"",
    "bytes_in_text": b"title = '\xff\xc3'",
    "measured": "loudness < -14.5 and tempo in (120, 140) and key = 'A minor' and not brightness >= 2e3",
    "measured_empty": "tempo is empty or key is not empty or loudness is not empty or brightness is empty",
}
BAD = {
    "nothing": "", "spaces": "   ", "no_column": "jazz", "unknown_column": "genres = 'Jazz'", "no_relation": "genre",
    "no_value": "genre =", "value_is_word": "genre = and", "bare_value": "genre = Jazz", "number_for_text": "title = 1984",
    "text_for_number": "duration < '300'", "wrong_relation": "genre == 'Jazz'", "sql_unequal": "genre <> 'Jazz'",
    "contains_number": "id ~ 1", "empty_number": "id is empty", "like": "genre like '%a%'", "is_what": "genre is 'Jazz'",
    "is_not_what": "genre is not", "open_quote": "genre = 'Jazz", "open_escape": "genre = 'Jazz\\", "bad_escape": r"genre = 'a\n'",
    "doubled_quote": "title = 'it''s'", "list_empty": "id in ()", "list_open": "id in (1, 2", "list_comma": "id in (1,)",
    "list_none": "id in 1", "empty_duration": "duration is empty", "contains_tempo": "tempo ~ 1", "number_for_key": "key = 5", "not_what": "id not 1", "open": "(id = 1", "close": "id = 1)", "empty_parentheses": "()",
    "two": "id = 1 id = 2", "ends_in_and": "id = 1 and", "begins_with_or": "or id = 1", "no_date": "added = '2024-13'",
    "no_day": "added = '2023-02-29'", "date_bare": "added > 2024-05-01", "date_words": "added = 'yesterday'",
    "date_number": "added = 2024", "date_sign": "added = '-024'", "date_zero": "added = '0000'", "huge": "id = 1e999",
    "tiny": "id = 1e-999", "glued": "id = 1and id = 2", "time": "duration < 4:30", "minus": "id = -", "dots": "id = 1.2.3",
    "too_deep": "(" * 65 + "id = 1" + ")" * 65, "too_deep_mixed": "not (" * 33 + "id = 1" + ")" * 33,
    "open_many": "(" * 16384, "too_long": "id = 1" + " " * 16384, "semicolon": "id = 1; DROP TABLE tracks", "comment": "id = 1 -- x",
    "sql": "1=1) UNION SELECT path FROM tracks --", "controls": "\0\x01\x7f", "bytes": b"\xff\xfe genre", "cut": b"genre \xe2\x82",
}

CORPUS.mkdir(parents=True, exist_ok=True)
for prefix, texts in ("good", GOOD), ("bad", BAD):
    for name, text in texts.items():
        (CORPUS / f"{prefix}_{name}").write_bytes(text if isinstance(text, bytes) else text.encode())
