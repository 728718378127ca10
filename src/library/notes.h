// What was left out, in JSON: one shape in every result, {"path", "code", "reason"}.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>

#include "hearken/index.h"

namespace hearken::library {

/// The path as display() writes it; the reason as it is.
nlohmann::json note_json(const FileNote& note);
nlohmann::json notes_json(std::span<const FileNote> notes);

}  // namespace hearken::library
