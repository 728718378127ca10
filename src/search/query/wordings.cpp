// The groups, and how they are found in a text.
#include "search/query/wordings.h"

#include <algorithm>
#include <cstddef>

#include "core/ascii.h"
#include "core/text.h"

namespace hearken::search {
namespace {

using Group = std::vector<std::string_view>;

const std::vector<Group> kGroups = {
    // voices
    {"female vocals", "female vocalist", "female voice", "female singer", "woman singing", "singing woman"},
    {"male vocals", "male vocalist", "male voice", "male singer", "man singing", "singing man"},
    {"vocals", "singing", "vocalist", "voice", "singer", "song with lyrics"},
    {"choir", "choral music", "chorus of voices", "people singing together", "chant"},
    {"rap", "rapping", "rap vocals", "hip hop vocals", "spoken verse over a beat"},
    {"spoken word", "speech", "talking", "narration", "someone speaking"},
    {"instrumental", "instrumental music", "music without vocals", "no vocals", "backing track"},
    {"a cappella", "unaccompanied singing", "vocals without instruments", "voices only"},
    // instruments
    {"piano", "piano music", "solo piano", "pianist", "grand piano", "keyboard"},
    {"acoustic guitar", "fingerpicked guitar", "guitar strumming", "classical guitar", "unplugged guitar"},
    {"electric guitar", "distorted guitar", "guitar riff", "guitar solo", "overdriven guitar"},
    {"strings", "string section", "string ensemble", "violins", "orchestral strings", "string quartet"},
    {"violin", "fiddle", "solo violin", "violinist"},
    {"orchestra", "orchestral music", "symphony orchestra", "symphonic music", "classical orchestra"},
    {"brass", "brass section", "horns", "trumpets and trombones", "brass band"},
    {"flute", "woodwind", "flute solo", "pan flute", "recorder"},
    {"drums", "drum kit", "percussion", "drum beat", "drumming"},
    {"bass", "bass line", "bass guitar", "deep bass", "sub bass"},
    {"synth", "synthesizer", "synth lead", "analog synthesizer", "electronic sounds"},
    {"organ", "church organ", "pipe organ", "hammond organ"},
    {"harp", "harp music", "plucked harp", "harp arpeggios"},
    {"bells", "bell ringing", "chimes", "glockenspiel", "tubular bells"},
    // genres
    {"electronic dance music", "edm", "dance music", "club music", "house music", "techno"},
    {"ambient", "ambient music", "soundscape", "atmospheric pads", "drone music"},
    {"hip hop", "hip hop beat", "boom bap", "rap beat", "trap beat"},
    {"rock", "rock music", "rock band", "rock song", "guitar rock"},
    {"heavy metal", "metal", "metal music", "heavy guitar riffs", "hard rock"},
    {"jazz", "jazz music", "jazz band", "swing", "jazz trio"},
    {"classical", "classical music", "chamber music", "orchestral piece"},
    {"folk", "folk music", "traditional music", "folk song", "celtic music", "medieval music"},
    {"film music", "film score", "movie soundtrack", "cinematic music", "trailer music", "video game music"},
    {"chiptune", "8-bit music", "chip music", "retro video game music"},
    // moods
    {"happy", "cheerful", "joyful", "uplifting", "feel-good"},
    {"sad", "melancholy", "melancholic", "sorrowful", "mournful"},
    {"calm", "relaxing", "peaceful", "soothing", "gentle", "quiet"},
    {"energetic", "upbeat", "high energy", "lively", "driving"},
    {"aggressive", "angry", "intense", "fierce", "violent"},
    {"dark", "ominous", "sinister", "menacing", "brooding"},
    {"scary", "creepy", "eerie", "spooky", "horror"},
    {"epic", "heroic", "dramatic", "triumphant", "majestic"},
    {"romantic", "tender", "love song", "intimate", "sentimental"},
    {"suspense", "tension", "suspenseful", "tense", "thriller music"},
    {"slow", "slow tempo", "downtempo", "ballad"},
    {"fast", "fast tempo", "up-tempo", "quick"},
    // animals
    {"dog", "dog barking", "barking dog", "doggo", "doggy", "puppy", "bark", "barking", "woof"},
    {"cat", "cat meowing", "meowing cat", "kitty", "kitten", "meow", "meowing"},
    {"bird", "birds", "birdsong", "birds singing", "chirping birds", "bird calls", "tweeting"},
    {"rooster", "rooster crowing", "cockerel", "cock-a-doodle-doo", "cock crowing"},
    {"insects", "crickets", "crickets chirping", "cicadas", "insects buzzing"},
    {"horse", "horse galloping", "hooves", "horse neighing"},
    // weather, water and fire
    {"rain", "rain falling", "rainfall", "rainy weather", "raindrops", "downpour"},
    {"thunder", "thunderstorm", "thunder rumbling", "thunderclap"},
    {"wind", "wind blowing", "howling wind", "windy weather", "gale"},
    {"sea", "sea waves", "ocean waves", "ocean", "surf", "waves breaking on the shore", "seaside"},
    {"river", "water stream", "flowing water", "babbling brook", "water running"},
    {"fire", "crackling fire", "fire crackling", "campfire", "bonfire", "fireplace"},
    // people
    {"baby crying", "crying baby", "infant crying", "newborn wailing"},
    {"laughter", "laughing", "people laughing", "giggling", "chuckling"},
    {"sneeze", "sneezing", "person sneezing", "achoo"},
    {"cough", "coughing", "person coughing"},
    {"snoring", "person snoring", "snore"},
    {"applause", "clapping", "audience clapping", "clapping hands"},
    {"crowd", "crowd cheering", "cheering", "crowd noise"},
    {"footsteps", "someone walking", "person walking"},
    {"typing", "keyboard typing", "typing on a keyboard", "computer keyboard"},
    // things and machines
    {"clock", "clock ticking", "ticking clock", "tick-tock"},
    {"alarm clock", "alarm ringing", "beeping alarm"},
    {"door", "door slam", "door slamming", "door closing"},
    {"knock", "knocking", "knocking on a door", "door knock"},
    {"car", "car engine", "car driving by", "engine running", "automobile"},
    {"car horn", "honking", "vehicle horn", "horn honking"},
    {"siren", "police siren", "ambulance siren", "emergency vehicle"},
    {"train", "train passing", "railway train", "locomotive"},
    {"helicopter", "chopper", "helicopter flying", "helicopter rotor"},
    {"airplane", "aeroplane", "aircraft", "plane flying over", "jet engine"},
    {"chainsaw", "chain saw", "power saw", "sawing wood"},
    {"gunshot", "gunfire", "gun firing", "shooting"},
    {"explosion", "loud bang", "blast"},
    {"glass breaking", "breaking glass", "glass shattering", "broken glass"},
};

struct Found {
  std::size_t begin = 0;
  std::string_view wording;
  const Group* group = nullptr;
};

bool letter(char c) { return is_alphanumeric(c) || static_cast<unsigned char>(c) >= 0x80; }

}  // namespace

std::span<const Group> wording_groups() { return kGroups; }

std::vector<std::string> other_wordings(std::string_view text) {
  const std::string small = lower_ascii(text);  // the same length, so that places in it are places in the text
  std::vector<Found> all;
  for (const Group& group : kGroups) {
    for (const std::string_view wording : group) {
      for (std::size_t at = small.find(wording); at != std::string::npos; at = small.find(wording, at + 1)) {
        const std::size_t end = at + wording.size();
        if ((at == 0 || !letter(small[at - 1])) && (end == small.size() || !letter(small[end])))
          all.push_back({at, wording, &group});
      }
    }
  }
  std::ranges::stable_sort(all, [](const Found& a, const Found& b) { return a.wording.size() > b.wording.size(); });
  std::vector<Found> kept;
  for (const Found& found : all) {
    const bool covered = std::ranges::any_of(kept, [&](const Found& k) {
      return found.begin < k.begin + k.wording.size() && k.begin < found.begin + found.wording.size();
    });
    if (!covered) kept.push_back(found);
  }
  std::ranges::stable_sort(kept, {}, &Found::begin);
  std::vector<std::string> out;
  for (const Found& found : kept) {
    for (const std::string_view other : *found.group) {
      if (other == found.wording) continue;
      out.push_back(std::string(text.substr(0, found.begin)) + std::string(other) +
                    std::string(text.substr(found.begin + found.wording.size())));
    }
  }
  return out;
}

}  // namespace hearken::search
