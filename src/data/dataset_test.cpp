// Datasets in their published layouts, made small, and everything that may be wrong with their lists.
#include "hearken/dataset.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/testing/temp_folder.h"
#include "data/fma.h"
#include "data/python_list.h"
#include "hearken/error.h"

namespace hearken {
namespace {

namespace fs = std::filesystem;
using Texts = std::vector<std::string>;

class Dataset : public FolderTest {
 protected:
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  void touch(const std::string& name) const { write(name, ""); }

  // "clip label fold" of each clip, paths below the folder.
  Texts rows(const LabelledClips& clips) const {
    Texts out;
    for (const LabelledClip& clip : clips.clips)
      out.push_back(clip.path.lexically_relative(folder_).native() + " " + clips.labels[clip.label] + " " + clip.fold);
    return out;
  }
  Texts rows(const CaptionedClips& clips) const {
    Texts out;
    for (const CaptionedClip& clip : clips.clips) {
      out.push_back(clip.path.lexically_relative(folder_).native());
      for (const std::string& caption : clip.captions) out.back() += "|" + caption;
    }
    return out;
  }
  template <class Call>
  std::string refusal(const Call& call) const {
    try {
      call();
    } catch (const Error& error) {
      std::string what = error.what();
      const std::string here = folder_.native() + "/";
      for (std::size_t at = what.find(here); at != std::string::npos; at = what.find(here)) what.erase(at, here.size());
      return what;
    }
    return "taken";
  }
};

TEST_F(Dataset, Esc50AndItsTen) {
  write("meta/esc50.csv",
        "filename,fold,target,category,esc10,src_file,take\n1-a.wav,1,0,dog,True,1,A\n5-b.wav,5,36,vacuum_cleaner,"
        "False,2,A\n"
        "2-c.wav,2,40,helicopter,True,3,A\n");
  touch("audio/1-a.wav"), touch("audio/5-b.wav");
  const LabelledClips all = read_labelled(folder_);
  EXPECT_EQ(all.layout, "esc50");
  EXPECT_EQ(rows(all), (Texts{"audio/1-a.wav dog 1", "audio/5-b.wav vacuum_cleaner 5"}));
  EXPECT_EQ(all.labels, (Texts{"dog", "helicopter", "vacuum_cleaner"}));
  EXPECT_EQ(all.missing, std::vector<fs::path>{folder_ / "audio/2-c.wav"});
  const LabelledClips ten = read_labelled(folder_, "esc10");
  EXPECT_EQ(rows(ten), Texts{"audio/1-a.wav dog 1"});
  EXPECT_EQ(ten.labels, (Texts{"dog", "helicopter"}));

  write("meta/esc50.csv", "filename,fold,category\na.wav,1,dog\na.wav,2,dog\n");
  EXPECT_EQ(refusal([&] { read_labelled(folder_); }), "meta/esc50.csv: line 3: a.wav stands in line 2 already");
  write("meta/esc50.csv", "filename,fold,category\na.wav,one,dog\n");
  EXPECT_EQ(refusal([&] { read_labelled(folder_); }), "meta/esc50.csv: line 2: fold 'one' is not a whole number");
  write("meta/esc50.csv", "filename,fold,label\n");
  EXPECT_EQ(refusal([&] { read_labelled(folder_); }),
            "meta/esc50.csv: line 1: no column 'category'; there are 'filename', 'fold', 'label'");
  write("meta/esc50.csv", "filename,fold,category\na.wav,1,\n");
  EXPECT_EQ(refusal([&] { read_labelled(folder_); }), "meta/esc50.csv: line 2: category is empty");
  write("meta/esc50.csv", "filename,fold,category\nz.wav,1,dog\n");
  EXPECT_EQ(refusal([&] { read_labelled(folder_); }),
            "meta/esc50.csv: none of its 1 clips is there; the first is audio/z.wav");
}

TEST_F(Dataset, UrbanSoundGtzanFoldersAndLists) {
  write("us/metadata/UrbanSound8K.csv",
        "slice_file_name,fsID,start,end,salience,fold,classID,class\n100-3-0-0.wav,100,0.0,0.3,1,5,3,dog_bark\n");
  touch("us/audio/fold5/100-3-0-0.wav");
  EXPECT_EQ(rows(read_labelled(folder_ / "us")), Texts{"us/audio/fold5/100-3-0-0.wav dog_bark 5"});

  touch("gtzan/genres_original/jazz/jazz.00000.wav"), touch("gtzan/genres_original/blues/blues.00000.wav");
  touch("gtzan/genres_original/blues/notes.txt"), touch("gtzan/genres_original/.cache/x.wav");
  const LabelledClips gtzan = read_labelled(folder_ / "gtzan");
  EXPECT_EQ(gtzan.layout, "gtzan");
  EXPECT_EQ(rows(gtzan), (Texts{"gtzan/genres_original/blues/blues.00000.wav blues ",
                                "gtzan/genres_original/jazz/jazz.00000.wav jazz "}));

  touch("folders/b c/deep/er/1.mp3"), touch("folders/a/1.flac");
  EXPECT_EQ(rows(read_labelled(folder_ / "folders")), (Texts{"folders/a/1.flac a ", "folders/b c/deep/er/1.mp3 b c "}));

  write("list/labels.csv",
        "\xEF\xBB\xBF"
        "file,label,fold\r\n\"x, y.ogg\",\"a \"\"b\"\"\",train\r\nsub/z.ogg,c,test\r\n");
  touch("list/x, y.ogg"), touch("list/sub/z.ogg");
  EXPECT_EQ(rows(read_labelled(folder_ / "list")), (Texts{"list/x, y.ogg a \"b\" train", "list/sub/z.ogg c test"}));
  write("elsewhere/l.csv", "path,genre\nx.ogg,a\n");
  touch("sounds/x.ogg");
  EXPECT_EQ(rows(read_labelled_csv(folder_ / "elsewhere/l.csv", folder_ / "sounds")), Texts{"sounds/x.ogg a "});

  fs::create_directories(folder_ / "empty");
  EXPECT_EQ(refusal([&] { read_labelled(folder_ / "empty"); }), "empty: no clips in there");
  EXPECT_NE(refusal([&] { read_labelled(folder_ / "nowhere"); }).find("nowhere: cannot open"), std::string::npos);
  EXPECT_EQ(refusal([&] { read_labelled(folder_, "esc"); }),
            "no layout 'esc'; there are esc50, esc10, urbansound8k, gtzan, fma, csv, folder");
}

TEST_F(Dataset, CaptionsOfYouTubeClips) {
  write("audiocaps.csv",
        "audiocap_id,youtube_id,start_time,caption\n1,-aaaaaaaaaa,30,A dog barks\n2,-aaaaaaaaaa,30,A dog barks\n"
        "3,bbbbbbbbbbb,0,\"Rain, then\nthunder\"\n4,ccccccccccc,10,Wind\n5,ddddddddddd,10,Bells\n");
  touch("clips/Y-aaaaaaaaaa.wav"), touch("clips/deep/bbbbbbbbbbb_0_10.flac"), touch("clips/ccccccccccc_20.wav");
  touch("clips/ddddddddddd_10000_20000.wav");
  const CaptionedClips found = read_captions(folder_ / "audiocaps.csv", folder_ / "clips");
  EXPECT_EQ(found.layout, "audiocaps");
  EXPECT_EQ(rows(found),
            (Texts{"clips/Y-aaaaaaaaaa.wav|A dog barks|A dog barks",
                   "clips/deep/bbbbbbbbbbb_0_10.flac|Rain, then\nthunder", "clips/ddddddddddd_10000_20000.wav|Bells"}));
  EXPECT_EQ(found.missing, Texts{"ccccccccccc at 10 s"});  // that of 20 s is another clip

  write("musiccaps.csv",
        "ytid,start_s,end_s,audioset_positive_labels,aspect_list,caption\n-aaaaaaaaaa,30,40,/m/x,\"['a', 'b']\",A "
        "song\n");
  EXPECT_EQ(rows(read_captions(folder_ / "musiccaps.csv", folder_ / "clips")), Texts{"clips/Y-aaaaaaaaaa.wav|A song"});
  write("audiocaps.csv", "audiocap_id,youtube_id,start_time,caption\n1,aaaaaaaaaaa,30,A\n1,bbbbbbbbbbb,30,B\n");
  EXPECT_EQ(refusal([&] { read_captions(folder_ / "audiocaps.csv"); }),
            "audiocaps.csv: line 3: 1 stands in line 2 already");
}

TEST_F(Dataset, CaptionsOfFiles) {
  write("clotho.csv", "file_name,caption_1,caption_2\nrain on roof.wav,One.,Two.\ngone.wav,Three.,Four.\n");
  touch("evaluation/rain on roof.wav");
  const CaptionedClips clotho = read_captions(folder_ / "clotho.csv");
  EXPECT_EQ(rows(clotho), Texts{"evaluation/rain on roof.wav|One.|Two."});
  EXPECT_EQ(clotho.missing, Texts{"gone.wav"});

  write("own.csv", "path,caption,split\na.wav,one,train\na.wav,two,test\nb.wav,three,test\n");
  touch("a.wav"), touch("b.wav");
  EXPECT_EQ(rows(read_captions(folder_ / "own.csv")), (Texts{"a.wav|one|two", "b.wav|three"}));
  EXPECT_EQ(rows(read_captions(folder_ / "own.csv", {}, "test")), (Texts{"a.wav|two", "b.wav|three"}));
  EXPECT_EQ(refusal([&] { read_captions(folder_ / "own.csv", {}, "dev"); }), "own.csv: no row of the split 'dev'");
  write("own.csv", "path,caption\na.wav,one\na.wav,one\n");
  EXPECT_EQ(refusal([&] { read_captions(folder_ / "own.csv"); }),
            "own.csv: line 3: a.wav: one stands in line 2 already");
  write("own.csv", "path,caption\na.wav, \n");
  EXPECT_EQ(refusal([&] { read_captions(folder_ / "own.csv"); }), "own.csv: line 2: caption is empty");
  write("own.csv", "file,text\na.wav,one\n");
  EXPECT_EQ(refusal([&] { read_captions(folder_ / "own.csv"); }),
            "own.csv: line 1: no column 'path'; there are 'file', 'text'");
}

constexpr char kDatasetHeader[] =
    ",artist,set,set,track,track,track,track\n,name,split,subset,genre_top,genres,tags,title\ntrack_id,,,,,,,\n";

std::string fma_refusal(const std::string& rows) {
  try {
    Fma fma;
    data::parse_fma_tracks(rows, "tracks.csv", fma);
  } catch (const Error& error) {
    return error.what();
  }
  return "taken";
}

TEST_F(Dataset, Fma) {
  write("fma_metadata/tracks.csv",
        std::string(kDatasetHeader) +
            "2,AWOL,training,small,Hip-Hop,[21],\"['a b', \"\"it's\"\", 'caf\\xe9 \\u266b']\",Food\n"
            "5,\"Line\nbreak\",test,medium,,\"[21, 1]\",[],\"Say \"\"yes\"\"\"\n"
            "10,awol,validation,large,Rock,[1],[],FOOD\n140,ÉTÉ,training,small,Rock,[1],[],Straße\n");
  write("fma_metadata/genres.csv",
        "genre_id,#tracks,parent,title,top_level\n21,9,20,Rap,1\n20,9,1,Hip-Hop,1\n1,9,0,Urban,1\n");
  const Fma fma = read_fma(folder_);
  ASSERT_EQ(fma.tracks.size(), 4U);
  EXPECT_EQ(fma.tracks[0].tags, (Texts{"a b", "it's", "caf\xC3\xA9 \xE2\x99\xAB"}));
  EXPECT_EQ(fma.tracks[1].artist, "Line\nbreak");
  EXPECT_EQ(fma.tracks[1].title, "Say \"yes\"");
  EXPECT_EQ(fma.tracks[1].genres, (std::vector<std::int64_t>{21, 1}));
  EXPECT_EQ(fma.genre_line(21), (Texts{"Urban", "Hip-Hop", "Rap"}));
  EXPECT_EQ(fma.genre_line(7), Texts{});
  EXPECT_EQ(fma.find("food", "AwOl"), (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(fma.find("STRASSE", "été"), std::vector<std::size_t>{3});
  EXPECT_EQ(fma.find("food", ""), std::vector<std::size_t>{});
  EXPECT_EQ(fma.duplicates(), (std::vector<std::vector<std::size_t>>{{0, 2}}));
  EXPECT_EQ(fma_clip(2), "000/000002.mp3");
  EXPECT_EQ(fma_clip(155320), "155/155320.mp3");

  touch("fma_small/000/000002.mp3");
  const LabelledClips small = read_labelled(folder_);
  EXPECT_EQ(small.layout, "fma");
  EXPECT_EQ(rows(small), Texts{"fma_small/000/000002.mp3 Hip-Hop training"});
  EXPECT_EQ(small.missing, std::vector<fs::path>{folder_ / "fma_small/000/000140.mp3"});
  touch("fma_medium/000/000002.mp3");
  EXPECT_EQ(read_labelled(folder_).unlabelled, 1U);  // two roots have no genre_top
}

TEST_F(Dataset, WhatIsWrongInFmaIsNamedWithItsLine) {
  const std::string row = "2,A,training,small,Rock,[1],[],T\n";
  EXPECT_EQ(fma_refusal(kDatasetHeader + row), "taken");
  EXPECT_EQ(fma_refusal(kDatasetHeader + row + "\n" + row), "tracks.csv: line 6: track_id 2 stands in line 4 already");
  EXPECT_EQ(fma_refusal(kDatasetHeader + std::string("x") + row),
            "tracks.csv: line 4: track_id 'x2' is not a number above 0");
  EXPECT_EQ(fma_refusal(kDatasetHeader + std::string("2,A\n")), "tracks.csv: line 4: 2 fields where the header has 8");
  EXPECT_EQ(fma_refusal(kDatasetHeader + std::string("2,A,training,small,Rock,Rock,[],T\n")),
            "tracks.csv: line 4: track genres are not a list of numbers, as in \"[21, 38]\"");
  EXPECT_EQ(fma_refusal(kDatasetHeader + std::string("2,A,training,small,Rock,[1],[live],T\n")),
            "tracks.csv: line 4: track tags are not a list of texts, as in \"['jazz', 'live']\"");
  EXPECT_EQ(fma_refusal("track_id,title\n2,T\n"),
            "tracks.csv: line 3: the header ends before its row of the index's name");
  EXPECT_EQ(fma_refusal(",track\n,name\ntrack_id,\n"), "tracks.csv: line 2: no column 'title' in 'track'");
  EXPECT_EQ(fma_refusal(",track\n,title\n2,T\n"), "tracks.csv: line 3: '2' where FMA's third row has 'track_id'");
  EXPECT_EQ(fma_refusal(kDatasetHeader + std::string("2,Bj\xF6rk,training,small,Rock,[1],[],T\n")),
            "tracks.csv: line 4, byte 5: not UTF-8; save the file as UTF-8");

  const auto genres = [&](const std::string& text) {
    return refusal([&] {
      Fma fma;
      data::parse_fma_genres("genre_id,#tracks,parent,title,top_level\n" + text, "genres.csv", fma);
    });
  };
  EXPECT_EQ(genres("1,0,0,A,1\n1,0,0,B,1\n"), "genres.csv: line 3: genre_id 1 stands in line 2 already");
  EXPECT_EQ(genres("1,0,2,A,1\n"), "genres.csv: line 2: genre 1 lies under 2, which is not there");
  EXPECT_EQ(genres("1,0,2,A,1\n2,0,1,B,1\n"), "genres.csv: line 2: genre 1 lies under itself");
}

TEST(PythonList, AsPythonPrintsThem) {
  EXPECT_EQ(data::python_texts("[]"), Texts{});
  EXPECT_EQ(data::python_texts(""), Texts{});
  EXPECT_EQ(data::python_texts("['a', \"b'c\", 'd\\'e', 'f\\\\g', '\\n\\U0001f3b5']"),
            (Texts{"a", "b'c", "d'e", "f\\g", "\n\xF0\x9F\x8E\xB5"}));
  EXPECT_EQ(data::python_integers("[21, -3,4 ]"), (std::vector<std::int64_t>{21, -3, 4}));
  for (const char* bad :
       {"[", "['a'", "['a", "['a' 'b']", "[a]", "['a'] x", "['\\q']", "['\\xg0']", "['\\ud800']", "x"})
    EXPECT_EQ(data::python_texts(bad), std::nullopt) << bad;
  for (const char* bad : {"[1.5]", "['1']", "[1 2]", "[99999999999999999999]", "[,]"})
    EXPECT_EQ(data::python_integers(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace hearken
