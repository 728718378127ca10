// Messages against bytes that Weaviate's own Python client wrote (tests/golden/weaviate/make.py), both ways.
#include "remote/weaviate/protocol/wire.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "hearken/error.h"
#include "remote/weaviate/test_condition.h"

namespace hearken::remote::weaviate {
namespace {

using Op = Filter::Operator;

std::string golden(const std::string& name) {
  std::ostringstream text;
  std::ifstream file(HEARKEN_SOURCE_DIR "/tests/golden/weaviate/" + name + ".bin", std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  text << file.rdbuf();
  return text.str();
}

const Uuid kId = {0, 0, 0, 0, 0, 0, 0x80, 0x01, 0x80, 0x02, 0, 0, 0, 0, 0, 0xff};
const std::vector<float> kVector = {0.5F, -0.25F, 2.0F};

Filter wire_condition() {
  const auto integer = Filter::Kind::integer;
  Filter negation;
  negation.op = Op::negation;
  negation.parts = {test_condition(Op::like, "tempo", std::string("*x"))};
  Filter out;
  out.parts = {test_condition(Op::equal, "path", std::string("=a")),
               test_condition(Op::at_least, "number", 7.0, integer),
               test_condition(Op::less, "loudness", 0.5),
               negation,
               test_condition(Op::contains_any, "tags", std::vector<std::string>{"x", "y"}),
               test_condition(Op::contains_any, "number", std::vector<double>{1, 2}, integer)};
  return out;
}

TEST(WeaviateWire, Requests) {
  Search search;
  search.collection = "Songs";
  search.near = kVector;
  search.target_vector = "mean";
  search.filter = wire_condition();
  search.limit = 5;
  search.properties = {"path", "number"};
  search.vectors = {"mean", ""};
  EXPECT_EQ(search_request(search), golden("search_request"));

  Search walk;
  walk.collection = "Songs";
  walk.limit = 30;
  walk.from_the_start = true;
  EXPECT_EQ(search_request(walk), golden("walk_request"));

  Object one, two;
  one.id = two.id = kId;
  one.properties = {
      {"tags", std::vector<std::string>{"x", "y"}}, {"none", std::vector<std::string>{}}, {"path", std::string("=a")}};
  one.properties.insert(one.properties.begin(), {"starts", std::vector<double>{0, 2.5}});
  one.vectors = {{"", kVector}};
  two.vectors = {{"mean", kVector}};
  const std::vector<const Object*> both = {&one, &two};
  EXPECT_EQ(put_request("Songs", both), golden("put_request"));

  const Filter filter = wire_condition();
  EXPECT_EQ(erase_request("Songs", filter), golden("erase_request"));
  EXPECT_EQ(count_request("Songs", &filter), golden("count_request"));
}

TEST(WeaviateWire, Replies) {
  const auto found = search_reply(golden("search_reply"));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].id, kId);
  EXPECT_EQ(to_string(found[0].id), "00000000-0000-8001-8002-0000000000ff");
  EXPECT_EQ(found[0].distance, -0.75);
  ASSERT_EQ(found[0].vectors.size(), 2U);
  EXPECT_EQ(found[0].vectors[0].values, kVector);
  EXPECT_EQ(found[0].vectors[1].name, "mean");
  EXPECT_EQ(found[0].vectors[1].values, kVector);
  const auto value = [&](const char* name) { return *found[0].property(name); };
  EXPECT_EQ(value("path"), Value(std::string("=käse")));
  EXPECT_EQ(value("number"), Value(42.0));
  EXPECT_EQ(value("loudness"), Value(-3.5));
  EXPECT_EQ(value("measured"), Value(true));
  EXPECT_EQ(value("tags"), Value(std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(value("starts"), Value(std::vector<double>{0, 2.5}));
  EXPECT_EQ(value("whole"), Value(std::vector<double>{3, -4}));
  EXPECT_EQ(found[0].property("tempo"), nullptr);

  const auto refusals = put_reply(golden("put_reply"), 4);
  ASSERT_EQ(refusals.size(), 2U);
  EXPECT_EQ(refusals[0].index, 0U);
  EXPECT_EQ(refusals[1].index, 3U);
  EXPECT_EQ(refusals[1].reason, "fourth");
  EXPECT_THROW(put_reply(golden("put_reply"), 3), Error);
  const Erased erased = erase_reply(golden("erase_reply"));
  EXPECT_EQ(erased.failed, 1);
  EXPECT_EQ(erased.matches, 9);
  EXPECT_EQ(erased.successful, 8);
  EXPECT_EQ(count_reply(golden("count_reply")), 123456);
}

// Cut anywhere or with any byte another: read, or refused as corrupt.
TEST(WeaviateWire, HostileRepliesAreRefused) {
  int refused = 0;
  for (const char* name : {"search_reply", "put_reply", "erase_reply", "count_reply"}) {
    const std::string whole = golden(name);
    const auto read = [&](const std::string& bytes) {
      try {
        search_reply(bytes);
        put_reply(bytes, 4);
        erase_reply(bytes);
        count_reply(bytes);
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::corrupt) << error.what();
        ++refused;
      }
    };
    for (std::size_t i = 0; i < whole.size(); ++i) {
      read(whole.substr(0, i));
      for (int flip = 1; flip < 256; flip *= 2) {
        std::string changed = whole;
        changed[i] = static_cast<char>(changed[i] ^ flip);
        read(changed);
      }
    }
  }
  EXPECT_GT(refused, 0);
  EXPECT_THROW(search_reply(golden("search_reply").substr(0, 100)), Error);
}

}  // namespace
}  // namespace hearken::remote::weaviate
