# Installs into a folder of its own, builds docs/examples against that with find_package, and runs both programs there.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE errors)
  if(NOT status EQUAL 0)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "${command}\nended with ${status}:\n${output}${errors}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
set(prefix ${WORK_DIR}/prefix)
set(flags)
if(SANITIZE)
  set(flags "-DCMAKE_CXX_FLAGS=-fsanitize=${SANITIZE}")
endif()

run(${CMAKE_COMMAND} --install ${BINARY_DIR} --prefix ${prefix})
# Moved after installing: the package must not remember where it was made.
file(RENAME ${prefix} ${WORK_DIR}/elsewhere)
set(prefix ${WORK_DIR}/elsewhere)
run(${CMAKE_COMMAND} -G Ninja -S ${SOURCE_DIR}/docs/examples -B ${WORK_DIR}/build ${flags}
  -DCMAKE_PREFIX_PATH=${prefix} -DCMAKE_CXX_COMPILER=${CXX_COMPILER} -DCMAKE_BUILD_TYPE=Release)
run(${CMAKE_COMMAND} --build ${WORK_DIR}/build)

unset(ENV{HEARKEN_MODELS})
unset(ENV{HEARKEN_LIBRARY})
run(${prefix}/bin/hearken --version)
# The program finds the installed model beside itself ...
run(${prefix}/bin/hearken index ${SOURCE_DIR}/samples --library ${WORK_DIR}/program.db)
# ... another program is told where it is.
set(ENV{HEARKEN_MODELS} ${prefix}/share/hearken/models)
run(${WORK_DIR}/build/find ${WORK_DIR}/example.db ${SOURCE_DIR}/samples "a dog barking")
if(NOT output MATCHES "^[^\n]*recording-(01\\.ogg|11\\.mp3)")
  message(FATAL_ERROR "a dog barking is not found first:\n${output}")
endif()
file(REMOVE_RECURSE ${WORK_DIR})
