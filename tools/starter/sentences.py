"""ESC-10's classes as people would ask for them: what the scale of labels is fitted to and evaluate.py measures with."""

SENTENCES = {
    "baby_cry": ("a baby crying", "the sound of a crying baby", "an infant wails", "a baby is crying loudly", "a recording of a baby's cry"),
    "chainsaw": ("a chainsaw running", "the sound of a chainsaw cutting wood", "someone is sawing wood with a chainsaw",
                 "a chainsaw engine revving", "a recording of a chain saw"),
    "clock_tick": ("a clock ticking", "the sound of a ticking clock", "a wall clock ticks in a quiet room", "the tick-tock of a clock",
                   "a recording of a clock tick"),
    "dog_bark": ("a dog barking", "the sound of a dog barking", "a barking dog", "dogs bark outside", "a recording of a dog bark"),
    "fire_crackling": ("fire crackling", "the sound of a crackling fire", "a campfire burns and crackles", "wood crackling in a fireplace",
                       "a recording of a fire"),
    "helicopter": ("a helicopter flying", "the sound of a helicopter", "a helicopter passes overhead", "helicopter rotor blades spinning",
                   "a recording of a helicopter"),
    "person_sneeze": ("a person sneezing", "the sound of someone sneezing", "somebody sneezes", "a man sneezes loudly", "a recording of a sneeze"),
    "rain": ("rain falling", "the sound of rain", "heavy rain falls on the ground", "rain drops falling on a roof", "a recording of rain"),
    "rooster": ("a rooster crowing", "the sound of a rooster", "a cock crows in the morning", "the crowing of a rooster", "a recording of a rooster"),
    "sea_waves": ("sea waves", "the sound of ocean waves", "waves breaking on the shore", "waves crash on a beach", "a recording of the sea"),
}
CLASSES = tuple(SENTENCES)
PER_CLASS = 5
FLAT = [s for c in CLASSES for s in SENTENCES[c]]
BARE = [c.replace("_", " ") for c in CLASSES]
