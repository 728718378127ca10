// The style and the scripts of the pages that are written: web/report, carried by the program (cmake/embed.cmake).
#pragma once

#include <string_view>

namespace hearken::eval {

std::string_view page_style();
std::string_view page_script();  // before the others
std::string_view plot_script();
std::string_view curves_script();
std::string_view compare_script();
std::string_view heat_script();

}  // namespace hearken::eval
