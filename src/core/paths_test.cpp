// Paths as people are shown them.
#include "core/paths.h"

#include <gtest/gtest.h>

namespace hearken {
TEST(Display, EscapesWhatIsNotUtf8AndControls) {
  EXPECT_EQ(display(std::string_view("a\xff\n\xc3\xa9")), "a\\xff\\x0a\xc3\xa9");
}
}  // namespace hearken
