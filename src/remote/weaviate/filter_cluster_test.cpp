// Conditions as the engine understands them, beyond those of the contract: on a real cluster, against
// search::matches().
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "remote/weaviate/filter.h"
#include "remote/weaviate/object.h"
#include "remote/weaviate/test_cluster.h"
#include "search/index/test_fields.h"

namespace hearken::remote::weaviate {
namespace {

using search::Scope;
using search::ToyTrack;

// Names that would trip a careless condition.
std::vector<ToyTrack> odd_tracks() {
  std::mt19937 random(3);
  std::vector<ToyTrack> all;
  const auto add = [&](const std::string& path) -> ToyTrack& {
    return all.emplace_back(search::toy_track(path, random, 1, all.size()));
  };
  int number = 0;
  for (const char* title :
       {"=",   "a=b", "+",    "@",    "*",        "?",         "a*b",  "a+b",        "a?b",  "a@b", "a,b", " ",
        " a ", "\n",  "a\nb", "\x01", "\x02",     "\x03",      "\xFF", "\xFFz",      "80",   "\\",  "\\*", "a\\",
        ".*",  "^a$", "the",  "of",   "\xC2\xA0", "\xC2\x85x", "%41",  "\U0010FFFF", "null", "true"}) {
    ToyTrack& track = add("/odd/" + std::to_string(number++));
    track.title = title;
    track.tags = {title, "all"};
  }
  add("/odd/long").title = std::string(20'000, 'x') + "Needle" + std::string(20'000, 'y');
  add("/odd/as long").title = std::string(20'000, 'x') + "needles" + std::string(20'000, 'y');
  add("/odd/minus").brightness = -0.0;
  add("/odd/small").brightness = 5e-324;
  ToyTrack& large = add("/odd/large");
  large.brightness = 1.7e308, large.loudness = -1.7e308, large.tempo = 1e-300;
  add("/odd/empty tag").tags = {""};
  add("/odd/" + std::string("\xFE\n*?%")).artist = "bytes";
  add("/odd/\xFE").artist = "byte";
  add("/odds").artist = "not below odd";
  return all;
}

std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::vector<std::string> odd_conditions(const std::vector<ToyTrack>& tracks, std::int64_t an_id) {
  std::vector<std::string> conditions;
  for (const ToyTrack& track : tracks) {
    if (track.title.size() > 1000) continue;
    for (const char* relation : {"=", "!=", "<", "<=", ">", ">=", "~"})
      for (const char* column : {"title", "tag"})
        conditions.push_back(std::string(column) + " " + relation + " " + in_quotes(track.title));
  }
  for (const std::string& text : {tracks[34].title, std::string(8'000, 'x') + "needle" + std::string(8'000, 'y'),
                                  std::string(8'000, 'x') + "needles", std::string(16'000, 'z')}) {
    if (text.size() < 16'300) {
      conditions.push_back("title ~ " + in_quotes(text));
      conditions.push_back("not title ~ " + in_quotes(text));
      conditions.push_back("title > " + in_quotes(text));
    }
  }
  for (const char* relation : {"=", "!=", "<", "<=", ">", ">="}) {
    for (const char* number : {"0", "-0", "5e-324", "1.7e308", "-1.7e308", "1e-300"})
      for (const char* column : {"brightness", "loudness", "tempo"})
        conditions.push_back(std::string(column) + " " + relation + " " + number);
    for (const std::string& number :
         {std::to_string(an_id), std::to_string(an_id) + ".5", std::string("-1"), std::string("0.5"),
          std::string("1e300"), std::string("-1e300"), std::string("9007199254740992")})
      conditions.push_back("id " + std::string(relation) + " " + number);
  }
  for (const char* condition :
       {"tag is empty", "tag is not empty", "not (tag = '' or tag is empty)", "path ~ '\xFE'", "path ~ '*?'",
        "not (brightness < 100)", "not (brightness >= 0)", "brightness is empty or brightness = 0"})
    conditions.emplace_back(condition);
  return conditions;
}

TEST(WeaviateClusterFilter, PicksWhatMatches) {
  if (const std::string reason = why_no_cluster(); !reason.empty()) GTEST_SKIP() << reason;
  const std::vector<ToyTrack> tracks = odd_tracks();
  const ToySpace space(tracks);
  std::map<std::int64_t, std::string> paths;
  std::map<std::int64_t, search::TrackFields> fields;
  for (const ToyTrack& track : tracks) {
    const std::int64_t id = number_of(track_id(toy_space(), track.content, track.path.native()));
    paths[id] = track.path.native();
    fields[id] = search::test_fields(track, track.path.native(), track.key, id);
  }
  std::vector<std::string> conditions = odd_conditions(tracks, fields.begin()->first);
  std::vector<Scope> scopes;
  std::vector<Search> searches;
  for (const std::string& condition : conditions) scopes.push_back({{{}, search::parse_where(condition)}, {}, false});
  for (const std::string under : {"/odd", "/odd/1", "/", "/od", "/odd/\xFE", "/odd/\xFE\n*?%", "/odd/*", "/o?d"}) {
    conditions.push_back("under " + under);
    scopes.push_back({{under, std::nullopt}, {}, false});
  }
  for (const Scope& scope : scopes) {
    for (const std::string* collection : {&space.collections().tracks, &space.collections().windows}) {
      Search& search = searches.emplace_back();
      search.collection = *collection;
      search.filter = filter_of(scope);
      search.limit = 500;
      search.properties = {"number"};
    }
  }
  const auto found = space.client()->search(searches);
  for (std::size_t i = 0; i < searches.size(); ++i) {
    const Scope& scope = scopes[i / 2];
    std::set<std::string> picked, expected;
    for (const Found& object : found[i])
      picked.insert(paths.at(static_cast<std::int64_t>(std::get<double>(*object.property("number")))));
    for (const auto& [id, path] : paths) {
      const std::string& under = scope.selection.under.native();
      const bool below = under.empty() || under == "/" || path == under || path.starts_with(under + "/");
      if (below && (!scope.selection.where || search::matches(*scope.selection.where, fields.at(id))))
        expected.insert(path);
    }
    EXPECT_EQ(picked, expected) << conditions[i / 2].substr(0, 100) << " in " << searches[i].collection;
  }
}

}  // namespace
}  // namespace hearken::remote::weaviate
