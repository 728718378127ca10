// Notes of files, in their order.
#include "library/notes.h"

#include <nlohmann/json.hpp>

#include "core/paths.h"

namespace hearken::library {

nlohmann::json note_json(const FileNote& note) {
  return {{"path", display(note.path)}, {"code", to_string(note.code)}, {"reason", note.reason}};
}

nlohmann::json notes_json(std::span<const FileNote> notes) {
  auto out = nlohmann::json::array();
  for (const FileNote& note : notes) out.push_back(note_json(note));
  return out;
}

}  // namespace hearken::library
