// What the program asks of the module first: whether they belong together.

#include "hearken/version.h"

extern "C" const char* hearken_torch_version() { return hearken::version().data(); }
