# SPDX-License-Identifier: Apache-2.0
# cmake -DSOURCE=FOLDER -DOUTPUT=HEADER -P EmbedScripts.cmake: the host scripts as constants of a header, so that the
# program that puts them on hosts carries them with it.
set(text "// SPDX-License-Identifier: Apache-2.0\n// Made from hypervisor-scripts/ by tools/cmake/EmbedScripts.cmake.\n")
string(APPEND text "#ifndef TRESTLE_HELPERS_OVM3_HOST_SCRIPT_TEXTS_H_\n#define TRESTLE_HELPERS_OVM3_HOST_SCRIPT_TEXTS_H_\n")
string(APPEND text "#include <string_view>\nnamespace trestle::ovm3 {\n")
foreach(name Install Cloudstack Storagehealth Introspect Facts)
  string(TOLOWER "${name}" file)
  # Read as hexadecimal digits: a script as text would lose brackets and semicolons in CMake.
  file(READ "${SOURCE}/${file}.py" hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${hex}")
  # Pieces, because compilers limit the length of one literal.
  string(REGEX REPLACE "(\\\\x0a)" "\\1\"\n    \"" bytes "${bytes}")
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(APPEND text "inline constexpr std::string_view k${name}Script{\n    \"${bytes}\", ${size}};\n")
endforeach()
string(APPEND text "}  // namespace trestle::ovm3\n#endif  // TRESTLE_HELPERS_OVM3_HOST_SCRIPT_TEXTS_H_\n")
file(WRITE "${OUTPUT}" "${text}")
