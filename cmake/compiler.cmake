# Warnings, and the headers that are compiled once.
set(false_alarms)  # which compilers raise about the standard library's own code
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Strings that are moved, joined or inserted, once inlined (GCC bugs 105329, 105651 and 107852).
  set(false_alarms -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
  if(CMAKE_UNITY_BUILD)
    # A source that is included by another: its unnamed types are its own still, and paths are initialised. What another one
    # is `using` is no name of its own.
    list(APPEND false_alarms -Wno-subobject-linkage -Wno-maybe-uninitialized -Wno-shadow)
  endif()
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

# What most sources include. ./dev lint builds without precompiled headers, so that each source still names what it uses.
set(hearken_common_headers <algorithm> <cstdint> <filesystem> <functional> <map> <memory> <optional> <string> <string_view>
  <variant> <vector>)
add_compile_options($<$<AND:$<CXX_COMPILER_ID:GNU>,$<COMPILE_LANGUAGE:CXX>>:-fpch-preprocess>)  # what ccache asks for
