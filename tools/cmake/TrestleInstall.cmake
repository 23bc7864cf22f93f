# SPDX-License-Identifier: Apache-2.0
# find_package(trestle) gives trestle::objects, and trestle::simulator where the tools are built.
include(CMakePackageConfigHelpers)
set(trestle_config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/trestle)

get_property(trestle_installed GLOBAL PROPERTY TRESTLE_LIBRARIES)
install(TARGETS ${trestle_installed} EXPORT trestleTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT trestleTargets NAMESPACE trestle:: DESTINATION ${trestle_config_dir})
install(DIRECTORY objects DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/trestle FILES_MATCHING PATTERN "*.h" PATTERN adr EXCLUDE)
install(DIRECTORY tools/simulator DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/trestle/tools FILES_MATCHING PATTERN "*.h")

configure_package_config_file(tools/cmake/trestleConfig.cmake.in ${PROJECT_BINARY_DIR}/trestleConfig.cmake
  INSTALL_DESTINATION ${trestle_config_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/trestleConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/trestleConfig.cmake ${PROJECT_BINARY_DIR}/trestleConfigVersion.cmake
  tools/cmake/FindXmlrpcC.cmake DESTINATION ${trestle_config_dir})
