# SPDX-License-Identifier: Apache-2.0
# xmlrpc-c ships no CMake or pkg-config file. Only its XML parts are linked: the transport is ours (ADR 0002).
find_path(XmlrpcC_INCLUDE_DIR xmlrpc-c/base.h)
set(XmlrpcC_LIBRARIES "")
foreach(part xmlrpc xmlrpc_xmlparse xmlrpc_xmltok xmlrpc_util)
  find_library(XmlrpcC_${part}_LIBRARY ${part})
  list(APPEND XmlrpcC_LIBRARIES ${XmlrpcC_${part}_LIBRARY})
endforeach()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(XmlrpcC REQUIRED_VARS XmlrpcC_INCLUDE_DIR XmlrpcC_xmlrpc_LIBRARY
  XmlrpcC_xmlrpc_xmlparse_LIBRARY XmlrpcC_xmlrpc_xmltok_LIBRARY XmlrpcC_xmlrpc_util_LIBRARY)
if(XmlrpcC_FOUND AND NOT TARGET XmlrpcC::xml)
  add_library(XmlrpcC::xml INTERFACE IMPORTED)
  target_include_directories(XmlrpcC::xml INTERFACE ${XmlrpcC_INCLUDE_DIR})
  target_link_libraries(XmlrpcC::xml INTERFACE ${XmlrpcC_LIBRARIES})
endif()
mark_as_advanced(XmlrpcC_INCLUDE_DIR)
