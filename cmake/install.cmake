# `cmake --install`: the program, the library with its public headers and CMake package, the bundled model.
include(CMakePackageConfigHelpers)

set(hearken_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Hearken)
install(TARGETS hearken_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(TARGET hearken_torch)
  install(TARGETS hearken_torch LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/hearken)
endif()
install(TARGETS hearken ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/hearken DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY models DESTINATION ${CMAKE_INSTALL_DATADIR}/hearken)

# Manual pages and completion, written by the program itself.
set(hearken_guide ${CMAKE_CURRENT_BINARY_DIR}/guide)
file(MAKE_DIRECTORY ${hearken_guide})
add_custom_command(TARGET hearken_program POST_BUILD VERBATIM
  COMMAND hearken_program man ${hearken_guide}/man
  COMMAND hearken_program completion bash > ${hearken_guide}/hearken.bash
  COMMAND hearken_program completion zsh > ${hearken_guide}/hearken.zsh
  COMMAND hearken_program completion fish > ${hearken_guide}/hearken.fish)
install(DIRECTORY ${hearken_guide}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${hearken_guide}/hearken.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME hearken)
install(FILES ${hearken_guide}/hearken.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _hearken)
install(FILES ${hearken_guide}/hearken.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

install(FILES LICENSE THIRD_PARTY.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

configure_package_config_file(cmake/HearkenConfig.cmake.in HearkenConfig.cmake
  INSTALL_DESTINATION ${hearken_package_dir}
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
# Before 1.0 a new minor version may change the interface.
write_basic_package_version_file(HearkenConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/HearkenConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/HearkenConfigVersion.cmake
  DESTINATION ${hearken_package_dir})
