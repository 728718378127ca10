# Files that the program carries: writes a source that includes their bytes as they are.
#   src/server/openapi.json, and the page: web/dist when it was built, else src/server/page.html.
#   labels/*.txt, the label sets.
#   web/report, the style and the scripts of the pages that map, compare, tune and events write.
# The page is carried twice: as it is, and packed for browsers that say they unpack.

file(GLOB_RECURSE hearken_page CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/web/dist/*)
set(hearken_page_root ${PROJECT_SOURCE_DIR}/web/dist)
if(NOT EXISTS ${hearken_page_root}/index.html)
  set(hearken_page ${PROJECT_SOURCE_DIR}/src/server/page.html)
endif()
list(FILTER hearken_page EXCLUDE REGEX "\\.map$")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${hearken_page})

set(hearken_embedded_source ${CMAKE_CURRENT_BINARY_DIR}/embedded_files.cpp)
file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/page)
set(bytes "")
set(table "")
set(number 0)
foreach(file ${PROJECT_SOURCE_DIR}/src/server/openapi.json ${hearken_page})
  string(APPEND bytes "INCLUDE_BYTES(${number}, \"${file}\")\n")
  if(NOT number EQUAL 0)
    if(file STREQUAL "${PROJECT_SOURCE_DIR}/src/server/page.html")
      set(path "/index.html")
    else()
      file(RELATIVE_PATH path ${hearken_page_root} ${file})
      set(path "/${path}")
    endif()
    set(packed ${CMAKE_CURRENT_BINARY_DIR}/page/${number}.gz)
    file(ARCHIVE_CREATE OUTPUT ${packed} PATHS ${file} FORMAT raw COMPRESSION GZip COMPRESSION_LEVEL 9)
    string(APPEND bytes "INCLUDE_BYTES(${number}_gz, \"${packed}\")\n")
    string(APPEND table "    {\"${path}\", BYTES(${number}), BYTES(${number}_gz)},\n")
  endif()
  math(EXPR number "${number} + 1")
endforeach()
file(GLOB hearken_labels CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/labels/*.txt)
set(sets "")
foreach(file ${hearken_labels})
  string(APPEND bytes "INCLUDE_BYTES(${number}, \"${file}\")\n")
  get_filename_component(name ${file} NAME_WE)
  string(APPEND sets "    {\"${name}\", BYTES(${number})},\n")
  math(EXPR number "${number} + 1")
endforeach()
set(hearken_report ${PROJECT_SOURCE_DIR}/web/report/plot.css)
string(APPEND bytes "INCLUDE_BYTES(style, \"${PROJECT_SOURCE_DIR}/web/report/plot.css\")\n")
foreach(script page plot curves compare heat)
  list(APPEND hearken_report ${PROJECT_SOURCE_DIR}/web/report/${script}.js)
  string(APPEND bytes "INCLUDE_BYTES(${script}, \"${PROJECT_SOURCE_DIR}/web/report/${script}.js\")\n")
endforeach()
file(CONFIGURE OUTPUT ${hearken_embedded_source} @ONLY CONTENT [[
// Written by cmake/embed.cmake.
#include <array>
#include <string>
#include <string_view>

#include "data/label_sets.h"
#include "eval/drawing/page_files.h"
#include "server/http/embedded.h"

#define INCLUDE_BYTES(n, file)                                                          \
  __asm__(".pushsection .rodata\nhearken_file_" #n ":\n.incbin \"" file "\"\nhearken_file_end_" #n ":\n.popsection\n"); \
  extern "C" __attribute__((visibility("hidden"))) const char hearken_file_##n[];        \
  extern "C" __attribute__((visibility("hidden"))) const char hearken_file_end_##n[];
#define BYTES(n) std::string_view(hearken_file_##n, static_cast<std::size_t>(hearken_file_end_##n - hearken_file_##n))

@bytes@
namespace hearken::server {

std::string openapi_json() { return std::string(BYTES(0)); }

std::span<const EmbeddedFile> page_files() {
  static const std::array files = std::to_array<EmbeddedFile>({
@table@  });
  return files;
}

}  // namespace hearken::server

namespace hearken::data {

std::span<const EmbeddedSet> embedded_label_sets() {
  static const std::array sets = std::to_array<EmbeddedSet>({
@sets@  });
  return sets;
}

}  // namespace hearken::data

namespace hearken::eval {

std::string_view page_style() { return BYTES(style); }
std::string_view page_script() { return BYTES(page); }
std::string_view plot_script() { return BYTES(plot); }
std::string_view curves_script() { return BYTES(curves); }
std::string_view compare_script() { return BYTES(compare); }
std::string_view heat_script() { return BYTES(heat); }

}  // namespace hearken::eval
]])
set_source_files_properties(${hearken_embedded_source} PROPERTIES OBJECT_DEPENDS
  "${PROJECT_SOURCE_DIR}/src/server/openapi.json;${hearken_page};${hearken_labels};${hearken_report}")
