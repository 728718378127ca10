// Ids, what is kept of a track, and texts that only the engine compares.
#include "remote/weaviate/object.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/text.h"
#include "hearken/error.h"
#include "text/tokenizer/code_points.h"
#include "text/tokenizer/fold.h"

namespace hearken::remote::weaviate {
namespace {

using std::string_literals::operator""s;

search::Space space() {
  search::Space out;
  out.name = "toy";
  out.fingerprint = "0123456789abcdef";
  out.dimension = 4;
  out.windowing = {10, 5};
  return out;
}

RemoteTrack track() {
  RemoteTrack out;
  out.path = "/music/100% *live*?/\xFF\xC3(/\n\x01 %41 =Ünï .flac";
  for (std::size_t i = 0; i < out.content.size(); ++i) out.content[i] = static_cast<std::uint8_t>(17 * i);
  out.size = 123'456'789'012;
  out.mtime_ns = 1'700'000'000'123'456'789;
  out.title = "So \xC3 What? *";
  out.artist = " Miles ";
  out.album = "100%";
  out.genre = "";
  out.duration_seconds = 562.125;
  out.added_at = 1'709'208'000;
  out.measured = true;
  out.loudness = -14.25;
  out.brightness = 0;
  out.key = "D minor";
  out.tags = {"calm", "a*\xFE", ""};
  out.starts_seconds = {0, 5, 10};
  out.vectors = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0.6F, 0.8F};
  out.flags = {0, 3, 0};
  out.mean = {1 / 3.0F, 1 / 3.0F, 0.2F, 0.8F / 3};
  return out;
}

Found found(const Object& object) { return {object.id, 0, object.properties, object.vectors}; }

const Value* property(const Object& object, std::string_view name) {
  const auto at = std::ranges::find(object.properties, name, &Property::name);
  return at == object.properties.end() ? nullptr : &at->value;
}

TEST(WeaviateObject, IdsAreMadeOfWhatObjectsAre) {
  const RemoteTrack one = track();
  const Uuid id = track_id(space(), one.content, one.path);
  EXPECT_EQ(id, track_id(space(), one.content, one.path));
  std::set<Uuid> all{id};
  EXPECT_TRUE(all.insert(track_id(space(), one.content, one.path.native() + "2")).second);
  Digest other = one.content;
  other[15] ^= 1;
  EXPECT_TRUE(all.insert(track_id(space(), other, one.path)).second);
  search::Space elsewhere = space();
  elsewhere.windowing.hop_seconds = 10;
  EXPECT_TRUE(all.insert(track_id(elsewhere, one.content, one.path)).second);
  elsewhere = space();
  elsewhere.fingerprint = "f";
  EXPECT_TRUE(all.insert(track_id(elsewhere, one.content, one.path)).second);
  for (const double start : {0.0, 5.0, 5.000000001, 1e9}) EXPECT_TRUE(all.insert(window_id(id, start)).second);
  for (const Uuid& any : all) {
    EXPECT_EQ(any[6] >> 4, 8);
    EXPECT_EQ(any[8] >> 6, 2);
  }
  EXPECT_EQ(to_string(id)[14], '8');
}

TEST(WeaviateObject, NumbersAreTheFirst52BitsOfAnIdButItsVersion) {
  Uuid id{};
  EXPECT_EQ(number_of(id), 0);
  id = {0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0x8D, 0xEF};
  EXPECT_EQ(number_of(id), 0x123456789ABCD);
  id.fill(0xFF);
  EXPECT_EQ(number_of(id), (std::int64_t{1} << 52) - 1);
}

TEST(WeaviateObject, ATrackIsReadBackAsItWasWritten) {
  const RemoteTrack one = track();
  const Object object = track_object(space(), one);
  EXPECT_EQ(object.id, track_id(space(), one.content, one.path));
  EXPECT_EQ(*property(object, "number"), Value(static_cast<double>(number_of(object.id))));
  EXPECT_EQ(*property(object, "state"), Value(state_of(one)));
  EXPECT_EQ(*property(object, "windows"), Value(3.0));
  EXPECT_EQ(property(object, "tempo"), nullptr);
  ASSERT_EQ(object.vectors.size(), 2U);
  EXPECT_EQ(object.vectors[0].name, "mean");
  EXPECT_EQ(object.vectors[0].values, one.mean);
  double square = 0;
  for (const float x : object.vectors[1].values) square += static_cast<double>(x) * static_cast<double>(x);
  EXPECT_NEAR(square, 1, 1e-6);
  EXPECT_EQ(object.vectors[1].name, "direction");

  const RemoteTrack back = track_of(found(object));
  EXPECT_EQ(back.path, one.path);
  EXPECT_EQ(back.content, one.content);
  EXPECT_EQ(back.size, one.size);
  EXPECT_EQ(back.mtime_ns, one.mtime_ns);
  EXPECT_EQ(back.title, one.title);
  EXPECT_EQ(back.artist, one.artist);
  EXPECT_EQ(back.album, one.album);
  EXPECT_EQ(back.genre, one.genre);
  EXPECT_EQ(back.duration_seconds, one.duration_seconds);
  EXPECT_EQ(back.added_at, one.added_at);
  EXPECT_EQ(back.measured, one.measured);
  EXPECT_EQ(back.loudness, one.loudness);
  EXPECT_EQ(back.tempo, one.tempo);
  EXPECT_EQ(back.brightness, one.brightness);
  EXPECT_EQ(back.key, one.key);
  EXPECT_EQ(back.tags, one.tags);
  for (const Property& each : object.properties) {
    const bool needed = std::ranges::find(track_properties(), each.name) != track_properties().end();
    const bool compared =
        std::set<std::string>{"path", "title", "artist", "album", "genre", "key", "tags", "state"}.contains(each.name);
    EXPECT_NE(needed, compared) << each.name;
  }
}

TEST(WeaviateObject, WindowsCarryTheirTracksColumns) {
  const RemoteTrack one = track();
  const std::vector<Object> windows = window_objects(space(), one);
  const Object whole_track = track_object(space(), one);
  ASSERT_EQ(windows.size(), 3U);
  for (std::size_t w = 0; w < windows.size(); ++w) {
    EXPECT_EQ(windows[w].id, window_id(whole_track.id, one.starts_seconds[w]));
    EXPECT_EQ(*property(windows[w], "start"), Value(one.starts_seconds[w]));
    EXPECT_EQ(*property(windows[w], "flags"), Value(static_cast<double>(one.flags[w])));
    for (const char* name : {"path", "title", "tags", "key", "loudness", "added", "number", "under"})
      EXPECT_EQ(*property(windows[w], name), *property(whole_track, name)) << name;
    ASSERT_EQ(windows[w].vectors.size(), 1U);
    EXPECT_TRUE(windows[w].vectors[0].name.empty());
    EXPECT_TRUE(std::equal(windows[w].vectors[0].values.begin(), windows[w].vectors[0].values.end(),
                           one.vectors.begin() + static_cast<std::ptrdiff_t>(4 * w)));
  }
  RemoteTrack unflagged = one;
  unflagged.flags.clear();
  EXPECT_EQ(*property(window_objects(space(), unflagged)[1], "flags"), Value(0.0));
}

TEST(WeaviateObject, TheStateSaysWhetherATrackChanged) {
  const RemoteTrack one = track();
  std::set<std::string> states{state_of(one)};
  const auto changed = [&](auto change) {
    RemoteTrack other = one;
    change(other);
    EXPECT_TRUE(states.insert(state_of(other)).second) << states.size();
  };
  changed([](RemoteTrack& t) { t.path += "x"; });
  changed([](RemoteTrack& t) { t.content[3] ^= 1; });
  changed([](RemoteTrack& t) { t.size += 1; });
  changed([](RemoteTrack& t) { t.mtime_ns += 1; });
  changed([](RemoteTrack& t) { std::swap(t.title, t.artist); });
  changed([](RemoteTrack& t) { t.album += t.genre + "x"; });
  changed([](RemoteTrack& t) { t.genre = "x"; });
  changed([](RemoteTrack& t) { t.duration_seconds = std::nextafter(t.duration_seconds, 0); });
  changed([](RemoteTrack& t) { t.measured = false; });
  changed([](RemoteTrack& t) { t.loudness.reset(); });
  changed([](RemoteTrack& t) { t.tempo = 0; });
  changed([](RemoteTrack& t) { t.brightness.reset(); });
  changed([](RemoteTrack& t) { t.key.reset(); });
  changed([](RemoteTrack& t) { t.key = ""; });
  changed([](RemoteTrack& t) { t.tags.pop_back(); });
  changed([](RemoteTrack& t) { t.tags = {"calma*\xFE", ""}; });
  changed([](RemoteTrack& t) { t.flags[0] = 1; });
  changed([](RemoteTrack& t) { t.starts_seconds.pop_back(); });
  RemoteTrack same = one;
  same.added_at += 1;
  same.vectors[0] = 0.5F;
  EXPECT_EQ(state_of(same), state_of(one));
}

TEST(WeaviateObject, WhatItDidNotWriteIsCorrupt) {
  const Object object = track_object(space(), track());
  const auto expect_corrupt = [&](std::string_view name, const Value* value, std::string_view reason) {
    Found changed = found(object);
    const auto at = std::ranges::find(changed.properties, name, &Property::name);
    ASSERT_NE(at, changed.properties.end());
    if (value != nullptr)
      at->value = *value;
    else
      changed.properties.erase(at);
    try {
      track_of(changed);
      FAIL() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::corrupt);
      EXPECT_NE(std::string(error.what()).find(to_string(object.id)), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find(reason), std::string::npos) << error.what();
    }
  };
  const Value text = "abc"s, twelve = 12.0, negative = -1.0, large = 1e300,
              nan = std::numeric_limits<double>::quiet_NaN();
  for (const char* name : {"size", "added"})
    for (const Value* value : {static_cast<const Value*>(nullptr), &text, &negative, &large, &nan})
      expect_corrupt(name, value, "has no "s + name);
  const Value no_hex = std::string(32, 'g');
  for (const Value* value : {static_cast<const Value*>(nullptr), &text, &twelve, &no_hex})
    expect_corrupt("content", value, "has no content hash");
  for (const Value* value : {static_cast<const Value*>(nullptr), &text, &twelve})
    expect_corrupt("under", value, "has no path");
}

const std::vector<std::string>& odd_texts() {
  static const std::vector<std::string> texts = [] {
    std::vector<std::string> out{"",           " ",          "a",          "a ",
                                 " a",         "A",          "ab",         "b",
                                 "*",          "**",         "?",          "a*b",
                                 "a?b",        "a+b",        "a,b",        "a)b",
                                 "a@b",        "aAb",        "a>b",        "%",
                                 "%2A",        "=",          "=a",         "a=",
                                 "+",          "+\x01",      "@",          "\x01",
                                 "\x02",       "\x03",       "\n",         "\r\n",
                                 "\t",         "a\nb",       "\x1F",       " \x01",
                                 "Ünï",        "ünÏ",        "ČEŠTINA",    "čeština",
                                 "Straße",     "STRASSE",    "日本",       "本",
                                 "\xC3",       "\xC3(",      "\xFF",       "\xFFz",
                                 "\x80",       "80",         "FF",         "\xEF\xBF\xBD",
                                 "\U0010FFFF", "\U0010FF7F", "\\",         "\\*",
                                 "[a]",        "{",          "it's \"q\"", "\x7F",
                                 "\xC2\x85",   "\xC2\xA0"};
    out.push_back("a\0b"s);
    out.push_back("\0"s);
    out.push_back("\0\x18"s);
    return out;
  }();
  return texts;
}

TEST(WeaviateObject, EscapedTextIsReadBackAndHasNoWildcards) {
  for (const std::string& text : odd_texts()) {
    const std::string kept = escaped(text);
    EXPECT_EQ(unescaped(kept), text) << kept;
    EXPECT_EQ(kept.find_first_of("*?\n"), std::string::npos) << kept;
    EXPECT_TRUE(is_utf8(kept)) << kept;
  }
  EXPECT_EQ(escaped("100% *\n\xFF?"), "100%25 %2A%0A%FF%3F");
  EXPECT_EQ(unescaped("%"), "%");
  EXPECT_EQ(unescaped("%4"), "%4");
  EXPECT_EQ(unescaped("%4G%zz"), "%4G%zz");
}

TEST(WeaviateObject, OrderedTextsCompareAsFoldedBytes) {
  for (const std::string& a : odd_texts()) {
    const std::string folded = text::fold_case(a), ordered_a = ordered(a);
    EXPECT_TRUE(is_utf8(ordered_a)) << a;
    EXPECT_EQ(ordered_a.find_first_of("*?\n\r\t\x03"), std::string::npos) << a;
    EXPECT_NE(whole(ordered_a).find_first_not_of(' '), std::string::npos);
    EXPECT_NE(whole(ordered_a).back(), ' ');
    for (const std::string& b : odd_texts()) {
      const std::string folded_b = text::fold_case(b);
      EXPECT_EQ(whole(ordered_a) == whole(ordered(b)), folded == folded_b) << a << " / " << b;
      // A part of a character is none.
      const bool part = folded.find(folded_b) != std::string::npos && (is_utf8(b) || !is_utf8(a));
      EXPECT_EQ(whole(ordered_a).find(ordered(b)) != std::string::npos, part) << a << " / " << b;
      if (escaped(a).find("%") == std::string::npos && escaped(b).find("%") == std::string::npos) {
        EXPECT_EQ(whole(ordered_a) < whole(ordered(b)), folded < folded_b) << a << " / " << b;
      }
    }
  }
  // The order of those with a wildcard or a control character, too.
  for (const std::string_view low :
       {"a)b", "a*b", "a+b", "a,b", "a?b", "a@b", "aab", "a*", "a", "a\x1F", "a\x01", "a "})
    for (const std::string_view high :
         {"a)b", "a*b", "a+b", "a,b", "a?b", "a@b", "aab", "a*", "a", "a\x1F", "a\x01", "a "})
      EXPECT_EQ(whole(ordered(low)) < whole(ordered(high)), low < high) << low << " / " << high;
}

}  // namespace
}  // namespace hearken::remote::weaviate
