# What `cmake --install` puts in place for C programs: headers, both libraries, firth.pc,
# and a package with the targets firth::firth and firth::static. All of it can be moved.
include(CMakePackageConfigHelpers)

install(DIRECTORY include/firth DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.h)
install(TARGETS firth firth_static EXPORT firth
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})

file(RELATIVE_PATH FIRTH_PC_TO_PREFIX
  ${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(${CMAKE_CURRENT_LIST_DIR}/firth.pc.in ${CMAKE_CURRENT_BINARY_DIR}/firth.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/firth.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/firth)
install(EXPORT firth NAMESPACE firth:: FILE firth-targets.cmake DESTINATION ${package})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/firth-config.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/firth-config.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/firth-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/firth-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/firth-config-version.cmake DESTINATION ${package})
