// A cell of a CSV file as RFC 4180 quotes it.
#pragma once

#include <string>
#include <string_view>

namespace hearken {

/// As it is, or within quotation marks (those inside doubled) where it holds a comma, a quotation mark or the end of a
/// line. What a spreadsheet would run as a formula gets an apostrophe in front, which it shows as text: a cell that
/// begins with '=', '+', '-', '@', a tab or a carriage return, and is no number.
std::string csv_cell(std::string_view text);

}  // namespace hearken
