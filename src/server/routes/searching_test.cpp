// A server that searches an engine instead of a library: what works, and what says that there is no library.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hearken/index.h"
#include "library/test_support.h"
#include "search/index/local_index.h"
#include "server/app.h"
#include "server/http/errors.h"
#include "server/http/json.h"
#include "server/http/router.h"

namespace hearken::server {
namespace {

namespace fs = std::filesystem;

// Three sounds in a library that the server itself knows nothing of: it is handed the index. One thread asks.
class SearchingTest : public ::testing::Test {
 protected:
  SearchingTest() {
    const fs::path golden = fs::path(HEARKEN_SOURCE_DIR) / "tests/golden", sounds = dir / "sounds";
    fs::create_directories(sounds);
    for (const char* name : {"dog.flac", "rain.flac", "music.flac"}) fs::copy(golden / name, sounds / name);
    const std::vector<fs::path> paths{sounds};
    hearken::index(library, model, paths, {});
    space = search::spaces(library).at(0);
    engine.emplace(library, space);
    app.emplace(ServeOptions{}, model, std::make_shared<const search::LocalIndex>(library, space, *engine));
    worker.emplace(*app, Lane::heavy);
  }

  Response response(const std::string& method, const std::string& path, const Fields& query = {},
                    const json& body = {}) {
    const Matched matched = match_route(method, path);
    Request request;
    request.method = method;
    request.path = path;
    request.query = query;
    request.parameters = matched.parameters;
    if (!body.is_null()) request.body = body.dump();
    const Work work = begun(*matched.route, *worker, request);
    const std::vector<float> vectors = app->texts.of(work.texts);
    for (;;)
      if (std::optional<Response> response = work.finish(vectors)) return std::move(*response);
  }
  json answer(const std::string& method, const std::string& path, const Fields& query = {}, const json& body = {}) {
    return json::parse(response(method, path, query, body).body);
  }
  // An empty one where the answer was given.
  Problem refusal(const std::string& method, const std::string& path, const json& body = {}) {
    try {
      response(method, path, {}, body);
    } catch (const HttpError& error) {
      return error.problem();
    }
    return {};
  }

  TempFolder dir;
  const Model model = Model::load((fs::path(HEARKEN_SOURCE_DIR) / "models/starter").native(), Precision::fp32);
  Library library = Library::open(dir / "l.db", OpenMode::create);
  search::Space space;
  std::optional<search::ExactScan> engine;
  std::optional<App> app;
  std::optional<Worker> worker;
};

TEST_F(SearchingTest, WhatNeedsAnIndexOnlyWorks) {
  const json words = answer("GET", "/api/v1/search", {{"q", "a dog barking"}, {"rank", "best"}});
  ASSERT_EQ(words["results"].size(), 3U);
  EXPECT_EQ(words["searched"], 3);
  EXPECT_EQ(words["ratings"], 0);
  const json card = words["results"][0]["track"];
  EXPECT_EQ(card["path"], "dog.flac");  // never the folder
  EXPECT_EQ(card["type"], "audio/flac");
  EXPECT_EQ(card["source"], nullptr);
  EXPECT_EQ(card["tags"], json::array());
  const std::string track = "/api/v1/tracks/" + std::to_string(card["id"].get<std::int64_t>());

  const json one = answer("GET", track);
  EXPECT_EQ(one["title"], card["title"]);
  EXPECT_EQ(one["features"].size(), 4U);  // this index has them
  EXPECT_GT(one["windows"], 0);
  EXPECT_EQ(answer("GET", track + "/similar")["results"].size(), 2U);
  EXPECT_EQ(answer("GET", "/api/v1/search", {{"q", "rain"}, {"where", "path ~ 'music'"}})["results"].size(), 1U);
  EXPECT_EQ(
      answer("POST", "/api/v1/search", {}, {{"items", {{{"text", "rain"}}, {{"track", card["id"]}}}}})["searched"], 3);
  const json like = answer("POST", "/api/v1/like", {}, {{"items", {{{"track", card["id"]}}}}, {"where", "id > 0"}});
  EXPECT_EQ(like["results"].size(), 2U);
  EXPECT_EQ(like["searched"], 3);
  EXPECT_EQ(answer("GET", "/api/v1/wordings", {{"q", "piano"}})["wordings"].size(), 6U);

  const json embedded = answer("POST", "/api/v1/embed", {}, {{"tracks", {card["id"]}}, {"texts", {"rain"}}});
  for (const char* of : {"windows", "tracks"}) {
    const json found =
        answer("POST", "/api/v1/vectors/search", {}, {{"vectors", {embedded["sounds"][0]["vector"]}}, {"of", of}});
    EXPECT_EQ(found["results"][0][0]["track"]["id"], card["id"]);
  }
  const json sounds = {card["id"], 999};
  for (const auto& [route, more] : {std::pair<const char*, json>{"classify", {{"set", "esc50"}}},
                                    {"caption", json::object()},
                                    {"score", {{"texts", {"rain"}}}}}) {
    SCOPED_TRACE(route);
    json body = more;
    body["tracks"] = sounds;
    const json said = answer("POST", std::string("/api/v1/") + route, {}, body);
    ASSERT_EQ(said["results"].size(), 1U);
    EXPECT_EQ(said["results"][0]["track"], card);
    ASSERT_EQ(said["skipped"].size(), 1U);
    EXPECT_EQ(said["skipped"][0]["track"], 999);
    EXPECT_EQ(said["skipped"][0]["code"], "not_found");
  }
  EXPECT_EQ(answer("POST", "/v1/embeddings", {}, {{"model", "hearken"}, {"input", "rain"}})["data"].size(), 1U);
  EXPECT_EQ(response("GET", "/health").status, 200);
  EXPECT_EQ(response("GET", "/ready").status, 200);
  EXPECT_EQ(response("GET", "/openapi.json").status, 200);
  EXPECT_NE(response("GET", "/metrics").body.find("hearken_uploads"), std::string::npos);
  const json info = answer("GET", "/api/v1/info");
  EXPECT_EQ(info["library"]["tracks"], 3);
  EXPECT_EQ(info["model"], model.info().name);
  EXPECT_EQ(info["can"], json::array());
}

TEST_F(SearchingTest, AnUploadIsClassifiedAndCaptioned) {
  Upload upload;
  upload.name = "dog";
  upload.windowing = space.windowing;
  upload.file = std::make_shared<UnnamedFile>("keep an upload");
  upload.embedding = embed_file(model, dir / "sounds/dog.flac", space.windowing);
  const std::string id = app->uploads.keep(std::move(upload))->id;
  const json classified = answer("POST", "/api/v1/classify", {}, {{"uploads", {id}}, {"set", "esc50"}});
  EXPECT_EQ(classified["results"][0]["upload"], id);
  EXPECT_EQ(answer("POST", "/api/v1/caption", {}, {{"uploads", {id}}})["results"].size(), 1U);
  EXPECT_EQ(answer("POST", "/api/v1/score", {}, {{"uploads", {id}}, {"texts", {"rain"}}})["results"].size(), 1U);
  EXPECT_EQ(answer("POST", "/api/v1/like", {}, {{"items", {{{"upload", id}}}}})["results"][0]["track"]["path"],
            "dog.flac");
}

TEST_F(SearchingTest, TheRestSaysThatThereIsNoLibrary) {
  const auto expect_none = [&](const std::string& method, const std::string& path, const json& body = {}) {
    SCOPED_TRACE(method + " " + path);
    const Problem problem = refusal(method, path, body);
    EXPECT_EQ(problem.status, 501);
    EXPECT_EQ(problem.code, "not_implemented");
    EXPECT_EQ(problem.detail, "this server searches " + app->index->shown() + "; it holds no library of its own");
  };
  for (const char* path :
       {"/api/v1/tracks", "/api/v1/models", "/api/v1/sources", "/api/v1/facets", "/api/v1/map", "/api/v1/clusters",
        "/api/v1/ratings", "/api/v1/playlists", "/api/v1/jobs", "/api/v1/jobs/1", "/api/v1/tracks/1/audio",
        "/api/v1/tracks/1/peaks", "/api/v1/tracks/1/excerpt", "/api/v1/tracks/1/cover"})
    expect_none("GET", path);
  expect_none("PUT", "/api/v1/tracks/1/tags", {{"add", {"x"}}});
  expect_none("PUT", "/api/v1/tracks/1/rating", {{"rating", 1}});
  expect_none("POST", "/api/v1/jobs", {{"root", 1}});
  expect_none("POST", "/api/v1/playlists", {{"name", "x"}});
  expect_none("POST", "/api/v1/events", {{"track", 1}, {"set", "esc50"}});
}

}  // namespace
}  // namespace hearken::server
