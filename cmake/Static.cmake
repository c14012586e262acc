# SPDX-License-Identifier: Apache-2.0
#
# One program without shared libraries (make release): static-pie, hardened, the same bytes wherever
# it is built. Libraries are Debian's archives; what has none is compiled from its source package.
option(CNPLINT_STATIC "Link everything statically" OFF)
set(CNPLINT_SOURCES "${CMAKE_SOURCE_DIR}/build/sources" CACHE PATH "What packaging/sources.sh fetched")

if(CNPLINT_STATIC)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  add_compile_options(-fPIE -fstack-protector-strong -fstack-clash-protection -fcf-protection
                      -ffunction-sections -fdata-sections
                      # No path of the machine, and what unity builds number, in the program.
                      -ffile-prefix-map=${CMAKE_BINARY_DIR}=build -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.
                      -frandom-seed=cnplint)
  add_compile_definitions(_FORTIFY_SOURCE=2)
  add_link_options(-static-pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,pack-relative-relocs -Wl,--gc-sections -Wl,--build-id=none
                   -s)
endif()

# simdjson as the target that pkg-config would make.
function(cnplint_simdjson)
  if(NOT CNPLINT_STATIC)
    pkg_check_modules(SIMDJSON REQUIRED IMPORTED_TARGET GLOBAL simdjson)
    return()
  endif()
  if(NOT EXISTS ${CNPLINT_SOURCES}/simdjson/src/simdjson.cpp)
    message(FATAL_ERROR "packaging/sources.sh ${CNPLINT_SOURCES} fetches the sources")
  endif()
  add_library(simdjson_source STATIC ${CNPLINT_SOURCES}/simdjson/src/simdjson.cpp)
  target_include_directories(simdjson_source SYSTEM PUBLIC ${CNPLINT_SOURCES}/simdjson/include
                             PRIVATE ${CNPLINT_SOURCES}/simdjson/src)
  target_compile_definitions(simdjson_source PUBLIC SIMDJSON_THREADS_ENABLED=1)
  target_compile_options(simdjson_source PRIVATE -ffile-prefix-map=${CNPLINT_SOURCES}=sources)
  target_link_libraries(simdjson_source PUBLIC Threads::Threads)
  add_library(PkgConfig::SIMDJSON ALIAS simdjson_source)
endfunction()

# Rooms whose code runs once or seldom are made small; those that read, decide and count stay fast.
function(cnplint_small_rooms)
  if(CNPLINT_STATIC)
    foreach(room IN LISTS ARGN)
      target_compile_options(cnplint_${room} PRIVATE -Os)
    endforeach()
  endif()
endfunction()

# The commit and its date, for `cnplint --version`; nothing where git or the repository is not there.
function(cnplint_commit)
  if(NOT CNPLINT_STATIC)
    return()
  endif()
  execute_process(COMMAND git -C ${CMAKE_SOURCE_DIR} log -1 "--format=%h, %cs" --abbrev=12
                  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(commit)
    set_source_files_properties(cli/version.cpp PROPERTIES COMPILE_DEFINITIONS
                                "CNPLINT_COMMIT=\"commit ${commit}\"")
  endif()
  # Asked anew where the head moves.
  if(EXISTS ${CMAKE_SOURCE_DIR}/.git/logs/HEAD)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/.git/logs/HEAD)
  endif()
endfunction()
