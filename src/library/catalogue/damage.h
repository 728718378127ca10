// What of a library's rows is not as it was written, and taking it out. hearken/check.h has the words.
#pragma once

#include <cstdint>
#include <vector>

#include "hearken/check.h"
#include "library/catalogue/embeddings.h"

namespace hearken::library {

struct RowsCheck {
  std::int64_t windows = 0;  // whose vectors were looked at
  std::vector<Space> spaces;
  std::vector<Damage> damaged;
};

/// SQLite's own check, digests, ranges, copies. Reads the whole file; what cannot be read is damage.
RowsCheck check_rows(const Library& library);

/// Whether a track's file tells again what is damaged; what a person said it does not.
bool can_be_made_again(const Damage& damage);

/// Takes out what can be made again, and makes the indices anew from their tables: one transaction.
void take_out(const Library& library, const std::vector<Damage>& damaged);

}  // namespace hearken::library
