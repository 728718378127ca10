# Warnings, and the headers that are compiled once.
set(hearken_warnings -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  list(APPEND hearken_warnings -Wno-restrict)  # g++ 12 warns of std::string's own operator+ (GCC bug 105651)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  list(APPEND hearken_warnings -Wno-deprecated-declarations)  # clang sees one inside libstdc++ 12's std::stable_sort
endif()
set(hearken_test_warnings -Wall -Wextra)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND hearken_test_warnings -Wno-restrict)
endif()
if(HEARKEN_WERROR)
  list(APPEND hearken_warnings -Werror)
  list(APPEND hearken_test_warnings -Werror)
endif()

# What most sources include. ./dev lint builds without precompiled headers, so that each source still names what it uses.
set(hearken_common_headers <algorithm> <cstdint> <filesystem> <functional> <map> <memory> <optional> <string> <string_view>
  <variant> <vector>)
add_compile_options($<$<AND:$<CXX_COMPILER_ID:GNU>,$<COMPILE_LANGUAGE:CXX>>:-fpch-preprocess>)  # what ccache asks for
