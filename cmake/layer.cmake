# SPDX-License-Identifier: Apache-2.0
# postern_layer(<name> [SOURCES <file>...] [CXX_SOURCES <file>...] [PLUGINS <pattern>...] [DEPS <layer>...] [LIBS <library>...])
# makes the static library postern_<name> out of src/<name>/.
#   SOURCES      C files, listed
#   CXX_SOURCES  C++ shims, listed
#   PLUGINS      C files of a plug-in family by pattern (cmd_*.c): a new member needs no change of the build
#   DEPS         layers it may include; headers and link go on to whoever uses it
#   LIBS         system libraries, see postern_link_libraries
function(postern_layer name)
    cmake_parse_arguments(PARSE_ARGV 1 layer "" "" "SOURCES;CXX_SOURCES;PLUGINS;DEPS;LIBS")
    if(layer_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "postern_layer(${name}): unknown ${layer_UNPARSED_ARGUMENTS}")
    endif()
    set(plugins "")
    if(layer_PLUGINS)
        file(GLOB plugins CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" ${layer_PLUGINS})
        list(SORT plugins)
    endif()

    set(sources ${layer_SOURCES} ${layer_CXX_SOURCES} ${plugins})
    list(REMOVE_DUPLICATES sources)
    add_library(postern_${name} STATIC ${sources})
    target_include_directories(postern_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
    if(name STREQUAL "api" OR name STREQUAL "cli")
        target_include_directories(postern_${name} PUBLIC "${PROJECT_SOURCE_DIR}/include")
    endif()
    target_link_libraries(postern_${name} PRIVATE postern_options)
    foreach(dep IN LISTS layer_DEPS)
        if(TARGET postern_${dep})
            target_link_libraries(postern_${name} PUBLIC postern_${dep})
        else()
            message(STATUS "layer ${name}: ${dep} is not there, not linked")
        endif()
    endforeach()
    postern_link_libraries(postern_${name} PRIVATE ${layer_LIBS})
endfunction()
