// Not made yet: every fingerprint is empty.
#include "audio/fingerprint.h"

namespace hearken::audio {

void Fingerprinter::hear(std::span<const float>, int, int) {}

std::vector<std::byte> Fingerprinter::finish() { return {}; }

}  // namespace hearken::audio
