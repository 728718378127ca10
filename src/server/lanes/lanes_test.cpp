#include "server/lanes/lanes.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/testing/temp_folder.h"
#include "library/test_support.h"

namespace hearken::server {
namespace {

namespace fs = std::filesystem;

// Handlers are functions, so what they tell is kept beside them.
std::mutex told_mutex;
std::vector<std::string> told;
std::shared_future<void> may_go_on;

void tell(const std::string& what) {
  const std::lock_guard lock(told_mutex);
  told.push_back(what);
}
std::vector<std::string> all_told() {
  const std::lock_guard lock(told_mutex);
  return std::exchange(told, {});
}

Work answers(Worker& worker, Request& request) {
  tell(request.body + (worker.lane == Lane::heavy ? " heavy" : ""));
  return Work::done({});
}
Work waits(Worker&, Request&) {
  tell("waits");
  may_go_on.wait();
  return Work::done({});
}
Work moves(Worker& worker, Request& request) {
  worker.begin_long_work();
  return answers(worker, request);
}
Work in_three_slices(Worker&, Request& request) {
  return {{}, [&request, left = 3](std::span<const float>) mutable -> std::optional<Response> {
            tell(request.body);
            if (--left > 0) return std::nullopt;
            return Response();
          }};
}
Work many_texts(Worker& worker, Request& request) {
  tell(request.body + (worker.lane == Lane::heavy ? " heavy" : ""));
  std::vector<std::string> texts;
  for (int i = 0; i < 300; ++i) texts.push_back(request.body + " rain on a roof " + std::to_string(i));
  return {texts, [count = texts.size()](std::span<const float> rows) -> std::optional<Response> {
            Response out;
            out.body = std::to_string(rows.size() / count);
            return out;
          }};
}

class LanesTest : public ::testing::Test {
 protected:
  LanesTest() { told.clear(); }

  std::future<Response> ask(LaneThreads& lane, const Route& route, const std::string& client, const std::string& body) {
    auto promise = std::make_shared<std::promise<Response>>();
    Task task{&route, {}, [promise](Response response) { promise->set_value(std::move(response)); }};
    task.request.client = client;
    task.request.body = body;
    auto answer = promise->get_future();
    if (!lane.submit(task)) promise->set_value(failure(task.request, no_room()));
    return answer;
  }
  ServeOptions options() {
    ServeOptions out;
    out.library = dir / "l.db";
    return out;
  }
  // A task that holds up the only thread until `go_on` is set.
  std::future<Response> hold(LaneThreads& lane) {
    may_go_on = go_on.get_future().share();
    std::future<Response> held = ask(lane, kWaits, "holds", "");
    while (all_told().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return held;
  }

  static constexpr Route kAnswers{"GET", "/x", answers}, kWaits{"GET", "/x", waits},
      kSlices{"GET", "/x", in_three_slices}, kMoves{"GET", "/x", moves}, kTexts{"GET", "/x", many_texts};
  TempFolder dir;
  App app{options(), Model::load((fs::path(HEARKEN_SOURCE_DIR) / "models/starter").native())};
  Lanes lanes{app};
  std::promise<void> go_on;
};

TEST_F(LanesTest, ClientsTakeTurnsAndAFullLaneDropsTheLatestOfWhoHasMost) {
  LaneThreads lane(app, lanes, {Lane::light, 3, 1, 1, 0});
  auto held = hold(lane);
  std::vector<std::future<Response>> a, b;
  for (const char* body : {"a1", "a2", "a3", "a4"}) a.push_back(ask(lane, kAnswers, "a", body));
  EXPECT_FALSE(lane.has_room("a"));
  EXPECT_TRUE(lane.has_room("b"));
  b.push_back(ask(lane, kAnswers, "b", "b1"));
  for (const std::size_t refused : {3U, 2U}) {
    const Response answer = a[refused].get();
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.headers.front(), (std::pair<std::string, std::string>("Retry-After", "1")));
  }
  go_on.set_value();
  EXPECT_EQ(held.get().status, 200);
  for (auto* answer : {&a[0], &a[1], &b[0]}) EXPECT_EQ(answer->get().status, 200);
  EXPECT_EQ(all_told(), (std::vector<std::string>{"b1", "a1", "a2"}));  // who asked least goes first
}

TEST_F(LanesTest, WorkInSlicesLetsOthersHaveTheirTurn) {
  LaneThreads lane(app, lanes, {Lane::heavy, 10, 1, 1, 0});
  auto held = hold(lane);
  auto one = ask(lane, kSlices, "a", "long"), other = ask(lane, kAnswers, "b", "short");
  go_on.set_value();
  EXPECT_EQ(one.get().status, 200);
  EXPECT_EQ(other.get().status, 200);
  const std::vector<std::string> order = all_told();
  ASSERT_EQ(order.size(), 4U);
  EXPECT_EQ(order.front(), "long");
  EXPECT_EQ(order.back(), "long");  // the short one did not wait for its end
}

TEST_F(LanesTest, WhatTakesLongIsMovedToTheHeavyLane) {
  EXPECT_EQ(ask(lanes.of(Lane::search), kMoves, "a", "moved").get().status, 200);
  EXPECT_EQ(all_told(), std::vector<std::string>{"moved heavy"});
  // The texts of one request are embedded there as well, in slices, and all of them.
  const Response texts = ask(lanes.of(Lane::search), kTexts, "a", std::string(200, 'x')).get();
  EXPECT_EQ(texts.body, std::to_string(app.model.info().dimension));
  EXPECT_EQ(all_told().back(), std::string(200, 'x') + " heavy");
  EXPECT_GT(app.texts.calls(), 3U);
}

TEST_F(LanesTest, WhatIsGoneIsNotBegun) {
  LaneThreads lane(app, lanes, {Lane::light, 10, 1, 1, 0});
  auto held = hold(lane);
  Task task{&kAnswers, {}, [](Response) { FAIL(); }};
  task.request.gone = std::make_shared<std::atomic<bool>>(true);
  ASSERT_TRUE(lane.submit(task));
  auto other = ask(lane, kAnswers, "b", "wanted");
  go_on.set_value();
  EXPECT_EQ(other.get().status, 200);
  EXPECT_EQ(all_told(), std::vector<std::string>{"wanted"});
  lane.end();
  EXPECT_EQ(ask(lane, kAnswers, "b", "late").get().status, 503);
}

}  // namespace
}  // namespace hearken::server
