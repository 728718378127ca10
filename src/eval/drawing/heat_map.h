// How strongly each of some texts is heard over the time of a recording, as a picture and as a page.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace hearken::eval {

struct HeatMap {
  struct Mark {
    std::size_t row = 0;
    double start_seconds = 0, end_seconds = 0, likelihood = 0;
  };

  std::string title;
  std::string note;               // a line below it
  std::vector<std::string> rows;  // texts
  double seconds = 0;             // that all columns take together
  std::vector<float> values;      // [columns, rows], row-major, 0 to 1
  std::vector<Mark> marks;        // events
};

/// A row a text, from pale (0) to dark blue (1), events framed; columns are drawn together where there are more than
/// pixels, by the greatest.
std::string heat_png(const HeatMap& map);

/// The same as an HTML file that loads nothing: times, values and events at the pointer.
std::string heat_page(const HeatMap& map);

}  // namespace hearken::eval
