# SPDX-License-Identifier: Apache-2.0
# postern_fuzzers(): every fuzz/<target>_fuzzer.c becomes a program <target>_fuzzer over all layers. With POSTERN_FUZZ it is
# a libFuzzer program; otherwise fuzz/replay.c runs it once over fuzz/corpus/<target>/, as a test of kind fuzz.
function(postern_fuzzers)
    if(NOT POSTERN_FUZZ AND NOT "fuzz" IN_LIST POSTERN_TESTS)
        return()
    endif()
    file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/fuzz/*_fuzzer.c")
    foreach(source IN LISTS sources)
        get_filename_component(program "${source}" NAME_WE)
        string(REGEX REPLACE "_fuzzer$" "" target "${program}")
        add_executable(${program} "${source}")
        postern_link_layers(${program})
        # Linked by the C++ compiler, as the program is: the shims need its runtime.
        set_target_properties(${program} PROPERTIES LINKER_LANGUAGE CXX
            RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/fuzz")
        if(POSTERN_FUZZ)
            target_link_options(${program} PRIVATE -fsanitize=fuzzer)
        else()
            target_sources(${program} PRIVATE "${PROJECT_SOURCE_DIR}/fuzz/replay.c")
            set(test ${POSTERN_TREE}.fuzz.${target})
            add_test(NAME ${test} COMMAND ${POSTERN_RUNNER} $<TARGET_FILE:${program}>
                "${PROJECT_SOURCE_DIR}/fuzz/corpus/${target}")
            set_tests_properties(${test} PROPERTIES LABELS fuzz TIMEOUT 120)
        endif()
    endforeach()
endfunction()

# postern_link_layers(<target>): links every layer there is, except the command line.
function(postern_link_layers target)
    target_link_libraries(${target} PRIVATE postern_options)
    foreach(layer IN ITEMS api run input sources engine rules eval lang ir ecs value base)
        if(TARGET postern_${layer})
            target_link_libraries(${target} PRIVATE postern_${layer})
        endif()
    endforeach()
endfunction()
