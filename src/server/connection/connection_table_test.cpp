#include "server/connection/connection_table.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "server/connection/shares.h"

namespace hearken::server {
namespace {

class ConnectionTableTest : public ::testing::Test {
 protected:
  std::unique_ptr<ConnectionTable::Entry> connect(const std::string& client, bool waits = true) {
    auto entry = table.add(client, [this, client] { closed.push_back(client); });
    if (entry != nullptr && waits) entry->wait();
    return entry;
  }

  std::vector<std::string> closed;
  ConnectionTable table{4, 3};
};

TEST_F(ConnectionTableTest, AnAddressHasItsNumberAndItsLongestIdleGoes) {
  std::vector<std::unique_ptr<ConnectionTable::Entry>> all;
  for (int i = 0; i < 3; ++i) all.push_back(connect("a"));
  all[0]->work();
  all[0]->wait();  // now it is the latest
  all[1]->work();
  const auto fourth = connect("a");
  ASSERT_NE(fourth, nullptr);
  EXPECT_EQ(closed, std::vector<std::string>{"a"});
  EXPECT_EQ(table.size(), 3U);
  all[2].reset();  // the one that was evicted
  EXPECT_EQ(table.size(), 3U);
  all[0]->work();
  fourth->work();
  EXPECT_EQ(connect("a"), nullptr);  // none of them waits
  EXPECT_NE(connect("b"), nullptr);
}

TEST_F(ConnectionTableTest, AFullServerGivesUpTheIdleOfWhoHasMost) {
  const auto a = connect("a"), b1 = connect("b"), b2 = connect("b"), b3 = connect("b", false);
  EXPECT_EQ(table.size(), 4U);
  const auto c = connect("c");
  ASSERT_NE(c, nullptr);
  const auto d = connect("d");
  ASSERT_NE(d, nullptr);
  EXPECT_EQ(closed, (std::vector<std::string>{"b", "b"}));  // a waits longer, but has one only
  EXPECT_EQ(table.size(), 4U);
  EXPECT_EQ(table.evicted(), 2U);
  const auto again = connect("d");
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(closed.size(), 3U);
}

TEST_F(ConnectionTableTest, NobodyIsThrownOutOfItsWork) {
  std::vector<std::unique_ptr<ConnectionTable::Entry>> all;
  for (const char* client : {"a", "b", "c", "d"}) all.push_back(connect(client, false));
  EXPECT_EQ(connect("e"), nullptr);
  EXPECT_TRUE(closed.empty());
  all[2]->wait();
  EXPECT_NE(connect("e"), nullptr);
  EXPECT_EQ(closed, std::vector<std::string>{"c"});
}

TEST_F(ConnectionTableTest, ClosesWhatIsIdle) {
  const auto a = connect("a"), b = connect("b", false), c = connect("c");
  table.close_idle();
  EXPECT_EQ(closed, (std::vector<std::string>{"a", "c"}));
}

TEST(Shares, AllTogetherAndEachHisPart) {
  Shares shares(100, 60);
  {
    Share a(shares, "a"), other_of_a(shares, "a"), b(shares, "b");
    EXPECT_TRUE(a.grow_to(40));
    EXPECT_TRUE(a.grow_to(30));
    EXPECT_EQ(shares.held(), 40U);
    EXPECT_FALSE(other_of_a.grow_to(21));
    EXPECT_TRUE(other_of_a.grow_to(20));
    EXPECT_FALSE(b.grow_to(41));
    EXPECT_TRUE(b.grow_to(40));
    EXPECT_FALSE(b.grow_to(~std::uint64_t{0}));
    EXPECT_EQ(shares.held(), 100U);
  }
  EXPECT_EQ(shares.held(), 0U);
}

}  // namespace
}  // namespace hearken::server
