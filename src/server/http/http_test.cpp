// Queries and forms taken apart.
#include "server/http/http.h"

#include <gtest/gtest.h>

#include "core/text.h"

namespace hearken::server {
namespace {

TEST(Url, Decodes) {
  EXPECT_EQ(url_decoded("a%20b%2Fc+d", false), "a b/c+d");
  EXPECT_EQ(url_decoded("a+b%2b", true), "a b+");
  EXPECT_EQ(url_decoded("", true), "");
  for (const char* wrong : {"%", "%2", "a%zz", "%%20", "100%"})
    EXPECT_EQ(url_decoded(wrong, true), std::nullopt) << wrong;
}

TEST(Url, EncodedComesBack) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(url_decoded(url_encoded(all), true), all);
  EXPECT_EQ(url_encoded("a-b_c.d~ä"), "a-b_c.d~%C3%A4");
}

TEST(Form, KeepsOrderAndRepeats) {
  EXPECT_EQ(parse_form("a=1&b&a=2&&c=x%3Dy="), (Fields{{"a", "1"}, {"b", ""}, {"a", "2"}, {"c", "x=y="}}));
  EXPECT_EQ(parse_form(""), Fields{});
  EXPECT_EQ(parse_form("a=%"), std::nullopt);
}

TEST(Time, IsRfc3339) {
  EXPECT_EQ(date_time(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(date_time(1717156800), "2024-05-31T12:00:00Z");
}

}  // namespace
}  // namespace hearken::server
