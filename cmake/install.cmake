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
install(FILES LICENSE THIRD_PARTY.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

configure_package_config_file(cmake/HearkenConfig.cmake.in HearkenConfig.cmake
  INSTALL_DESTINATION ${hearken_package_dir}
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
# Before 1.0 a new minor version may change the interface.
write_basic_package_version_file(HearkenConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/HearkenConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/HearkenConfigVersion.cmake
  DESTINATION ${hearken_package_dir})
