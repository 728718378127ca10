// The conversation with a real cluster, and with endpoints that are none.
#include "remote/weaviate/protocol/client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <thread>

#include "core/split_mix.h"
#include "hearken/error.h"
#include "remote/weaviate/test_cluster.h"
#include "remote/weaviate/test_condition.h"

namespace hearken::remote::weaviate {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

// A socket of this machine that listens, at a port that is free.
int listening(std::uint16_t& port) {
  const int out = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof(address);
  EXPECT_EQ(::bind(out, reinterpret_cast<const sockaddr*>(&address), size), 0);
  EXPECT_EQ(::listen(out, 16), 0);
  EXPECT_EQ(::getsockname(out, reinterpret_cast<sockaddr*>(&address), &size), 0);
  port = ntohs(address.sin_port);
  return out;
}

// Listens and never answers, or closes what it accepts.
class Listener {
 public:
  explicit Listener(bool closes) : socket_(listening(port_)) {
    if (!closes) return;
    thread_ = std::thread([this] {
      for (;;) {
        const int one = ::accept(socket_, nullptr, nullptr);
        if (one < 0) return;
        ::close(one);
      }
    });
  }
  ~Listener() {
    ::shutdown(socket_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    ::close(socket_);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::string host() const { return "127.0.0.1:" + std::to_string(port_) + ":" + std::to_string(port_); }

 private:
  std::uint16_t port_ = 0;
  int socket_;
  std::thread thread_;
};

// Passes connections on to another port of this machine, and holds back all answers to what is longer than a question
// whether it lives: a server that itself waits for one that is gone.
class SlowRelay {
 public:
  explicit SlowRelay(std::uint16_t port)
      : port_(port), socket_(listening(own_port_)), thread_([this] {
          for (int one = 0; (one = ::accept(socket_, nullptr, nullptr)) >= 0;)
            connections_.emplace_back([this, one] { pass(one); });
        }) {}
  ~SlowRelay() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    for (std::thread& connection : connections_) connection.join();
    ::close(socket_);
  }
  SlowRelay(const SlowRelay&) = delete;
  SlowRelay& operator=(const SlowRelay&) = delete;

  std::string host() const { return "127.0.0.1:" + std::to_string(own_port_) + ":" + std::to_string(own_port_); }
  int held_back() const { return held_back_; }

 private:
  // Until one side closes.
  void pass(int client) {
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port_);
    EXPECT_EQ(::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    constexpr std::size_t kLong = 4096;
    std::size_t asked = 0;
    bool open = true, held = false;
    while (open) {
      pollfd both[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
      ::poll(both, held ? 1 : 2, -1);
      for (std::size_t i = 0; i < (held ? 1U : 2U) && open; ++i) {
        if (both[i].revents == 0) continue;
        char bytes[16384];
        const ssize_t size = ::read(both[i].fd, &bytes[0], sizeof(bytes));
        if (i == 0 && size > 0) asked += static_cast<std::size_t>(size);
        if (!held && asked > kLong) {
          held = true;
          ++held_back_;
        }
        open = size > 0 && (held || ::write(both[1 - i].fd, &bytes[0], static_cast<std::size_t>(size)) == size);
      }
    }
    ::close(server);
    ::close(client);
  }

  std::uint16_t port_, own_port_ = 0;
  int socket_;
  std::atomic<int> held_back_ = 0;
  std::vector<std::thread> connections_;
  std::thread thread_;
};

// A port of this machine on which nothing listens.
std::string refusing_host() { return Listener(false).host(); }

Error error_of(const Client& client) {
  Search search;
  search.collection = "ClientNone";
  search.near = {1, 0};
  try {
    client.search({&search, 1});
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return {ErrorCode::internal, "none"};
}

constexpr Timeouts kHasty{
    .connect_seconds = 0.5, .call_seconds = 1, .read_seconds = 1, .write_seconds = 1, .first_seconds = 1};

TEST(WeaviateClient, NamesWhatDoesNotAnswerAndWhy) {
  const std::string refusing = refusing_host();
  const Listener closing(true), silent(false);
  const Error refused = error_of(Client(parse_address("weaviate://" + refusing + "/C"), {}, kHasty));
  EXPECT_EQ(refused.code(), ErrorCode::io);
  EXPECT_NE(refused.cause().find("127.0.0.1:"), std::string::npos) << refused.what();
  EXPECT_NE(refused.cause().find("Failed to connect"), std::string::npos) << refused.what();

  const Error all = error_of(
      Client(parse_address("weaviate://" + refusing + "," + closing.host() + "," + silent.host() + "/C"), {}, kHasty));
  EXPECT_EQ(all.code(), ErrorCode::io);
  EXPECT_EQ(std::string(all.what()).find('\n'), std::string::npos);
  EXPECT_NE(all.cause().find("127.0.0.1:"), std::string::npos) << all.what();  // those that there was time to ask

  // One that is still waited for when the time is over is named, too.
  const Error waited = error_of(Client(parse_address("weaviate://" + silent.host() + "/C"), {}, kHasty));
  EXPECT_EQ(waited.cause().find("127.0.0.1:"), 0U) << waited.what();
}

TEST(WeaviateClient, OneEndpointIsAskedOnce) {
  const Client client(parse_address("weaviate://" + refusing_host() + "/C"), {}, kHasty);
  EXPECT_THROW(client.rest("GET", "/v1/meta", {}, 0), Error);
}

// With a cluster

std::string engine() {
  const char* url = std::getenv("HEARKEN_TEST_ENGINE");
  return url == nullptr ? std::string() : std::string(url);
}

// `others`, then the cluster's own endpoints.
Address beside(const std::string& others) {
  std::string url = engine();
  if (!others.empty()) url.insert(url.find("://") + 3, others + ",");
  return parse_address(url);
}

constexpr std::size_t kDimension = 16;

std::vector<float> unit_vector(std::uint64_t seed) {
  std::vector<float> out(kDimension);
  double sum = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    constexpr double kRange = 18446744073709551616.0;
    out[i] = static_cast<float>(static_cast<double>(split_mix(seed * 1000 + i + 1)) / kRange - 0.5);
    sum += static_cast<double>(out[i]) * out[i];
  }
  for (float& value : out) value = static_cast<float>(value / std::sqrt(sum));
  return out;
}

Object object_of(std::uint32_t number) {
  Object out;
  // Ids that begin with zeros are shorter numbers on the wire.
  for (std::size_t i = 0; i < 4; ++i) out.id[12 + i] = static_cast<std::uint8_t>(number >> (8 * (3 - i)));
  out.id[1] = 1;
  out.id[6] = 0x80;
  out.id[8] = 0x80;
  out.properties = {{"number", static_cast<double>(number)},
                    {"half", number / 2.0},
                    {"even", number % 2 == 0},
                    {"name", "=käse %2A" + std::to_string(number)},
                    {"words", std::vector<std::string>{"a", "b" + std::to_string(number % 3)}},
                    {"nothing", std::vector<std::string>{}},
                    {"parts", std::vector<double>{0.25, number * 1.5}}};
  out.vectors = {{"one", unit_vector(number)}, {"two", unit_vector(number + 1)}};
  return out;
}

class WeaviateCluster : public testing::Test {
 protected:
  void SetUp() override {
    if (engine().empty())
      GTEST_SKIP()
          << "HEARKEN_TEST_ENGINE is not set: weaviate://HOST:PORT:GRPC,…/Collection of a cluster to test with";
    client_ = std::make_unique<Client>(beside(""), access_from_environment());
    collection_ = "Client" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name());
    client_->rest("DELETE", "/v1/schema/" + collection_);
    const std::string named = R"({"vectorizer":{"none":{}},"vectorIndexType":"flat",
                                  "vectorIndexConfig":{"distance":"dot"}})";
    const RestReply made = client_->rest("POST", "/v1/schema", R"({"class":")" + collection_ + R"(",
      "replicationConfig":{"factor":3,"asyncEnabled":true},
      "invertedIndexConfig":{"indexNullState":true},
      "vectorConfig":{"one":)" + named + R"(,"two":)" + named + R"(},
      "properties":[{"name":"number","dataType":["int"]},{"name":"half","dataType":["number"]},
        {"name":"even","dataType":["boolean"]},
        {"name":"name","dataType":["text"],"tokenization":"field"},
        {"name":"words","dataType":["text[]"],"tokenization":"field"},
        {"name":"nothing","dataType":["text[]"],"tokenization":"field"},
        {"name":"parts","dataType":["number[]"]}]})");
    ASSERT_EQ(made.status, 200) << made.body;
  }
  void TearDown() override {
    if (client_) client_->rest("DELETE", "/v1/schema/" + collection_);
  }

  // Puts, and waits until every node has it all: a quorum has it at once, and reads ask one.
  void put_everywhere(std::uint32_t count) const {
    client_->put(collection_, objects(count));
    wait_everywhere(*client_, collection_, count);
  }
  std::vector<Object> objects(std::uint32_t count) const {
    std::vector<Object> out;
    for (std::uint32_t i = 0; i < count; ++i) out.push_back(object_of(i));
    return out;
  }
  Search nearest(std::uint32_t number) const {
    Search out;
    out.collection = collection_;
    out.near = unit_vector(number);
    out.target_vector = "one";
    out.limit = 3;
    out.properties = {"number"};
    return out;
  }

  std::unique_ptr<Client> client_;
  std::string collection_;
};

TEST_F(WeaviateCluster, KeepsWhatIsPut) {
  client_->put(collection_, objects(600));
  put_everywhere(600);  // the same ids
  EXPECT_EQ(client_->count(collection_), 600);

  Search search = nearest(7);
  search.properties = {"number", "half", "even", "name", "words", "parts", "nothing"};
  search.vectors = {"one", "two"};
  const auto found = client_->search({&search, 1}).at(0);
  ASSERT_EQ(found.size(), 3U);
  const Object expected = object_of(7);
  EXPECT_EQ(found[0].id, expected.id);
  EXPECT_NEAR(found[0].distance, -1, 1e-5);
  for (const char* name : {"number", "half", "even", "name", "words", "parts"}) {
    const Value* value = found[0].property(name);
    ASSERT_NE(value, nullptr) << name;
    const auto original = std::find_if(expected.properties.begin(), expected.properties.end(),
                                       [&](const Property& p) { return p.name == name; });
    EXPECT_EQ(*value, original->value) << name;
  }
  ASSERT_EQ(found[0].vectors.size(), 2U);
  for (const NamedVector& vector : found[0].vectors)
    EXPECT_EQ(vector.values, expected.vectors[vector.name == "two" ? 1 : 0].values) << vector.name;
}

TEST_F(WeaviateCluster, ManySearchesAtOnceOfSeveralThreads) {
  put_everywhere(300);
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (std::uint32_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      std::vector<Search> searches;
      for (std::uint32_t i = 0; i < 48; ++i) searches.push_back(nearest((t * 48 + i) % 300));
      const auto found = client_->search(searches);
      for (std::uint32_t i = 0; i < 48; ++i)
        if (!found[i].empty() && found[i][0].id == object_of((t * 48 + i) % 300).id) ++right;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 4 * 48);
}

TEST_F(WeaviateCluster, Filters) {
  using Op = Filter::Operator;
  put_everywhere(210);
  const auto integer = Filter::Kind::integer;
  const auto counted = [&](const Filter& filter) { return client_->count(collection_, &filter); };
  EXPECT_EQ(counted(test_condition(Op::equal, "even", true)), 105);
  EXPECT_EQ(counted(test_condition(Op::at_least, "number", 200.0, integer)), 10);
  EXPECT_EQ(counted(test_condition(Op::less, "half", 10.5)), 21);
  EXPECT_EQ(counted(test_condition(Op::like, "name", std::string("*A20?"))), 10);
  EXPECT_EQ(counted(test_condition(Op::contains_any, "words", std::vector<std::string>{"b1", "b2"})), 140);
  EXPECT_EQ(counted(test_condition(Op::contains_any, "number", std::vector<double>{3, 5, 1000}, integer)), 2);
  Filter both;
  both.parts = {test_condition(Op::equal, "even", true), test_condition(Op::less, "number", 10.0, integer)};
  EXPECT_EQ(counted(both), 5);
  Filter either = both;
  either.op = Op::any;
  EXPECT_EQ(counted(either), 110);
  Filter none;
  none.op = Op::negation;
  none.parts = {both};
  EXPECT_EQ(counted(none), 205);

  Search search = nearest(7);
  search.filter = both;
  const auto found = client_->search({&search, 1}).at(0);
  ASSERT_EQ(found.size(), 3U);
  for (const Found& one : found) EXPECT_LT(std::get<double>(*one.property("number")), 10);

  EXPECT_EQ(client_->erase(collection_, both), 5);
  EXPECT_EQ(client_->erase(collection_, both), 0);
  EXPECT_EQ(client_->count(collection_), 205);
}

TEST_F(WeaviateCluster, ErasesById) {
  put_everywhere(20);
  const std::vector<Uuid> ids = {object_of(3).id, object_of(5).id, object_of(1000).id};
  client_->erase(collection_, ids);
  EXPECT_EQ(client_->count(collection_), 18);
  client_->erase(collection_, ids);
  EXPECT_EQ(client_->count(collection_), 18);
  put_everywhere(20);  // they may come again
}

TEST_F(WeaviateCluster, WalksInTheOrderOfIds) {
  put_everywhere(100);
  std::vector<Uuid> seen;
  Search page;
  page.collection = collection_;
  page.limit = 30;
  page.from_the_start = true;
  for (;;) {
    const auto found = client_->search({&page, 1}).at(0);
    for (const Found& one : found) seen.push_back(one.id);
    if (found.empty()) break;
    page.after = found.back().id;
  }
  ASSERT_EQ(seen.size(), 100U);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST_F(WeaviateCluster, SaysWhatItRefuses) {
  const auto code_of = [&](const Search& search) {
    try {
      client_->search({&search, 1});
    } catch (const Error& error) {
      EXPECT_FALSE(error.cause().empty());
      return error.code();
    }
    return ErrorCode::internal;
  };
  Search nowhere = nearest(1);
  nowhere.collection = "ClientThatIsNot";
  EXPECT_EQ(code_of(nowhere), ErrorCode::not_found);
  client_->put(collection_, objects(10));
  Search wrong = nearest(1);
  wrong.near.resize(5);
  EXPECT_EQ(code_of(wrong), ErrorCode::mismatch);
  wrong = nearest(1);
  wrong.properties = {"nope"};
  EXPECT_EQ(code_of(wrong), ErrorCode::mismatch);
  Object object = object_of(1);
  object.vectors[0].values.resize(3);
  EXPECT_THROW(client_->put(collection_, {&object, 1}), Error);
  EXPECT_EQ(client_->rest("GET", "/v1/schema/ClientThatIsNot").status, 404);
}

TEST_F(WeaviateCluster, GoesOnBesideEndpointsThatAreNone) {
  put_everywhere(50);
  const Listener closing(true), silent(false);
  for (const std::string& other :
       {refusing_host(), closing.host(), silent.host(), refusing_host() + "," + closing.host() + "," + silent.host()}) {
    SCOPED_TRACE(other);
    for (int repeat = 0; repeat < 4; ++repeat) {  // a client begins with any of its endpoints
      const Client client(beside(other), access_from_environment());
      std::vector<Search> searches(20, nearest(7));
      for (const auto& found : client.search(searches)) EXPECT_EQ(found.at(0).id, object_of(7).id);
      client.put(collection_, objects(50));
      EXPECT_EQ(client.rest("GET", "/v1/schema/" + collection_).status, 200);
    }
  }
}

TEST_F(WeaviateCluster, AsksAnotherWhereOneLivesAndIsSlow) {
  put_everywhere(1);
  SlowRelay relay(client_->address().endpoints[0].grpc_port);
  constexpr Timeouts kSlow{.write_seconds = 20, .slow_seconds = 0.5};
  for (int repeat = 0; repeat < 8 || relay.held_back() == 0; ++repeat) {  // a client begins with any of its endpoints
    const Client client(beside(relay.host()), access_from_environment(), kSlow);
    client.put(collection_, objects(50));
  }
}

}  // namespace
}  // namespace hearken::remote::weaviate
