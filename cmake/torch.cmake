# libtorch, and the module that is built on it: libhearken_torch.so. Training and CUDA need it (HEARKEN_TRAIN); all else
# builds without.
#
# Looked for, in this order: HEARKEN_TORCH, a folder with include/ and lib/ (of PyPI's torch: site-packages/torch); the
# torch package of the Python that is first on the path; Debian's libtorch-dev. Its own TorchConfig.cmake is not asked:
# where libtorch has CUDA that one wants CUDA's compiler, and nothing here is compiled for the device.
set(HEARKEN_TORCH "" CACHE PATH "Folder of libtorch, such as site-packages/torch; empty: look for it")

function(hearken_find_torch)
  set(folders ${HEARKEN_TORCH})
  if(NOT HEARKEN_TORCH)
    find_program(HEARKEN_PYTHON3 python3)
    if(HEARKEN_PYTHON3)
      # Found, not imported: that would take seconds.
      execute_process(COMMAND ${HEARKEN_PYTHON3} -c
        "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')"
        OUTPUT_VARIABLE folders OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    endif()
    list(APPEND folders /usr)
  endif()
  foreach(folder ${folders})
    find_path(header ATen/ATen.h PATHS ${folder}/include NO_DEFAULT_PATH NO_CACHE)
    find_library(library torch_cpu PATHS ${folder}/lib ${folder}/lib/${CMAKE_LIBRARY_ARCHITECTURE} NO_DEFAULT_PATH NO_CACHE)
    if(header AND library)
      break()
    endif()
    unset(header)
    unset(library)
  endforeach()
  if(NOT library)
    if(HEARKEN_TORCH)
      message(FATAL_ERROR "HEARKEN_TORCH=${HEARKEN_TORCH}: no libtorch there (include/ATen/ATen.h and lib/libtorch_cpu.so)")
    endif()
    message(FATAL_ERROR "HEARKEN_TRAIN needs libtorch; install libtorch-dev and libopenblas0-pthread, or PyPI's torch")
  endif()
  message(STATUS "libtorch: ${library}")
  get_filename_component(lib ${library} DIRECTORY)
  add_library(hearken_libtorch INTERFACE)
  target_include_directories(hearken_libtorch SYSTEM INTERFACE ${header})
  if(EXISTS ${lib}/libtorch_cuda.so)
    # They register CUDA's kernels when they are loaded; the linker sees no symbol of theirs in use.
    target_link_libraries(hearken_libtorch INTERFACE
      "-Wl,--no-as-needed,${lib}/libtorch_cuda.so,${lib}/libc10_cuda.so,--as-needed")
    target_compile_definitions(hearken_libtorch INTERFACE HEARKEN_TORCH_CUDA)
  endif()
  target_link_libraries(hearken_libtorch INTERFACE ${library} ${lib}/libc10.so Threads::Threads ${CMAKE_DL_LIBS})
  if(NOT lib MATCHES "^/usr/lib")
    # What its libraries need in turn they find by their own run paths; the linker does not follow those.
    target_link_options(hearken_libtorch INTERFACE -Wl,-rpath,${lib} -Wl,--allow-shlib-undefined)
  endif()
endfunction()
if(HEARKEN_TRAIN OR HEARKEN_TORCH OR HEARKEN_ONLY_TORCH)
  hearken_find_torch()
endif()

if(TARGET hearken_libtorch)
  file(GLOB hearken_torch_sources CONFIGURE_DEPENDS src/*/torch/*.cpp)
  list(FILTER hearken_torch_sources EXCLUDE REGEX "_test\\.cpp$")
  # What these use of the program: the module has its own, tests beside the program's library take them from there.
  add_library(hearken_torch_core OBJECT src/core/error.cpp src/core/threads/threads.cpp src/core/version.cpp)
  target_include_directories(hearken_torch_core PRIVATE src include)
  target_compile_options(hearken_torch_core PRIVATE ${hearken_warnings})
  target_compile_definitions(hearken_torch_core PRIVATE HEARKEN_VERSION="${PROJECT_VERSION}")
  add_library(hearken_torch_objects OBJECT ${hearken_torch_sources})
  target_include_directories(hearken_torch_objects PUBLIC src include)
  target_link_libraries(hearken_torch_objects PUBLIC hearken_libtorch)
  find_package(OpenMP)  # libtorch's own threads; a loop of ours in them is serial without
  if(OpenMP_CXX_FOUND)
    target_compile_options(hearken_torch_objects PRIVATE ${OpenMP_CXX_FLAGS})
    target_link_options(hearken_torch_objects PUBLIC ${OpenMP_CXX_FLAGS})
  endif()
  # A square root that may set errno is computed one at a time.
  set_source_files_properties(src/train/torch/adamw.cpp PROPERTIES COMPILE_OPTIONS -fno-math-errno SKIP_PRECOMPILE_HEADERS ON)
  target_compile_options(hearken_torch_objects PRIVATE ${hearken_warnings})
  target_precompile_headers(hearken_torch_objects PRIVATE ${hearken_common_headers} <ATen/ATen.h>)
  target_compile_definitions(hearken_torch_objects PRIVATE HEARKEN_VERSION="${PROJECT_VERSION}")
  add_library(hearken_torch MODULE)
  target_link_libraries(hearken_torch PRIVATE hearken_torch_objects hearken_torch_core)
  set_target_properties(hearken_torch PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
endif()
