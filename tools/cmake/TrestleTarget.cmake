# SPDX-License-Identifier: Apache-2.0
# One function per kind of target, so that every target gets the same flags and the same include root.
include(GNUInstallDirs)
find_package(Threads REQUIRED)

# A compiler cache is used when the machine has one; nothing depends on it.
find_program(TRESTLE_CCACHE ccache)
if(TRESTLE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${TRESTLE_CCACHE})
endif()

# Clang 14 checks the lock annotations; GCC ignores them.
function(trestle_flags target scope)
  target_compile_features(${target} ${scope} cxx_std_20)
  target_include_directories(${target} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/trestle>)
endfunction()

# trestle_library(NAME SOURCES... [LIBRARIES ...] [PRIVATE_LIBRARIES ...] [INTERNAL]): a static library with the alias
# trestle::NAME. Without sources it is header-only. INTERNAL ones are parts of our programs and are not installed.
function(trestle_library name)
  cmake_parse_arguments(ARG "INTERNAL" "" "LIBRARIES;PRIVATE_LIBRARIES" ${ARGN})
  set(target trestle_${name})
  if(ARG_UNPARSED_ARGUMENTS)
    add_library(${target} STATIC ${ARG_UNPARSED_ARGUMENTS})
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    trestle_flags(${target} PUBLIC)
    target_link_libraries(${target} PUBLIC ${ARG_LIBRARIES} PRIVATE ${ARG_PRIVATE_LIBRARIES})
  else()
    add_library(${target} INTERFACE)
    trestle_flags(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE ${ARG_LIBRARIES})
  endif()
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  if(NOT ARG_INTERNAL)
    set_property(GLOBAL APPEND PROPERTY TRESTLE_LIBRARIES ${target})
  endif()
  add_library(trestle::${name} ALIAS ${target})
endfunction()

# trestle_program(NAME SOURCES... LIBRARIES ...): a program in build/<preset>/bin.
function(trestle_program name)
  cmake_parse_arguments(ARG "" "" "LIBRARIES" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  trestle_flags(${name} PRIVATE)
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES})
endfunction()
