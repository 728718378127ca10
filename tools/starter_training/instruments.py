"""The General MIDI programs that passages are written for: what people call them, their range, and how they are played."""

# first program of a group: (names of each program, "" for one that nobody would name by ear), lowest and highest key, ways of playing
# ways: m one voice, c chords and arpeggios
GROUPS = {
    0: (("piano|acoustic piano|grand piano", "piano|bright piano", "electric grand piano", "honky-tonk piano|out of tune piano",
         "electric piano|Rhodes piano", "electric piano", "harpsichord", "clavinet"), 40, 88, "mc"),
    8: (("celesta|music box", "glockenspiel|bells", "music box", "vibraphone", "marimba", "xylophone", "tubular bells|church bells",
         "dulcimer|hammered dulcimer"), 55, 88, "mc"),
    16: (("organ|Hammond organ", "organ|electronic organ", "rock organ|organ", "church organ|pipe organ|organ", "reed organ|harmonium",
          "accordion", "harmonica", "accordion|tango accordion"), 43, 81, "mc"),
    24: (("acoustic guitar|guitar|classical guitar", "acoustic guitar|guitar|steel string guitar", "jazz guitar|guitar|electric guitar",
          "electric guitar|clean electric guitar|guitar", "muted electric guitar|electric guitar", "overdriven electric guitar|electric guitar",
          "distorted electric guitar|electric guitar|heavy guitar", "electric guitar harmonics"), 43, 76, "mc"),
    32: (("double bass|acoustic bass|upright bass", "bass guitar|electric bass|bass", "bass guitar|picked bass|bass", "fretless bass|bass guitar",
          "slap bass|bass guitar", "slap bass|bass guitar", "synth bass|bass", "synth bass|bass"), 28, 50, "m"),
    40: (("violin|fiddle|solo violin", "viola", "cello|violoncello", "double bass|bowed double bass", "tremolo strings|strings",
          "pizzicato strings|plucked strings", "harp", "timpani|kettledrums"), 40, 80, "m"),
    48: (("string orchestra|strings|violins", "strings|slow strings|string section", "synthesizer strings|strings", "synthesizer strings|strings",
          "choir|choir singing aah|voices", "choir|voices singing ooh|voices", "synthesizer voice|choir", "orchestra hit"), 45, 79, "mc"),
    56: (("trumpet", "trombone", "tuba", "muted trumpet|trumpet", "French horn|horn", "brass section|brass|horns", "synth brass|brass",
          "synth brass|brass"), 45, 77, "m"),
    64: (("soprano saxophone|saxophone", "alto saxophone|saxophone", "tenor saxophone|saxophone", "baritone saxophone|saxophone", "oboe",
          "English horn|oboe", "bassoon", "clarinet"), 48, 82, "m"),
    72: (("piccolo|flute", "flute", "recorder|flute", "pan flute|flute", "blown bottle|flute", "shakuhachi|flute", "whistling|whistle",
          "ocarina|flute"), 60, 92, "m"),
    80: (("square wave synthesizer|chiptune|synthesizer", "sawtooth synthesizer|synthesizer", "synthesizer|calliope", "synthesizer",
          "synthesizer", "synthesizer voice", "synthesizer", "synthesizer|synth lead"), 48, 84, "m"),
    88: (("synthesizer pad|ambient pad|synthesizer",) * 8, 43, 76, "c"),
    104: (("sitar", "banjo", "shamisen", "koto", "kalimba|thumb piano", "bagpipes", "fiddle|violin", "shehnai|oboe"), 50, 79, "m"),
    112: (("bells|tinkling bell", "agogo bells", "steel drums|steelpan", "wood block", "taiko drum|big drums", "tom-toms|drums", "synth drum|drums"),
          48, 72, "m"),
}
OWN_RANGE = {32: (28, 52), 40: (55, 91), 41: (48, 80), 42: (36, 67), 43: (28, 50), 46: (40, 88), 47: (36, 53), 48: (43, 84), 56: (54, 82), 57: (40, 68),
             58: (28, 53), 60: (41, 72), 64: (56, 86), 66: (44, 74), 67: (36, 66), 68: (58, 88), 70: (34, 67), 71: (50, 86), 72: (74, 100),
             22: (60, 86), 46 + 0: (40, 90)}
CHORDS_TOO = {46, 45, 44, 104, 105, 107, 108, 61}
FAMILY = {0: "keyboard", 8: "mallet percussion", 16: "organ", 24: "guitar", 32: "bass", 40: "string instrument", 48: "ensemble", 56: "brass",
          64: "woodwind", 72: "wind instrument", 80: "synthesizer", 88: "synthesizer", 104: "plucked string instrument", 112: "percussion"}


def programs():
    """{program: (names, low, high, chords?)}."""
    out = {}
    for first, (names, low, high, ways) in GROUPS.items():
        for i, name in enumerate(names):
            lowest, highest = OWN_RANGE.get(first + i, (low, high))
            out[first + i] = (name.split("|"), lowest, highest, "c" in ways or first + i in CHORDS_TOO)
    return out
