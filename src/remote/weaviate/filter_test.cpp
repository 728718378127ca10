// Conditions as the engine has them pick the tracks that search::matches() picks.
#include "remote/weaviate/filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "remote/weaviate/object.h"
#include "search/index/test_fields.h"

namespace hearken::remote::weaviate {
namespace {

// What Weaviate says of an object: nothing holds of a property that is not there, a list is as good as its best member.
bool like(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') return like(pattern.substr(1), text) || (!text.empty() && like(pattern, text.substr(1)));
  return !text.empty() && (pattern.front() == '?' || pattern.front() == text.front()) &&
         like(pattern.substr(1), text.substr(1));
}

template <class T>
bool compares(Filter::Operator op, const T& have, const T& wanted) {
  switch (op) {
    case Filter::Operator::equal: return have == wanted;
    case Filter::Operator::not_equal: return have != wanted;
    case Filter::Operator::less: return have < wanted;
    case Filter::Operator::at_most: return have <= wanted;
    case Filter::Operator::greater: return have > wanted;
    case Filter::Operator::at_least: return have >= wanted;
    default: ADD_FAILURE(); return false;
  }
}

bool holds(const Filter& filter, const std::vector<Property>& object) {
  const auto part = [&](const Filter& one) { return holds(one, object); };
  if (filter.op == Filter::Operator::all) return std::ranges::all_of(filter.parts, part);
  if (filter.op == Filter::Operator::any) return std::ranges::any_of(filter.parts, part);
  if (filter.op == Filter::Operator::negation) return !holds(filter.parts.at(0), object);
  const auto found = std::ranges::find(object, filter.property, &Property::name);
  if (found == object.end()) return false;
  if (const auto* number = std::get_if<double>(&found->value)) {
    if (filter.op == Filter::Operator::contains_any)
      return std::ranges::count(std::get<std::vector<double>>(filter.value), *number) > 0;
    return compares(filter.op, *number, std::get<double>(filter.value));
  }
  const auto* one = std::get_if<std::string>(&found->value);
  const std::vector<std::string> texts =
      one != nullptr ? std::vector{*one} : std::get<std::vector<std::string>>(found->value);
  const auto& wanted = std::get<std::string>(filter.value);
  return std::ranges::any_of(texts, [&](const std::string& text) {
    return filter.op == Filter::Operator::like ? like(wanted, text) : compares(filter.op, text, wanted);
  });
}

std::vector<RemoteTrack> toy_tracks() {
  std::vector<RemoteTrack> out(6);
  const char* titles[] = {"", "A*b", "Straße ", "a+b", "100% ?", "Käse\n@"};
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].mean = {1};
    out[i].path = "/music/" + std::to_string(i) + "?.ogg";
    out[i].title = titles[i];
    out[i].artist = i % 2 == 0 ? "" : "Ärger";
    out[i].duration_seconds = 60.5 * static_cast<double>(i);
    out[i].added_at = 1704067200 + 86400 * static_cast<std::int64_t>(i);  // from 2024-01-01 on
    if (i % 3 == 0) out[i].tempo = 80 + 10 * static_cast<double>(i);
    if (i % 3 == 1) out[i].loudness = -14.5, out[i].key = "A minor";
    if (i > 3) out[i].tags = {"Dog", "x*y"};
  }
  return out;
}

search::Space where_space() {
  search::Space space;
  space.fingerprint = "toy";
  space.dimension = 1;
  return space;
}

constexpr const char* kConditions[] = {"title = ''",
                                       "title is empty",
                                       "title is not empty",
                                       "title = 'a*B'",
                                       "title ~ '*'",
                                       "title ~ '?'",
                                       "title ~ '%'",
                                       "title ~ ''",
                                       "title = 'STRASSE '",
                                       "title = 'strasse'",
                                       "title ~ 'ss'",
                                       "title < 'a+b'",
                                       "title <= 'a+b'",
                                       "title > 'a*b'",
                                       "title >= 'b'",
                                       "title != 'a*b'",
                                       "title in ('a*b', 'a+b', '')",
                                       "title not in ('a*b')",
                                       "artist = 'ärger'",
                                       "artist is empty",
                                       "path ~ '3?'",
                                       "key = 'a MINOR'",
                                       "key != 'A minor'",
                                       "key is empty",
                                       "key is not empty",
                                       "not key = 'A minor'",
                                       "key < 'b'",
                                       "tempo < 100",
                                       "not tempo < 100",
                                       "tempo != 80",
                                       "tempo is empty",
                                       "tempo is not empty",
                                       "loudness = -14.5",
                                       "brightness is empty",
                                       "duration >= 121",
                                       "duration in (0, 60.5)",
                                       "duration != 60.5",
                                       "added = '2024-01-02'",
                                       "added != '2024-01-02'",
                                       "added < '2024-01-03'",
                                       "added <= '2024-01'",
                                       "added > '2024-01-03'",
                                       "added >= '2024-01-03'",
                                       "added in ('2024-01-01', '2024-01-05')",
                                       "tag = 'dog'",
                                       "tag != 'dog'",
                                       "tag ~ '*'",
                                       "tag is empty",
                                       "tag is not empty",
                                       "not (tag = 'dog' or tempo > 1)",
                                       "id > 5",
                                       "id = 1.5",
                                       "id != 1.5",
                                       "id < 4503599627370495.5",
                                       "tag in ('dog', 'cat') and (title ~ 'k' or duration > 250)"};

TEST(WeaviateFilter, PicksWhatConditionsPick) {
  const search::Space space = where_space();
  for (const char* condition : kConditions) {
    search::Scope scope;
    scope.selection.where = search::parse_where(condition);
    const std::optional<Filter> filter = filter_of(scope);
    ASSERT_TRUE(filter);
    for (const RemoteTrack& track : toy_tracks()) {
      const Object object = track_object(space, track);
      EXPECT_EQ(holds(*filter, object.properties),
                search::matches(*scope.selection.where,
                                search::test_fields(track, track.path, track.key.value_or(""), number_of(object.id))))
          << condition << " of " << track.path;
    }
  }
}

TEST(WeaviateFilter, FoldersAreWhole) {
  RemoteTrack track;
  track.path = "/music/a*b/c d.ogg";
  track.mean = {1};
  const Object object = track_object(where_space(), track);
  const auto below = [&](const char* folder) {
    search::Scope scope;
    scope.selection.under = folder;
    return holds(*filter_of(scope), object.properties);
  };
  for (const char* folder : {"/", "/music", "/music/a*b", "/music/a*b/c d.ogg"}) EXPECT_TRUE(below(folder)) << folder;
  for (const char* folder : {"/mus", "/music/a", "/music/aXb", "/music/a*", "/music/a*b/c", "/music/a*b/c d.ogg/e"})
    EXPECT_FALSE(below(folder)) << folder;
}

TEST(WeaviateFilter, WhatIsLeftOutAndFlagged) {
  const search::Space space = where_space();
  RemoteTrack track;
  track.path = "/a";
  track.starts_seconds = {0, 5};
  track.flags = {0, 4};
  track.vectors = {1, 1};
  const std::vector<Object> windows = window_objects(space, track);
  search::Scope scope;
  EXPECT_FALSE(filter_of(scope));
  scope.unflagged = true;
  EXPECT_TRUE(holds(*filter_of(scope), windows[0].properties));
  EXPECT_FALSE(holds(*filter_of(scope), windows[1].properties));
  scope.left_out = {1, number_of(track_id(space, track.content, track.path))};
  EXPECT_FALSE(holds(*filter_of(scope), windows[0].properties));
}

TEST(WeaviateFilter, WhatIsHeard) {
  const search::Space space = where_space();
  RemoteTrack track;
  track.path = "/a";
  track.starts_seconds = {0, 5, 10, 15};
  track.flags = {0, 8, 7, 12};
  track.vectors = {1, 1, 1, 1};
  const std::vector<Object> windows = window_objects(space, track);
  search::Scope elsewhere;
  elsewhere.selection.under = "/b";
  for (std::size_t w = 0; w < windows.size(); ++w) {
    EXPECT_EQ(holds(heard({}), windows[w].properties), w % 2 == 0) << w;
    EXPECT_FALSE(holds(heard(filter_of(elsewhere)), windows[w].properties)) << w;
  }
}

}  // namespace
}  // namespace hearken::remote::weaviate
