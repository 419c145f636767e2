# SPDX-License-Identifier: Apache-2.0
# postern_link_libraries(<target> <PRIVATE|PUBLIC> <name>...): links system libraries. "Threads" and "m" are themselves,
# every other name is a pkg-config module. tomlplusplus is used as headers only: Debian's shared library is built with
# exceptions, which gives its symbols another inline namespace than our shims ask for.
find_package(PkgConfig REQUIRED)

function(postern_link_libraries target scope)
    foreach(name IN LISTS ARGN)
        if(name STREQUAL "Threads")
            set(THREADS_PREFER_PTHREAD_FLAG ON)
            find_package(Threads REQUIRED)
            target_link_libraries(${target} ${scope} Threads::Threads)
        elseif(name STREQUAL "m")
            target_link_libraries(${target} ${scope} m)
        elseif(name STREQUAL "tomlplusplus")
            find_path(POSTERN_TOML_FOLDER toml++/toml.h REQUIRED)
            mark_as_advanced(POSTERN_TOML_FOLDER)
            target_include_directories(${target} SYSTEM ${scope} "${POSTERN_TOML_FOLDER}")
        else()
            if(NOT TARGET PkgConfig::${name})
                pkg_check_modules(${name} REQUIRED QUIET IMPORTED_TARGET GLOBAL ${name})
            endif()
            target_link_libraries(${target} ${scope} PkgConfig::${name})
        endif()
    endforeach()
endfunction()
