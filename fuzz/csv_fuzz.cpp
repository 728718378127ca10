// CSV files, and the Free Music Archive's tables with the lists in their cells. The first byte says which.
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/files/csv.h"
#include "data/csv.h"
#include "data/fma.h"
#include "data/python_list.h"
#include "hearken/error.h"
#include "target.h"

// A comma becomes a field and, in a header, a name; a row of FMA's becomes a track with a key and a line in maps.
const HeapBound kHeapBound{512, 64 << 10};

namespace {

using namespace hearken;

// What was read, written and read again, is the same.
void check_rows(std::string_view bytes) {
  std::vector<std::vector<std::string>> all;
  std::string again;
  std::size_t line = 0;
  for (data::CsvRows rows(bytes, "list.csv"); rows.next();) {
    if (rows.line() <= line || rows.fields().empty()) std::abort();
    line = rows.line();
    all.emplace_back(rows.fields().begin(), rows.fields().end());
    for (const std::string& field : all.back()) again += csv_cell(field) + (&field == &all.back().back() ? "\n" : ",");
    if (all.back() == std::vector<std::string>{""}) all.pop_back();  // an empty line when it is written
  }
  if (again.starts_with("\xEF\xBB\xBF")) return;  // would be taken for a byte order mark
  std::size_t at = 0;
  for (data::CsvRows rows(again, "list.csv"); rows.next(); ++at) {
    if (at >= all.size() || std::vector<std::string>(rows.fields().begin(), rows.fields().end()) != all[at])
      std::abort();
  }
  if (at != all.size()) std::abort();
}

void check_file(std::string_view bytes) {
  data::CsvFile file(bytes, "list.csv");
  for (std::size_t i = 0; i < file.columns().size(); ++i)
    if (!file.columns()[i].empty() && file.column(file.columns()[i]) != i) std::abort();
  while (file.next()) {
    file.field(file.columns().size() - 1);
    file.integer(0);
    file.number(0);
  }
}

void check_fma(std::string_view bytes) {
  Fma fma;
  data::parse_fma_tracks(bytes, "list.csv", fma);
  for (std::size_t i = 0; i < fma.tracks.size(); ++i)
    if (!fma.tracks[i].title.empty() && fma.find(fma.tracks[i].title, fma.tracks[i].artist).empty()) std::abort();
  fma.duplicates();
}

void check_genres(std::string_view bytes) {
  Fma fma;
  data::parse_fma_genres(bytes, "list.csv", fma);
  for (const FmaGenre& genre : fma.genres)
    if (fma.genre_line(genre.id).empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    switch (data[0] % 5) {
      case 0: check_rows(bytes); break;
      case 1: check_file(bytes); break;
      case 2: check_fma(bytes); break;
      case 3: check_genres(bytes); break;
      default: data::python_texts(bytes), data::python_integers(bytes);
    }
  } catch (const Error& error) {
    if (std::string_view(error.what()).find("list.csv: line ") != 0) std::abort();
  }
  return 0;
}
