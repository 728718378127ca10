# Files that the program carries: writes a source that includes their bytes as they are.
#   The page: web/dist when it was built, else src/server/page.html.
#   By name (src/core/carried.h): labels/*.txt, the label sets; web/report, the style and the scripts of the pages that
#   map, compare, tune and events write; the API's description, SQL, tables of words and scripts of shells from src.
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
foreach(file ${hearken_page})
  string(APPEND bytes "INCLUDE_BYTES(${number}, \"${file}\")\n")
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
  math(EXPR number "${number} + 1")
endforeach()
file(GLOB_RECURSE hearken_carried CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/*.sql ${PROJECT_SOURCE_DIR}/src/*.txt
  ${PROJECT_SOURCE_DIR}/src/*.bash ${PROJECT_SOURCE_DIR}/src/*.zsh ${PROJECT_SOURCE_DIR}/src/*.fish)
file(GLOB hearken_labels CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/labels/*.txt)
list(APPEND hearken_carried ${hearken_labels} ${PROJECT_SOURCE_DIR}/src/server/openapi.json)
foreach(file plot.css page.js plot.js curves.js compare.js heat.js)
  list(APPEND hearken_carried ${PROJECT_SOURCE_DIR}/web/report/${file})
endforeach()
list(SORT hearken_carried)
set(carried "")
foreach(file ${hearken_carried})
  string(APPEND bytes "INCLUDE_BYTES(${number}, \"${file}\")\n")
  file(RELATIVE_PATH name ${PROJECT_SOURCE_DIR} ${file})
  string(APPEND carried "    {\"${name}\", BYTES(${number})},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(CONFIGURE OUTPUT ${hearken_embedded_source} @ONLY CONTENT [[
// Written by cmake/embed.cmake.
#include <array>
#include <string_view>

#include "core/carried.h"
#include "server/http/embedded.h"

#define INCLUDE_BYTES(n, file)                                                          \
  __asm__(".pushsection .rodata\nhearken_file_" #n ":\n.incbin \"" file "\"\nhearken_file_end_" #n ":\n.popsection\n"); \
  extern "C" __attribute__((visibility("hidden"))) const char hearken_file_##n[];        \
  extern "C" __attribute__((visibility("hidden"))) const char hearken_file_end_##n[];
#define BYTES(n) std::string_view(hearken_file_##n, static_cast<std::size_t>(hearken_file_end_##n - hearken_file_##n))

@bytes@
namespace hearken {

std::span<const CarriedFile> carried_files() {
  static const std::array files = std::to_array<CarriedFile>({
@carried@  });
  return files;
}

}  // namespace hearken

namespace hearken::server {

std::span<const EmbeddedFile> page_files() {
  static const std::array files = std::to_array<EmbeddedFile>({
@table@  });
  return files;
}

}  // namespace hearken::server
]])
set_source_files_properties(${hearken_embedded_source} PROPERTIES OBJECT_DEPENDS
  "${hearken_page};${hearken_carried}")
