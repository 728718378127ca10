// How long a connection waits while another program writes to the library.
#pragma once

#include "hearken/library.h"

namespace hearken::library {

/// From here on a write through this connection throws Error(busy) after so many seconds; 0: at once.
void wait_for_writers(const Library& library, double seconds);

}  // namespace hearken::library
