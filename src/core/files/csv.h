// A cell of a CSV file as RFC 4180 quotes it.
#pragma once

#include <string>
#include <string_view>

namespace hearken {

/// As it is, or within quotation marks (those inside doubled) where it holds a comma, a quotation mark or the end of a
/// line. Nothing else is changed: a cell that begins with '=', '+', '-' or '@' is data like any other, and whether a
/// spreadsheet takes it for a formula is set in the spreadsheet.
std::string csv_cell(std::string_view text);

}  // namespace hearken
