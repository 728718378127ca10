"""The texts of the goldens: plain queries, other scripts, and what tokenizers stumble over."""

PLAIN = [
    "calm piano", "the sound of a dog barking", "rain falling", "epic orchestral battle music", "scary dark ambient",
    "a baby crying in the next room", "a helicopter flies over, then a chainsaw starts", "clock", "tavern folk dance",
    "Elvish female vocals", "THE CROWING OF A ROOSTER", "waves breaking on a beach, seagulls far away",
    "A slow, melancholic cello solo with long reverb; no drums.", "808 kick", "120 bpm drum'n'bass loop, 44.1 kHz",
    "engine idling", "bird squawking", "This is a sound of a blender.", "crackling fire",
]

UNUSUAL = [
    "", " ", "   \t\n  ", "naïve café, Ünïcödé", "nai\u0308ve cafe\u0301", "z\u0351\u036b\u0343\u036a\u0302a\u0301lgo",
    "🎵🎶 😀 music", "👩‍👩‍👧 family", "東京の電車の音", "下雨的声音", "한국어 노래", "шум дождя", "صوت المطر", "der Hund bellt",
    "İstanbul ısırgan", "ĳ ﬁ Ⅷ ½ ™", "straße ẞ", "a\u0000b\u0007c\u001bd", "zero\u200bwidth\u200djoin\ufeff", "soft\u00adhyphen",
    "no\u00a0break\u2009thin\u3000wide", "[CLS] [MASK] [SEP]", "[mask] [PAD]x[UNK]", "!!!???...---", "«quoted» “quotes” ¿qué?", "e=mc²; x<y && y>z | 100% #tag @user",
    "don't can't it's", "a" * 100, "b" * 101, "x" * 250 + " dog", "\ufffd", "\U0010ffff\ue000", "𠀀𪜀", "①②③", "𝔡𝔬𝔤", "ab\u0301\u0323c",
    "Α Σίσυφος ΣΊΣΥΦΟΣ", "Ǆ ǅ ǆ", "K Å Ω", "हिन्दी गाना", "เสียงฝน", "tab\tnew\nline\rreturn\u2028separator",
    "`backtick` ^caret^ ~tilde~ $dollar$ +plus+", "snow ☃ and ☔ symbols ♫", "C# C++ .NET", "1,234.56 3.14e-10",
]

LONG = [
    "la " * 3400,  # 10 kB of words
    "The quick brown fox jumps over the lazy dog while the rain falls on the tin roof. " * 125,
    "é" * 5000, "雨" * 3400, "!" * 10000, " " * 10000,
]

VECTORS = PLAIN + [t for t in UNUSUAL if t in {
    "", "naïve café, Ünïcödé", "🎵🎶 😀 music", "東京の電車の音", "下雨的声音", "шум дождя", "der Hund bellt", "İstanbul ısırgan",
    "a\u0000b\u0007c\u001bd", "zero\u200bwidth\u200djoin\ufeff", "[CLS] [MASK] [SEP]", "!!!???...---", "b" * 101,
    "e=mc²; x<y && y>z | 100% #tag @user", "हिन्दी गाना", "snow ☃ and ☔ symbols ♫", "1,234.56 3.14e-10"}] + LONG[:4]
TOKENS = PLAIN + UNUSUAL + LONG
