# SPDX-License-Identifier: Apache-2.0
option(CNPLINT_WERROR "Warnings are errors" OFF)

# Our warnings, for our own targets only.
function(cnplint_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                                           -Wold-style-cast -Woverloaded-virtual)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # GCC 12 sees overlaps where std::string is concatenated (GCC bug 105651). It warns of
    # types from anonymous namespaces wherever the file is not the main one, as none is in a unit.
    target_compile_options(${target} PRIVATE -Wno-restrict -Wno-subobject-linkage)
  endif()
  if(CNPLINT_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()
