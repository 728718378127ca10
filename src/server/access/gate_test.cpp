// Secrets by each way in, rights, and guesses.
#include "server/access/gate.h"

#include <gtest/gtest.h>

#include "core/testing/temp_folder.h"
#include "library/test_support.h"
#include "server/access/secret.h"
#include "server/http/errors.h"

namespace hearken::server {
namespace {

Request with(Fields headers, Fields query = {}, std::string path = "/api/v1/info") {
  Request out;
  out.path = std::move(path);
  out.headers = std::move(headers);
  out.query = std::move(query);
  out.client = "10.0.0.1";
  return out;
}

Request bearer(const std::string& token) { return with({{"authorization", "Bearer " + token}}); }
Request cookie(const std::string& value) { return with({{"cookie", "a=b; hearken_session=" + value + "; c=d"}}); }
Request login(Fields query) { return with({}, std::move(query), "/rest/ping"); }

// The status that a request gets; 200 when it is let in.
int status(Gate& gate, const Request& request, Right right = Right::read) {
  try {
    gate.admit(request, right);
    return 200;
  } catch (const HttpError& error) {
    return error.problem().status;
  }
}

class GateTest : public testing::Test {
 protected:
  Gate with_token() { return Gate("anna", "sesame", folder_ / "l.db"); }
  TempFolder folder_;
};

TEST_F(GateTest, NobodyIsAskedWithoutTokens) {
  Gate gate("anna", "", folder_ / "l.db");
  EXPECT_FALSE(gate.asks());
  EXPECT_EQ(gate.admit(with({}), Right::admin).right, Right::admin);
  EXPECT_EQ(gate.log_in(with({}), "whatever"), "");
}

TEST_F(GateTest, ByHeader) {
  Gate gate = with_token();
  EXPECT_EQ(gate.admit(bearer("sesame"), Right::admin).right, Right::admin);
  EXPECT_EQ(status(gate, with({{"authorization", "bearer sesame"}})), 200);
  EXPECT_EQ(status(gate, with({})), 401);
  for (const char* wrong : {"sesame", "Bearer", "Bearer sesam", "Basic sesame"}) {
    Gate fresh = with_token();
    EXPECT_EQ(status(fresh, with({{"authorization", wrong}})), 401) << wrong;
  }
  EXPECT_EQ(status(gate, with({}), Right::none), 200);
}

TEST_F(GateTest, ByCookieUntilItLogsOut) {
  Gate gate = with_token();
  const std::string one = gate.log_in(with({}), "sesame"), other = gate.log_in(with({}), "sesame");
  EXPECT_NE(one, other);
  EXPECT_EQ(status(gate, cookie(one)), 200);
  EXPECT_EQ(gate.admit(cookie(other), Right::read).session, 2);
  gate.log_out(cookie(one));
  EXPECT_EQ(status(gate, cookie(one)), 401);
  EXPECT_EQ(status(gate, cookie(other)), 200);
  EXPECT_TRUE(gate.sessions().end(2));
  EXPECT_EQ(status(gate, cookie(other)), 401);
  EXPECT_EQ(status(gate, cookie("sesame")), 401);
  EXPECT_EQ(status(gate, with({{"cookie", "xhearken_session=" + other}})), 401);
}

TEST_F(GateTest, SubsonicLogsInAsItsPagesShow) {
  // The example of the API's description: password sesame, salt c19b2d.
  const std::string salted = "26719a1196d2a940705a59634eb18eab";
  Gate gate = with_token();
  EXPECT_EQ(status(gate, login({{"u", "anna"}, {"t", salted}, {"s", "c19b2d"}})), 200);
  EXPECT_EQ(status(gate, login({{"u", "anna"}, {"p", "enc:736573616d65"}})), 200);
  EXPECT_EQ(status(gate, login({{"u", "anna"}, {"p", "sesame"}})), 200);
  EXPECT_EQ(status(gate, login({})), 401);
  const std::vector<Fields> wrong = {{{"u", "anna"}, {"t", salted}, {"s", "c19b2e"}},
                                     {{"u", "bob"}, {"p", "sesame"}},
                                     {{"u", "anna"}, {"p", ""}},
                                     {{"u", "bob"}, {"p", ""}},
                                     {{"u", "anna"}, {"p", "enc:zz"}},
                                     {{"u", "anna"}, {"t", ""}, {"s", ""}},
                                     {{"u", "bob"}, {"t", ""}, {"s", "c19b2d"}},
                                     {{"u", "anna"}, {"t", md5_of("sesame")}, {"s", ""}}};
  for (const Fields& fields : wrong) {
    Gate fresh = with_token();
    EXPECT_EQ(status(fresh, login(fields)), 401);
  }
}

TEST_F(GateTest, EachRightIncludesTheLowerOnes) {
  const std::filesystem::path library = folder_ / "l.db";
  const std::string reads = add_token(library, "reads", Right::read), rates = add_token(library, "rates", Right::rate),
                    all = add_token(library, "all", Right::admin);
  Gate gate("anna", "", library);
  EXPECT_TRUE(gate.asks());
  const std::vector<std::pair<std::string, std::vector<int>>> expected = {
      {reads, {200, 200, 403, 403}}, {rates, {200, 200, 200, 403}}, {all, {200, 200, 200, 200}}};
  for (const auto& [secret, statuses] : expected)
    for (std::size_t right = 0; right < statuses.size(); ++right) {
      EXPECT_EQ(status(gate, bearer(secret), static_cast<Right>(right)), statuses[right]);
      EXPECT_EQ(status(gate, cookie(gate.log_in(with({}), secret)), static_cast<Right>(right)), statuses[right]);
    }
  EXPECT_EQ(gate.admit(bearer(rates), Right::read).name, "rates");
  EXPECT_EQ(status(gate, login({{"u", "rates"}, {"p", rates}}), Right::rate), 200);
  EXPECT_EQ(status(gate, login({{"u", "reads"}, {"p", rates}})), 401);
  EXPECT_EQ(status(gate, login({{"u", "rates"}, {"t", md5_of(rates + "c19b2d")}, {"s", "c19b2d"}})), 401);
}

TEST_F(GateTest, RevokedTokensEndAtOnceWithTheirSessions) {
  const std::filesystem::path library = folder_ / "l.db";
  Gate gate("anna", "", library);
  EXPECT_FALSE(gate.asks());
  const std::string first = add_token(library, "eve", Right::read);
  EXPECT_TRUE(gate.asks());
  EXPECT_EQ(status(gate, with({})), 401);
  const std::string session = gate.log_in(with({}), first);
  EXPECT_EQ(status(gate, cookie(session)), 200);
  revoke_token(library, "eve");
  EXPECT_EQ(status(gate, bearer(first)), 401);
  EXPECT_EQ(status(gate, cookie(session)), 401);
  EXPECT_EQ(status(gate, bearer("")), 401);
  add_token(library, "eve", Right::read);
  EXPECT_EQ(status(gate, cookie(session)), 401);
  std::filesystem::remove(token_file(library));
  EXPECT_EQ(status(gate, with({})), 401);  // it never becomes an open server
}

TEST_F(GateTest, OneCountForAllWaysIn) {
  add_token(folder_ / "l.db", "bob", Right::read);
  Gate gate = with_token();
  int looked_at = 0;
  const auto guess = [&](int i) -> int {
    const std::string wrong = "guess " + std::to_string(i);
    switch (i % 5) {
      case 0: return status(gate, bearer(wrong));
      case 1: return status(gate, cookie(wrong));
      case 2: return status(gate, login({{"u", "anna"}, {"p", wrong}}));
      case 3: return status(gate, login({{"u", "anna"}, {"t", md5_of(wrong)}, {"s", "c19b2d"}}));
      default: break;
    }
    try {
      gate.log_in(with({}), wrong);
    } catch (const HttpError& error) {
      return error.problem().status;
    }
    return 200;
  };
  for (int i = 0; i < 1000; ++i) {
    const int what = guess(i);
    EXPECT_TRUE(what == 401 || what == 403 || what == 429) << what;
    looked_at += what == 429 ? 0 : 1;
  }
  EXPECT_LE(looked_at, 3 * Backoff::kFree);
  // What a person has thought up is not looked at meanwhile; what nobody can guess is.
  EXPECT_EQ(status(gate, bearer("sesame")), 429);
  EXPECT_EQ(status(gate, login({{"u", "anna"}, {"p", "sesame"}})), 429);
  const std::string own = add_token(folder_ / "l.db", "cleo", Right::read);
  EXPECT_EQ(status(gate, bearer(own)), 200);
  Request elsewhere = bearer("sesame");
  elsewhere.client = "10.0.0.2";
  EXPECT_EQ(status(gate, elsewhere), 200);
}

TEST_F(GateTest, FilesThatAreNone) {
  const std::filesystem::path library = folder_ / "l.db";
  for (const char* text : {"", "{}", "[]", R"({"tokens": [{}]})",
                           R"({"tokens": [{"name": "a", "right": "none", "sha256": "", "added_at": 0}]})"}) {
    library::write_text(token_file(library), text);
    EXPECT_THROW(Gate("anna", "sesame", library), Error) << text;
  }
  library::write_text(token_file(library), R"({"tokens": []})");
  EXPECT_THROW(Gate("anna", "", library), Error);
  EXPECT_NO_THROW(Gate("anna", "sesame", library));
  add_token(library, "anna", Right::read);
  EXPECT_THROW(Gate("anna", "sesame", library), Error);
  for (const char* name : {"", "a b", "../x", "a/b", "\xff", "x\n"})
    EXPECT_THROW(add_token(library, name, Right::read), Error);
  EXPECT_THROW(add_token(library, "anna", Right::read), Error);
  EXPECT_THROW(revoke_token(library, "nobody"), Error);
}

}  // namespace
}  // namespace hearken::server
