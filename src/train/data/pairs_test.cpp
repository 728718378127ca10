// Pairs from every place they may lie in, with real sounds, and lists that mean no good.
#include "train/data/pairs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "audio/testing.h"
#include "core/text.h"
#include "hearken/error.h"
#include "hearken/rate.h"
#include "hearken/tag.h"
#include "library/test_support.h"
#include "search/search_fixture.h"

namespace hearken::train {
namespace {

namespace fs = std::filesystem;
using audio::testing::fixture;
using Texts = std::vector<std::string>;

class Pairs : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const { library::write_text(dir / name, text); }
  void put(const std::string& name, std::string_view sound = "tones.mp3") const {
    fs::create_directories((dir / name).parent_path());
    fs::copy_file(fixture(sound), dir / name);
  }
  std::string refusal(const std::string& name, const fs::path& templates = {}) const {
    try {
      read_training_clips(dir / name, templates);
    } catch (const Error& error) {
      std::string what = std::string(to_string(error.code())) + " " + error.what();
      const std::string here = dir.path().native() + "/";
      for (std::size_t at = what.find(here); at != std::string::npos; at = what.find(here)) what.erase(at, here.size());
      return what;
    }
    return "taken";
  }
  const TempFolder dir;
};

bool has(const Texts& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

TEST_F(Pairs, Captions) {
  put("a.mp3");
  put("sub/b.mp3");
  write("captions.csv",
        "path,caption,split\r\n"
        "a.mp3,\"A dog, \"\"barking\"\"\r\n  twice\",train\r\n"
        "a.mp3,a second one,train\r\n"
        "a.mp3,a second one,train\r\n"
        "sub/b.mp3,  ,val\r\n"
        "sub/b.mp3,\"bells\x01\x1b[31m ringing\",val\r\n"
        "c.mp3,not there,odd\r\n");
  for (const char* data : {"captions.csv", ""}) {
    const TrainingClips read = read_training_clips(dir / data);
    EXPECT_EQ(read.layout, "captions");
    ASSERT_EQ(read.clips.size(), 2U);
    EXPECT_EQ(read.clips[0].captions, (Texts{"A dog, \"barking\" twice", "a second one"}));
    EXPECT_EQ(read.clips[0].split, "training");
    EXPECT_EQ(read.clips[1].captions, Texts{"bells [31m ringing"});
    EXPECT_EQ(read.clips[1].split, "validation");
    ASSERT_EQ(read.remarks.size(), 3U);
    EXPECT_NE(read.remarks[0].find("captions.csv: c.mp3 is not there"), std::string::npos);
    EXPECT_NE(read.remarks[1].find("captions.csv: line 5: a.mp3: a second one stands in line 4 already"),
              std::string::npos);
    EXPECT_NE(read.remarks[2].find("captions.csv: line 6: caption is empty"), std::string::npos);
  }
}

TEST_F(Pairs, HostileCaptions) {
  put("a.mp3");
  put("b.mp3");
  const auto taken = [&](const std::string& caption) {
    write("l.csv", "path,caption\na.mp3,\"" + caption + "\"\nb.mp3,b\n");
    const TrainingClips read = read_training_clips(dir / "l.csv");
    EXPECT_TRUE(is_utf8(read.clips[0].captions[0]));
    return read.clips[0].captions[0];
  };
  EXPECT_EQ(taken("a\n\n\tb\u00A0\u2003c\x7F"), "a b c");
  EXPECT_EQ(taken("=cmd() {title} %s \\x00"), "=cmd() {title} %s \\x00");
  const std::string huge = taken(std::string(10'000'000, 'x'));
  EXPECT_EQ(huge, std::string(4096, 'x'));
  std::string accents;
  for (int i = 0; i < 5000; ++i) accents += "\u00E9";
  EXPECT_EQ(taken("x" + accents).size(), 4095U);  // no half of one
  EXPECT_EQ(taken("a,b\"\"c"), "a,b\"c");

  write("l.csv", "path,caption\na.mp3,\xFF\xFE\n");
  EXPECT_EQ(refusal("l.csv"), "corrupt l.csv: line 2, byte 7: not UTF-8; save the file as UTF-8");
  write("l.csv", "path,caption\na.mp3,\n");
  EXPECT_EQ(refusal("l.csv"), "corrupt l.csv: no caption is left; l.csv: line 2: caption is empty");
  write("l.csv", "path,caption\na.mp3,\"\x01\x02\"\nb.mp3,b\n");
  const TrainingClips read = read_training_clips(dir / "l.csv");
  EXPECT_EQ(read.clips.size(), 1U);
  EXPECT_NE(read.remarks.at(0).find("has no caption with text in it"), std::string::npos);
  write("l.csv", "path,caption\nx.mp3,a\ny.mp3,b\n");
  EXPECT_EQ(refusal("l.csv"), "not_found l.csv: none of its 2 clips is there; the first is x.mp3");
  write("l.csv", "path,caption\na.mp3\n");
  EXPECT_EQ(refusal("l.csv"), "corrupt l.csv: line 2: 1 field where the header has 2");
  write("l.csv", "path,caption\na.mp3,\"open\n");
  EXPECT_TRUE(refusal("l.csv").starts_with("corrupt l.csv: line 2")) << refusal("l.csv");
  EXPECT_EQ(refusal("gone.csv"), "not_found gone.csv: cannot open: No such file or directory");
  write("l.txt", "some text\n");
  EXPECT_EQ(refusal("l.txt"), "unsupported l.txt: is neither a folder nor a CSV file nor a Hearken library");
}

TEST_F(Pairs, LabelsAreSentences) {
  write("labels.csv",
        "file,label,fold\n1-100-A.mp3,dog_bark,1\n1-100-B.mp3,dog_bark,1\n2-7-A.mp3,rain,2\n3-9-A.mp3,rain,3\n");
  for (const char* name : {"1-100-A.mp3", "1-100-B.mp3", "2-7-A.mp3"}) put(name);
  const TrainingClips read = read_training_clips(dir.path());
  EXPECT_EQ(read.layout, "labels");
  ASSERT_EQ(read.clips.size(), 3U);
  EXPECT_EQ(read.clips[0].captions.size(), 7U);
  EXPECT_TRUE(has(read.clips[0].captions, "This is a sound of dog bark."));
  EXPECT_TRUE(has(read.clips[0].captions, "dog bark"));
  EXPECT_EQ(read.clips[0].captions, read.clips[1].captions);
  EXPECT_EQ(read.clips[0].group, "100");  // one recording
  EXPECT_EQ(read.clips[1].group, "100");
  EXPECT_EQ(read.clips[2].group, "7");
  EXPECT_EQ(read.clips[0].split, "");  // folds are none
  EXPECT_EQ(read.remarks.size(), 1U);
  EXPECT_NE(read.remarks[0].find("3-9-A.mp3: is not there"), std::string::npos);
}

// Labels that one of the program's sets has are worded as it words them.
TEST_F(Pairs, LabelsOfAKnownSet) {
  put("hiphop/1.flac", "low.ogg");
  put("jazz/1.wav", "silent.mp4");
  const TrainingClips read = read_training_clips(dir.path());
  EXPECT_EQ(read.layout, "labels");
  ASSERT_EQ(read.clips.size(), 2U);
  EXPECT_TRUE(has(read.clips[0].captions, "This audio is a hip hop song."));
}

TEST_F(Pairs, FoldersNobodyNamed) {
  put("1.ogg", "low.ogg");
  EXPECT_EQ(refusal(""),
            "not_found : nothing says what its sounds are. Looked for: captions.csv (path,caption); labels.csv and the "
            "layouts of FMA, ESC-50 and UrbanSound8K; tags (title, artist or genre) in at least half of the files, of "
            "which 0 of 1 have some; folders named for what is in them (docs/TUNE.md)");
  fs::create_directories(dir / "empty");
  EXPECT_EQ(refusal("empty"), "not_found empty: no sounds in there");
}

TEST_F(Pairs, MusicByItsTags) {
  put("one/a.mp3");
  put("one/b.flac", "tones.flac");
  put("c.opus", "low.ogg");
  write("broken.mp3", "no music");
  const TrainingClips read = read_training_clips(dir.path());
  EXPECT_EQ(read.layout, "music");
  ASSERT_EQ(read.clips.size(), 2U);
  EXPECT_EQ(read.clips[0].captions.size(), 5U);
  EXPECT_EQ(read.clips[0].captions[0], "\"Zwei T\u00F6ne\" by Hearken. Genre: Noise.");
  EXPECT_EQ(read.clips[0].captions[1], "A Noise track called \"Zwei T\u00F6ne\" by Hearken.");
  EXPECT_EQ(read.clips[0].group, "hearken");
  ASSERT_EQ(read.remarks.size(), 2U);
  EXPECT_NE(read.remarks[0].find("broken.mp3"), std::string::npos);
  EXPECT_NE(read.remarks[1].find("c.opus: nothing is known of it"), std::string::npos);

  write("t.txt", "{artist} plays {genre}\n");
  EXPECT_EQ(read_training_clips(dir.path(), dir / "t.txt").clips[0].captions, Texts{"Hearken plays Noise"});
  write("t.txt", "{artist} plays {gender}\n");
  EXPECT_TRUE(refusal("", dir / "t.txt").starts_with("corrupt t.txt: line 1, byte 16: '{gender}' is no field"));
  write("t.txt", "{tags}\n");
  EXPECT_TRUE(refusal("", dir / "t.txt").starts_with("not_found : nothing to train on; "))
      << refusal("", dir / "t.txt");
  write("captions.csv", "path,caption\none/a.mp3,a\n");
  EXPECT_TRUE(refusal("captions.csv", dir / "t.txt").starts_with("invalid_argument t.txt: templates are filled from"));
}

TEST_F(Pairs, Fma) {
  write("fma_metadata/tracks.csv",
        ",artist,set,set,track,track,track,track\n,name,split,subset,genre_top,genres,tags,title\ntrack_id,,,,,,,\n"
        "2,AWOL,training,small,Hip-Hop,[21],\"['lo fi', 'Rap']\",Food\n"
        "5,\"Line\nbreak\",test,small,,\"[21, 1]\",[],\"Say \"\"yes\"\"\"\n"
        "10,awol,validation,small,Hip-Hop,[],[],\n"
        "11,,training,small,,[],[],\n"
        "12,Gone,training,small,Rock,[],[],T\n"
        "13,Large,training,large,Rock,[],[],T\n");
  write("fma_metadata/genres.csv",
        "genre_id,#tracks,parent,title,top_level\n21,9,20,Rap,1\n20,9,1,Hip-Hop,1\n1,9,0,Urban,1\n");
  for (const char* id : {"002", "005", "010", "011"}) put(std::string("fma_small/000/000") + id + ".mp3");
  const TrainingClips read = read_training_clips(dir.path());
  EXPECT_EQ(read.layout, "fma");
  ASSERT_EQ(read.clips.size(), 3U);
  EXPECT_EQ(read.clips[0].captions[0], "\"Food\" by AWOL. Genre: Hip-Hop. Tags: Urban, Rap, lo fi.");
  EXPECT_EQ(read.clips[0].captions[1], "A Hip-Hop track called \"Food\" by AWOL.");
  EXPECT_EQ(read.clips[0].group, read.clips[2].group);  // one artist, however spelt
  EXPECT_EQ(read.clips[1].captions[0], "\"Say \"yes\"\" by Line break. Genre: Rap, Urban.");
  EXPECT_EQ(read.clips[1].split, "test");
  EXPECT_EQ(read.clips[2].captions[0], "By awol. Genre: Hip-Hop.");
  EXPECT_EQ(read.clips[2].split, "validation");
  ASSERT_EQ(read.remarks.size(), 2U);
  EXPECT_NE(read.remarks[0].find("000012.mp3: is not there"), std::string::npos);
  EXPECT_NE(read.remarks[1].find("000011.mp3: nothing is known"), std::string::npos);
  fs::remove_all(dir / "fma_small");
  EXPECT_TRUE(refusal("").starts_with("not_found : none of fma_small")) << refusal("");
}

TEST_F(Pairs, ManyRemarksAreCounted) {
  put("a.mp3");
  std::string rows = "path,caption\na.mp3,a\n";
  for (int i = 0; i < 100; ++i) rows += "x" + std::to_string(i) + ".mp3,x\n";
  write("l.csv", rows);
  const TrainingClips read = read_training_clips(dir / "l.csv");
  EXPECT_EQ(read.remarks.size(), 11U);
  EXPECT_EQ(read.remarks.back(), "90 more clips are not there");
}

class Feedback : public search::SearchTest {};

// What people said of a library's tracks.
TEST_F(Feedback, BecomesPairs) {
  const TempFolder sounds;
  for (int i = 1; i <= 6; ++i) {
    const std::int64_t id = add({{1, 0}});
    const fs::path path = sounds / (std::to_string(id) + ".mp3");
    if (i != 5) fs::copy_file(fixture("tones.mp3"), path);
    library::Statement(db(), "UPDATE tracks SET path = ?1, artist = ?2 WHERE id = ?3")
        .run(path, i < 3 ? "Ann" : "", id);
  }
  using Tracks = std::vector<std::int64_t>;
  rate(library, Tracks{1}, true, "calm piano");
  rate(library, Tracks{1}, false, "This is a sound of rain.");
  rate(library, Tracks{1, 2}, true);  // in general
  rate(library, Tracks{3}, false, "calm piano");
  rate(library, Tracks{5}, true, "calm piano");
  set_tags(library, Tracks{1}, Texts{"rain"}, {});
  set_tags(library, Tracks{4}, Texts{"my_own tag"}, Texts{"Dog"});
  db().execute(
      "INSERT INTO tags (track_id, label, label_set, model, score, probability, verdict) VALUES "
      "(4, 'Guitar', 'instruments', 'm', 0.3, 0.9, 1), (4, 'Piano', 'instruments', 'm', 0.3, 0.9, 0), "
      "(6, 'Piano', 'instruments', 'm', 0.3, 0.9, 0)");
  const TrainingClips read = read_training_clips(library.path());
  EXPECT_EQ(read.layout, "library");
  ASSERT_EQ(read.clips.size(), 2U);
  EXPECT_TRUE(has(read.clips[0].captions, "calm piano"));
  EXPECT_TRUE(has(read.clips[0].captions, "rain"));
  EXPECT_FALSE(has(read.clips[0].captions, "This is a sound of rain."));  // a person said no
  EXPECT_EQ(read.clips[0].group, "ann");
  EXPECT_TRUE(has(read.clips[1].captions, "This is a sound of my own tag."));
  EXPECT_TRUE(has(read.clips[1].captions, "Guitar"));  // as its set words it: plain
  for (const std::string& caption : read.clips[1].captions) {
    EXPECT_EQ(caption.find("Piano"), std::string::npos) << caption;  // the machine's alone
    EXPECT_EQ(caption.find("Dog"), std::string::npos) << caption;
  }
  ASSERT_EQ(read.remarks.size(), 3U);
  EXPECT_NE(read.remarks[0].find("5.mp3: is not there"), std::string::npos);
  EXPECT_NE(read.remarks[1].find("of 1 tracks only what they are not"), std::string::npos);
  EXPECT_NE(read.remarks[2].find("2 ratings without a query"), std::string::npos);
}

TEST_F(Feedback, NobodySaidAnything) {
  add({{1, 0}});
  try {
    read_training_clips(library.path());
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_NE(std::string(error.what()).find("no track is rated up for a query, and no tag is confirmed"),
              std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace hearken::train
