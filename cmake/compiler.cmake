# Warnings, and the headers that are compiled once.
set(false_alarms)  # which compilers raise about the standard library's own code
set(of_strings -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)  # moved or inserted, once inlined
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  set(false_alarms -Wno-restrict)  # std::string's operator+ (GCC bug 105651)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(false_alarms ${of_strings})  # GCC bugs 105329 and 107852
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  set(false_alarms -Wno-deprecated-declarations)  # libstdc++ 12's std::stable_sort
endif()
set(hearken_warnings -Wall -Wextra -Wpedantic -Wshadow -Wconversion ${false_alarms})
set(hearken_test_warnings -Wall -Wextra ${false_alarms})
if(HEARKEN_WERROR)
  list(APPEND hearken_warnings -Werror)
  list(APPEND hearken_test_warnings -Werror)
endif()

# For commands and tests, which wait for the library and compute nothing: a third less to compile.
set(hearken_little_optimised $<$<CONFIG:Release>:-O1>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND hearken_little_optimised ${of_strings})  # g++ 12 raises them here only
endif()

# What most sources include. ./dev lint builds without precompiled headers, so that each source still names what it uses.
set(hearken_common_headers <algorithm> <cstdint> <filesystem> <functional> <map> <memory> <optional> <string> <string_view>
  <variant> <vector>)
add_compile_options($<$<AND:$<CXX_COMPILER_ID:GNU>,$<COMPILE_LANGUAGE:CXX>>:-fpch-preprocess>)  # what ccache asks for
