// Names on the hub: what is one, and that nothing else gets through.
#include "model/hub/name.h"

#include <gtest/gtest.h>

#include <string>

#include "hearken/error.h"

namespace hearken::model::hub {
namespace {

TEST(HubName, IsTakenApart) {
  const Name repo = need_name("laion/clap-htsat-unfused");
  EXPECT_EQ(repo.repo, "laion/clap-htsat-unfused");
  EXPECT_EQ(repo.revision, "main");
  EXPECT_EQ(repo.file, "");
  const Name file = need_name("lukewys/laion_clap:music_audioset_epoch_15_esc_90.14.pt");
  EXPECT_EQ(file.repo, "lukewys/laion_clap");
  EXPECT_EQ(file.file, "music_audioset_epoch_15_esc_90.14.pt");
  const Name both = need_name("a/b@refs/pr/1:sub folder/ü.pt");
  EXPECT_EQ(both.repo, "a/b");
  EXPECT_EQ(both.revision, "refs/pr/1");
  EXPECT_EQ(both.file, "sub folder/ü.pt");
}

TEST(HubName, NothingElseIsOne) {
  const std::string nul("a/b:c\0d", 7);
  for (const std::string& text : {std::string(),
                                  std::string("starter"),
                                  std::string("a/b/c"),
                                  std::string("/a/b"),
                                  std::string("a/"),
                                  std::string("/b"),
                                  std::string("./a"),
                                  std::string("../a"),
                                  std::string("a/.."),
                                  std::string("a/b--c"),
                                  std::string("a/b..c"),
                                  std::string("-a/b"),
                                  std::string("a/b-"),
                                  std::string("a./b"),
                                  std::string("a/b.git"),
                                  std::string("a/b c"),
                                  std::string("a/ü"),
                                  std::string("a\\b/c"),
                                  std::string("a/b:"),
                                  std::string("a/b@"),
                                  std::string("a/b:../c"),
                                  std::string("a/b:c/../../d"),
                                  std::string("a/b:/etc/passwd"),
                                  std::string("a/b:c//d"),
                                  std::string("a/b:c/"),
                                  std::string("a/b:."),
                                  std::string("a/b:c\\d"),
                                  std::string("a/b:c\nd"),
                                  nul,
                                  std::string("a/b:\xff"),
                                  std::string("a/b@../c"),
                                  std::string("a/b@-c"),
                                  std::string("a/b@c..d"),
                                  std::string("a/b@.lock"),
                                  std::string("http://a/b"),
                                  std::string("a/b.pt"),
                                  std::string("a/b.pth"),
                                  std::string("a/pytorch_model.bin"),
                                  std::string("a/model.safetensors"),
                                  "a/" + std::string(97, 'b'),
                                  std::string(97, 'a') + "/b",
                                  "a/b:" + std::string(201, 'c')}) {
    EXPECT_FALSE(parse_name(text)) << text;
    EXPECT_THROW(need_name(text), Error) << text;
  }
  EXPECT_TRUE(parse_name("a/" + std::string(96, 'b')));
  EXPECT_TRUE(parse_name("a/b.pt:c.pt"));
  EXPECT_TRUE(parse_name("a/pt"));
  EXPECT_TRUE(valid_repo("roberta-base"));
  EXPECT_FALSE(parse_name("roberta-base"));
}

TEST(HubName, Commits) {
  EXPECT_TRUE(is_commit("0123456789abcdef0123456789abcdef01234567"));
  EXPECT_FALSE(is_commit("0123456789ABCDEF0123456789abcdef01234567"));
  EXPECT_FALSE(is_commit("0123456789abcdef0123456789abcdef0123456"));
}

}  // namespace
}  // namespace hearken::model::hub
