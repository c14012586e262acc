# SPDX-License-Identifier: Apache-2.0

# cnplint_room(NAME [ROOMS ...] [LIBRARIES ...] [GENERATED ...]): folder = static library.
# tests/architecture_test.cpp holds the includes to the same arrows.
function(cnplint_room name)
  cmake_parse_arguments(ROOM "" "" "ROOMS;LIBRARIES;GENERATED" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${name}/*.cpp)
  add_library(cnplint_${name} STATIC ${sources} ${ROOM_GENERATED})
  set_source_files_properties(${ROOM_GENERATED} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  target_include_directories(cnplint_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  foreach(room IN LISTS ROOM_ROOMS)
    target_link_libraries(cnplint_${name} PUBLIC cnplint_${room})
  endforeach()
  target_link_libraries(cnplint_${name} PUBLIC ${ROOM_LIBRARIES})
  cnplint_warnings(cnplint_${name})
endfunction()
