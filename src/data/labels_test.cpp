// The sets that come with the program, label files and what is wrong with them, and how a template is filled.
#include "hearken/labels.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "data/label_file.h"
#include "hearken/error.h"

namespace hearken {
namespace {

std::string message_of(const std::string& bytes) {
  try {
    data::parse_labels(bytes, "l.txt");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

const Label& named(const LabelSet& set, std::string_view name) {
  for (const Label& label : set.labels)
    if (label.name == name) return label;
  throw std::runtime_error("no label " + std::string(name));
}

std::string parent_of(const LabelSet& set, std::string_view name) {
  const auto parent = named(set, name).parent;
  return parent ? set.labels.at(*parent).name : "";
}

TEST(LabelSets, AllCanBeReadAndAreWhole) {
  const std::vector<std::pair<std::string, std::size_t>> sizes = {
      {"audioset", 527}, {"esc10", 10},        {"esc50", 50},        {"fsd50k", 200},
      {"gtzan", 10},     {"instruments", 75},  {"moods", 7},         {"speakers", 5},
      {"ucs", 643},      {"urbansound8k", 10}, {"voice-emotion", 7},
  };
  std::vector<std::string> names;
  for (const auto& [name, size] : sizes) {
    names.push_back(name);
    const LabelSet set = label_set(name);
    EXPECT_EQ(set.name, name);
    std::size_t worded = 0;
    for (const Label& label : set.labels) worded += label.wordings.empty() ? 0 : 1;
    EXPECT_EQ(worded, size) << name;
    for (const std::string& sentence : set.templates) EXPECT_NO_THROW(check_template(sentence)) << name;
  }
  EXPECT_EQ(label_set_names(), names);
  EXPECT_THROW(label_set("esc51"), Error);
}

TEST(LabelSets, HaveTheirDatasetsSpellingsAndTrees) {
  EXPECT_EQ(label_set("esc50").labels.at(31).name, "mouse click");
  EXPECT_EQ(label_set("gtzan").templates, std::vector<std::string>{"This audio is a {} song."});
  const LabelSet audioset = label_set("audioset");
  EXPECT_EQ(audioset.labels.at(0).name, "Speech");
  EXPECT_EQ(parent_of(audioset, "Bark"), "Dog");
  EXPECT_EQ(parent_of(audioset, "Growling"), "Animal");  // of dogs and of cats
  EXPECT_EQ(parent_of(audioset, "Thump, thud"), "");     // of arrows, and of nothing in particular
  const LabelSet ucs = label_set("ucs");
  EXPECT_EQ(named(ucs, "AIRCRAFT-HELICOPTER").code, "AEROHeli");
  EXPECT_EQ(parent_of(ucs, "AIRCRAFT-HELICOPTER"), "AIRCRAFT");
  EXPECT_TRUE(named(ucs, "AIRCRAFT").wordings.empty());
  EXPECT_EQ(named(ucs, "CREATURES-BEAST").code, "CREABeast");  // a person may say so
  EXPECT_TRUE(named(ucs, "CREATURES-BEAST").wordings.empty());
}

TEST(LabelFile, LinesOfEveryKind) {
  const LabelSet set = data::parse_labels(
      "\xEF\xBB\xBF# sounds\r\nA recording of {}.\r\ndog_bark\r\ncat: a cat | cats\nAnimal > Bird > owl [OWL1]: "
      "梟\nBird > crow\n",
      "l.txt");
  EXPECT_EQ(set.templates, std::vector<std::string>{"A recording of {}."});
  ASSERT_EQ(set.labels.size(), 6U);
  EXPECT_EQ(named(set, "dog_bark").wordings, std::vector<std::string>{"dog bark"});
  EXPECT_EQ(named(set, "cat").wordings, (std::vector<std::string>{"a cat", "cats"}));
  EXPECT_EQ(parent_of(set, "owl"), "Bird");
  EXPECT_EQ(parent_of(set, "Bird"), "Animal");
  EXPECT_EQ(parent_of(set, "crow"), "Bird");
  EXPECT_TRUE(named(set, "Bird").wordings.empty());
  EXPECT_EQ(named(set, "owl").code, "OWL1");
  EXPECT_EQ(data::parse_labels("a\n", "l.txt").templates, std::vector<std::string>{std::string(kTemplate)});
}

TEST(LabelFile, ErrorsNameFileAndLine) {
  EXPECT_EQ(message_of(""), "l.txt: holds no label, one a line");
  EXPECT_EQ(message_of("# a\na {}\n"), "l.txt: holds no label, one a line");
  EXPECT_EQ(message_of("a\n\na: b\n"), "l.txt: line 3: 'a' is on line 1 already");
  EXPECT_EQ(message_of("a > c\nb > c: d\n"), "l.txt: line 2: 'c' lies under 'a' already");
  EXPECT_EQ(message_of("a > b\nb > a\n"), "l.txt: line 2: 'a' lies under itself");
  EXPECT_EQ(message_of("a\n: b\n"), "l.txt: line 2: no name before the ':'");
  EXPECT_EQ(message_of("a > > b\n"), "l.txt: line 1: no name beside a '>'");
  EXPECT_EQ(message_of("a: b | b\n"), "l.txt: line 1: wording 2 of 'a' stands there already: 'b'");
  EXPECT_EQ(message_of("a:\n"), "l.txt: line 1: wording 1 of 'a' is empty");
  EXPECT_EQ(message_of("a [A]:\na [A]: b\n"), "l.txt: line 2: 'a' is on line 1 already");
  EXPECT_EQ(message_of("a: b |\n"), "l.txt: line 1: wording 2 of 'a' is empty");
  EXPECT_EQ(message_of("a [b c]\n"), "l.txt: line 1: a code is of letters and digits, as in [AEROHeli], not 'b c'");
  EXPECT_EQ(message_of("{} {}\na\n"), "l.txt: line 1: '{}' stands there twice");
  EXPECT_EQ(message_of("a\n\xFC\n"), "l.txt: line 2, byte 1: not UTF-8; save the file as UTF-8");
  EXPECT_EQ(message_of("\xFF\xFE"
                       "a"),
            "l.txt: line 1, byte 1: UTF-16; save the file as UTF-8");
  EXPECT_NE(message_of(std::string(5000, 'a')).find("line 1: longer than 4096 bytes"), std::string::npos);
  std::string deep = "n0";
  for (int i = 1; i < 40; ++i) deep += " > n" + std::to_string(i);
  EXPECT_NE(message_of(deep).find("more than 32 levels"), std::string::npos);
}

TEST(LabelList, NamesAndWhatIsWrongWithThem) {
  const LabelSet set = labels_in(" rain , dog_bark,[a");
  ASSERT_EQ(set.labels.size(), 3U);
  EXPECT_EQ(set.labels[1].name, "dog_bark");
  EXPECT_EQ(set.labels[1].wordings.front(), "dog bark");
  for (const char* bad : {"", "a,,b", "a, a", "a,\xFC"}) EXPECT_THROW(labels_in(bad), Error) << bad;
}

TEST(Template, ArticlesFitTheWording) {
  const std::string song = "This audio is a {} song.";
  EXPECT_EQ(in_template(song, "jazz"), "This audio is a jazz song.");
  EXPECT_EQ(in_template(song, "electronic"), "This audio is an electronic song.");
  EXPECT_EQ(in_template("An {}", "owl"), "An owl");
  EXPECT_EQ(in_template("An {}", "crow"), "A crow");
  EXPECT_EQ(in_template("a {} is played", "ukulele"), "a ukulele is played");
  EXPECT_EQ(in_template("The sound of a {}.", "a crowd"), "The sound of a crowd.");
  EXPECT_EQ(in_template("A {} can be heard.", "the sea"), "the sea can be heard.");
  EXPECT_EQ(in_template("banana {}", "owl"), "banana owl");
  EXPECT_EQ(in_template("{}", "a"), "a");
  EXPECT_THROW(check_template("a sound"), Error);
  EXPECT_THROW(check_template("{} {}"), Error);
}

}  // namespace
}  // namespace hearken
