// Playlists written and read again, whatever the files are called; lists that are none.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/paths.h"
#include "hearken/playlist.h"
#include "library/test_support.h"
#include "tasks/playlists/playlist_read.h"
#include "tasks/playlists/uri.h"

namespace hearken::tasks {
namespace {

namespace fs = std::filesystem;
using library::read_text;
using library::write_text;

const std::vector<std::string> kNames = {"plain.ogg",
                                         "with space.ogg",
                                         "Größe – 音楽.ogg",
                                         "100% real.ogg",
                                         "50%41.ogg",
                                         "#hash.ogg",
                                         "what?.ogg",
                                         "it's \"so\".ogg",
                                         "-dash.ogg",
                                         "a&b<c>.ogg",
                                         "http:x.ogg",
                                         "C:colon.ogg",
                                         "semi;colon.ogg",
                                         "[brackets].ogg",
                                         "=sum+1.ogg",
                                         "back\\slash.ogg",
                                         "~home.ogg",
                                         "$HOME `x`.ogg",
                                         "\xEF\xBB\xBF"
                                         "mark.ogg",
                                         " leading.ogg",
                                         "file:y.ogg",
                                         "%.ogg",
                                         "ümlaut e\u0301.ogg",
                                         "*.ogg"};

std::vector<ListedTrack> tracks_in(const fs::path& folder) {
  std::vector<ListedTrack> out;
  for (const std::string& name : kNames) {
    ListedTrack track;
    track.path = folder / name;
    track.title = "Title & <" + name + ">";
    track.artist = "An artist";
    track.duration_seconds = 61.6;
    out.push_back(track);
  }
  return out;
}

std::vector<fs::path> paths_of(const std::vector<PlaylistEntry>& entries) {
  std::vector<fs::path> out;
  for (const PlaylistEntry& entry : entries) out.push_back(entry.path);
  return out;
}

class PlaylistFileTest : public ::testing::Test {
 protected:
  TempFolder dir;
};

TEST_F(PlaylistFileTest, ComesBackAsItWasWritten) {
  fs::create_directories(dir / "lists/deep");
  for (const fs::path& music : {dir / "lists", dir / "lists/deep/er", dir / "music"}) {
    const std::vector<ListedTrack> tracks = tracks_in(music);
    std::vector<fs::path> expected;
    for (const ListedTrack& track : tracks) expected.push_back(track.path);
    for (const char* name : {"lists/a.m3u8", "lists/a.m3u", "lists/a.xspf", "lists/a.jspf", "lists/A.XSPF"}) {
      for (const bool absolute : {false, true}) {
        write_playlist(dir / name, tracks, {"A & <b>", absolute});
        EXPECT_EQ(paths_of(read_playlist(dir / name)), expected) << name << absolute;
        const std::string text = read_text(dir / name);
        // In M3U those that players read in different ways are whole URIs in any case.
        const bool whole =
            absolute || name[std::string_view(name).size() - 1] == '8' || name == std::string("lists/a.m3u");
        EXPECT_EQ(text.find(path_encoded(dir.path().native())) != std::string::npos, whole) << text;
      }
    }
  }
}

TEST_F(PlaylistFileTest, IsRelativeOnlyBelowACommonFolder) {
  const fs::path elsewhere = "/nowhere-at-all/music/a b.ogg";
  ListedTrack track;
  track.path = elsewhere;
  for (const char* name : {"a.m3u8", "a.xspf", "a.jspf"}) {
    write_playlist(dir / name, std::span(&track, 1));
    EXPECT_EQ(paths_of(read_playlist(dir / name)), std::vector{elsewhere});
    EXPECT_EQ(read_text(dir / name).find(".."), std::string::npos);
  }
}

TEST_F(PlaylistFileTest, SaysWhatPlayersShow) {
  ListedTrack track;
  track.path = dir / "- 1 a.ogg";
  track.title = "Line\nbreak";
  track.artist = "Me";
  track.duration_seconds = 61.6;
  write_playlist(dir / "a.m3u8", std::span(&track, 1), {"Evening", false});
  EXPECT_EQ(read_text(dir / "a.m3u8"), "#EXTM3U\n#PLAYLIST:Evening\n#EXTINF:62,Me - Line\\x0abreak\n./- 1 a.ogg\n");
  write_playlist(dir / "a.xspf", std::span(&track, 1));
  const std::string xspf = read_text(dir / "a.xspf");
  EXPECT_NE(xspf.find("<location>-%201%20a.ogg</location>"), std::string::npos) << xspf;
  EXPECT_NE(xspf.find("<duration>61600</duration>"), std::string::npos) << xspf;
}

TEST_F(PlaylistFileTest, WritesUrisIntoM3uWherePlayersDiffer) {
  std::vector<ListedTrack> tracks(5);
  tracks[0].path = dir / "50%41.ogg";
  tracks[1].path = dir / "what?.ogg";
  tracks[2].path = dir / "100% real.ogg";
  tracks[3].path = dir / "50%4.ogg";
  tracks[4].path = dir / "mid#dle.ogg";
  write_playlist(dir / "a.m3u8", tracks);
  const std::string text = read_text(dir / "a.m3u8"), folder = "file://" + path_encoded(dir.path().native());
  EXPECT_NE(text.find("\n" + folder + "/50%2541.ogg\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\n" + folder + "/what%3F.ogg\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\n" + folder + "/mid%23dle.ogg\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\n100% real.ogg\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\n50%4.ogg\n"), std::string::npos) << text;
}

TEST_F(PlaylistFileTest, AnyNameComesBack) {
  for (const char* name : {"line\nbreak.ogg", "not \xFF utf-8.ogg", "space at the end "}) {
    ListedTrack track;
    track.path = dir / name;
    for (const char* list : {"a.m3u8", "a.xspf", "a.jspf"}) {
      write_playlist(dir / list, std::span(&track, 1));
      EXPECT_EQ(paths_of(read_playlist(dir / list)), std::vector{track.path}) << list;
    }
  }
}

TEST_F(PlaylistFileTest, RefusesFormatsItDoesNotWrite) {
  EXPECT_THROW(write_playlist(dir / "a.pls", {}), Error);
  EXPECT_THROW(write_playlist(dir / "a.txt", {}), Error);
  EXPECT_FALSE(fs::exists(dir / "a.txt"));
}

TEST_F(PlaylistFileTest, AnotherProgramsListsAreRead) {
  const std::string m3u =
      "\xEF\xBB\xBF#EXTM3U\r\n#EXTINF:5,x\r\n  sub/a.ogg \r\n\r\nfile:///m/b%20c.ogg\r\n"
      "http://radio.example/stream\r\n/m/../m/d.ogg";
  const auto entries = parse_playlist(m3u, PlaylistFormat::m3u, "/list", "l.m3u");
  EXPECT_EQ(paths_of(entries), (std::vector<fs::path>{"/list/sub/a.ogg", "/m/b c.ogg", "", "/m/d.ogg"}));
  EXPECT_EQ(entries[0].line, 3U);
  EXPECT_EQ(entries[2].location, "http://radio.example/stream");

  const std::string pls = "[playlist]\nFile2=b.ogg\nTitle1=x\nFile1=/m/a.ogg\nNumberOfEntries=2\nVersion=2\n";
  EXPECT_EQ(paths_of(parse_playlist(pls, PlaylistFormat::pls, "/list", "l.pls")),
            (std::vector<fs::path>{"/m/a.ogg", "/list/b.ogg"}));

  const std::string xspf =
      "<?xml version='1.0'?><playlist version='1' xmlns='http://xspf.org/ns/0/' "
      "xmlns:o='http://o/'>\n<title>location</title>"
      "<trackList>\n<track><title>t</title><o:extra><location>no</location></o:extra><location> "
      "file:///m/a%26b.ogg\n</location>"
      "<location>second.ogg</location></track><track/>\n<track><location><![CDATA[c&d.ogg]]></location></track>"
      "</trackList><track><location>outside.ogg</location></track></playlist>";
  const auto found = parse_playlist(xspf, PlaylistFormat::xspf, "/list", "l.xspf");
  EXPECT_EQ(paths_of(found), (std::vector<fs::path>{"/m/a&b.ogg", "", "/list/c&d.ogg"}));
  EXPECT_EQ(found[2].line, 5U);

  const std::string jspf =
      R"({"playlist": {"track": [{"location": "a.ogg"}, {"location": ["b%25.ogg", "c.ogg"]}, {}]}})";
  EXPECT_EQ(paths_of(parse_playlist(jspf, PlaylistFormat::jspf, "/list", "l.jspf")),
            (std::vector<fs::path>{"/list/a.ogg", "/list/b%.ogg", ""}));
}

TEST_F(PlaylistFileTest, WhatIsWrongIsNamedWithItsLine) {
  struct Bad {
    std::string text;
    PlaylistFormat format;
    const char* says;
  };
  std::string bomb = "<?xml version='1.0'?>\n<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>";
  for (char c = 'b'; c < 'k'; ++c) {
    const char before = static_cast<char>(c - 1);
    bomb += std::string("<!ENTITY ") + c + " '";
    for (int i = 0; i < 10; ++i) bomb += std::string("&") + before + ";";
    bomb += "'>";
  }
  bomb += "]><playlist><trackList><track><location>&j;</location></track></trackList></playlist>";
  std::string deep_xml, deep_json;
  for (int i = 0; i < 100; ++i) deep_xml += "<a>", deep_json += "[";
  const Bad bads[] = {
      {bomb, PlaylistFormat::xspf, "l: line 2: has a DOCTYPE"},
      {"<playlist>\n<trackList>", PlaylistFormat::xspf, "l: line 2: is not XML"},
      {"<rss/>", PlaylistFormat::xspf, "l: line 1: is not XSPF"},
      {"", PlaylistFormat::xspf, "is not XML"},
      {"<playlist>\n&unknown;</playlist>", PlaylistFormat::xspf, "l: line 2: is not XML: undefined entity"},
      {deep_xml, PlaylistFormat::xspf, "too many elements"},
      {"<playlist><trackList><track><location>" + std::string(70000, 'a'), PlaylistFormat::xspf, "too long"},
      {"a.ogg\nb\0c.ogg" + std::string(1, '\0'), PlaylistFormat::m3u, ""},
      {std::string("a.ogg\nb\0c.ogg", 13), PlaylistFormat::m3u, "l: line 2: has a zero byte"},
      {"\xFF\xFE"
       "a",
       PlaylistFormat::m3u, "UTF-16"},
      {"a\n" + std::string(70000, 'b'), PlaylistFormat::m3u, "l: line 2: is too long"},
      {"File1=a.ogg", PlaylistFormat::pls, "l: line 1: [playlist] was expected"},
      {"[playlist]\nFilex=a.ogg", PlaylistFormat::pls, "l: line 2: FileN="},
      {"{\n\"playlist\": ", PlaylistFormat::jspf, "l: line 2: is not JSON"},
      {deep_json, PlaylistFormat::jspf, "nested too deeply"},
      {R"({"playlist": {"track": [1e999]}})", PlaylistFormat::jspf, "l: has a number in it that is too large"},
      {"[]", PlaylistFormat::jspf, "l: has no playlist.track"},
      {R"({"playlist": {"track": [{"location": 5}]}})", PlaylistFormat::jspf, "track 1: its location is no text"},
  };
  for (const Bad& bad : bads) {
    try {
      parse_playlist(bad.text, bad.format, "/list", "l");
      ADD_FAILURE() << bad.says;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::corrupt);
      EXPECT_NE(std::string(error.what()).find(bad.says), std::string::npos) << error.what();
    }
  }
  EXPECT_THROW(read_playlist(dir / "none.m3u8"), Error);
  EXPECT_THROW(read_playlist(dir / "none.txt"), Error);
}

TEST(Uri, OfFiles) {
  EXPECT_EQ(path_of_file_uri("file:///a%20b"), "/a b");
  EXPECT_EQ(path_of_file_uri("FILE://localhost/a"), "/a");
  EXPECT_EQ(path_of_file_uri("file:/a"), "/a");
  EXPECT_EQ(path_of_file_uri("file://server/a"), std::nullopt);
  EXPECT_EQ(path_of_file_uri("file:///a%00b"), std::nullopt);
  EXPECT_EQ(path_of_file_uri("http://a/b"), std::nullopt);
  EXPECT_EQ(percent_decoded("%4"), "%4");
  EXPECT_EQ(percent_decoded("%zz%2F"), "%zz/");
  EXPECT_EQ(path_encoded("a b/é%"), "a%20b/%C3%A9%25");
  EXPECT_EQ(scheme_of("HTTP://x"), "http");
  EXPECT_EQ(scheme_of("a/b:c"), "");
}

}  // namespace
}  // namespace hearken::tasks
