// Not made yet: nothing is measured.
#include "audio/features.h"

namespace hearken::audio {

struct FeatureListener::Impl {};

FeatureListener::FeatureListener() : impl_(std::make_unique<Impl>()) {}
FeatureListener::~FeatureListener() = default;

void FeatureListener::hear(std::span<const float>, int, int) {}

Features FeatureListener::finish() { return {}; }

}  // namespace hearken::audio
