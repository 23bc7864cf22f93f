# SPDX-License-Identifier: Apache-2.0
# Programs that run where nothing of ours is installed: everything in one file, the C library too. A library names what it
# links by trestle_either(), which is the shared library for every program but those.

# trestle_either(OUT TARGET ARCHIVES...): in OUT, what a library is to link: TARGET, or in a static program the archives,
# which are file names that the linker path is searched for. Without the archives there are no static programs.
function(trestle_either out target)
  set(paths "")
  foreach(archive ${ARGN})
    find_library(TRESTLE_ARCHIVE_${archive} ${archive})
    mark_as_advanced(TRESTLE_ARCHIVE_${archive})
    if(NOT TRESTLE_ARCHIVE_${archive})
      set_property(GLOBAL PROPERTY TRESTLE_ARCHIVES_MISSING ${archive})
      set(${out} ${target} PARENT_SCOPE)
      return()
    endif()
    list(APPEND paths ${TRESTLE_ARCHIVE_${archive}})
  endforeach()
  list(JOIN paths "$<SEMICOLON>" joined)
  set(${out} "$<IF:$<BOOL:$<TARGET_PROPERTY:TRESTLE_STATIC>>,${joined},${target}>" PARENT_SCOPE)
endfunction()

# trestle_static(TARGET): links TARGET fully static. Not under a sanitizer, whose run-time is shared, and not where an
# archive is missing; then it is linked as any other.
function(trestle_static target)
  get_property(missing GLOBAL PROPERTY TRESTLE_ARCHIVES_MISSING)
  if(missing)
    message(STATUS "${target} is not linked statically: ${missing} is missing")
  elseif(NOT "${CMAKE_EXE_LINKER_FLAGS} ${CMAKE_CXX_FLAGS_DEBUG}" MATCHES "-fsanitize")
    set_target_properties(${target} PROPERTIES TRESTLE_STATIC ON)
    # glibc warns of every call that may want its shared parts. Those that are left are never made: names are looked up by
    # c-ares, and getaddrinfo is asked for numeric addresses only.
    target_link_options(${target} PRIVATE -static LINKER:--gc-sections LINKER:--no-warnings)
  endif()
endfunction()
