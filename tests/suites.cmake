# hearken_discover_suites(TARGET): each suite of a program with googletest's is a test, found after every build. One
# process a suite: one that opens libtorch costs more than most tests.
#
# The same file is the script that is run then, with PROGRAM, OUTPUT and MODELS.
if(CMAKE_SCRIPT_MODE_FILE)
  execute_process(COMMAND ${PROGRAM} --gtest_list_tests OUTPUT_VARIABLE listed COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "\n[A-Za-z0-9_/]+\\." suites "\n${listed}")
  # Skipped is one of which every test was; it says nothing else behind that.
  set(skipped "\\[  PASSED  \\] 0 tests\\.\n(\\[  SKIPPED \\][^\n]*\n)+$")
  # Passive: OpenMP's waiting threads spin otherwise, and take the time of the tests beside them.
  set(environment "HEARKEN_MODELS=${MODELS};OMP_WAIT_POLICY=passive")
  set(tests "")
  foreach(suite ${suites})
    string(REGEX REPLACE "[\n.]" "" suite ${suite})
    string(APPEND tests "add_test([=[${suite}]=] [=[${PROGRAM}]=] [=[--gtest_filter=${suite}.*]=])\n"
      "set_tests_properties([=[${suite}]=] PROPERTIES TIMEOUT 600 SKIP_REGULAR_EXPRESSION [=[${skipped}]=]\n"
      "  ENVIRONMENT [=[${environment}]=])\n")
  endforeach()
  file(WRITE ${OUTPUT} "${tests}")
  return()
endif()

function(hearken_discover_suites target)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${target}_suites.cmake)
  add_custom_command(TARGET ${target} POST_BUILD BYPRODUCTS ${output} VERBATIM
    COMMAND ${CMAKE_COMMAND} -D PROGRAM=$<TARGET_FILE:${target}> -D OUTPUT=${output}
      -D MODELS=${PROJECT_SOURCE_DIR}/models -P ${PROJECT_SOURCE_DIR}/tests/suites.cmake)
  # Where nothing was built, ctest says so.
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/${target}_include.cmake
    "if(EXISTS [=[${output}]=])\n  include([=[${output}]=])\nelse()\n  add_test(${target}_NOT_BUILT ${target}_NOT_BUILT)\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${CMAKE_CURRENT_BINARY_DIR}/${target}_include.cmake)
endfunction()
