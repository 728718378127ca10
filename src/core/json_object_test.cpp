// What is read strictly, and how each refusal names its place.
#include "core/json_object.h"

#include <gtest/gtest.h>

#include <string>

#include "core/testing/refusal.h"

namespace hearken {
namespace {

JsonObject object_of(const std::string& text) { return JsonObject::parse(text, "f.json", ErrorCode::corrupt, 4); }

template <class Call>
std::string refused(Call&& call) {
  return refusal(ErrorCode::corrupt, call);
}

TEST(JsonObject, GivesMembersOfEachKind) {
  const JsonObject object =
      object_of(R"({"t": "ä", "n": 1.5, "w": -3, "b": true, "o": {"n": 2}, "l": [1, 2.5], "null": null})");
  EXPECT_EQ(object.text("t"), "ä");
  EXPECT_EQ(object.number("n"), 1.5);
  EXPECT_EQ(object.number("w", -3, -3), -3);
  EXPECT_EQ(object.whole("w", -3), -3);
  EXPECT_TRUE(object.boolean("b"));
  EXPECT_EQ(object.object("o").number("n"), 2);
  EXPECT_EQ(object.numbers("l", 0, 3), (std::vector<double>{1, 2.5}));
  EXPECT_TRUE(object.has("t"));
  EXPECT_FALSE(object.has("null"));
  EXPECT_FALSE(object.has("none"));
}

TEST(JsonObject, APartOutlivesTheWhole) {
  const JsonObject part = object_of(R"({"o": {"t": "kept"}})").object("o");
  EXPECT_EQ(part.text("t"), "kept");
}

TEST(JsonObject, NamesPlaceMemberAndReason) {
  const JsonObject object =
      object_of(R"({"t": "four", "n": 2, "w": 18446744073709551615, "o": {"t": 1}, "null": null})");
  EXPECT_EQ(refused([&] { object.text("none"); }), "f.json: none: is missing");
  EXPECT_EQ(refused([&] { object.text("null"); }), "f.json: null: a text was expected");
  EXPECT_EQ(refused([&] { object.text("t", 3); }), "f.json: t: is longer than 3 bytes");
  EXPECT_EQ(refused([&] { object.number("t"); }), "f.json: t: a number was expected");
  EXPECT_EQ(refused([&] { object.number("n", 3, 4); }), "f.json: n: 3 to 4 was expected");
  EXPECT_EQ(refused([&] { object.whole("n", 3); }), "f.json: n: at least 3 was expected");
  EXPECT_EQ(refused([&] { object.whole("n", 0, 1); }), "f.json: n: 0 to 1 was expected");
  EXPECT_EQ(refused([&] { object.whole("w", 0); }), "f.json: w: at least 0 was expected");
  EXPECT_EQ(refused([&] { object.boolean("n"); }), "f.json: n: true or false was expected");
  EXPECT_EQ(refused([&] { object.object("n"); }), "f.json: n: an object was expected");
  EXPECT_EQ(refused([&] { object.list("n", 1); }), "f.json: n: a list was expected");
  EXPECT_EQ(refused([&] { object.object("o").text("t"); }), "f.json: o.t: a text was expected");
  EXPECT_EQ(refused([&] { object.object("o").fail("holds nothing"); }), "f.json: o: holds nothing");
  EXPECT_EQ(refused([&] { object.fail("a\nb", "no \x01"); }), "f.json: a\\x0ab: no \\x01");
}

TEST(JsonObject, RefusesWhatIsNoDocument) {
  EXPECT_EQ(refused([] { object_of("[]"); }), "f.json: is not a JSON object");
  EXPECT_EQ(refused([] { object_of("[[[[[[]]]]]]"); }), "f.json: is nested too deeply");
  EXPECT_EQ(refused([] { object_of(R"({"a": 1)"); }).substr(0, 55),
            "f.json: is not JSON: parse error at line 1, column 8: s");
  EXPECT_NE(refused([] { object_of(R"({"a": 1e999})"); }).find("is not JSON: "), std::string::npos);
  EXPECT_LT(refused([] { object_of("\"" + std::string(100'000, 'x')); }).size(), 300U);
}

}  // namespace
}  // namespace hearken
