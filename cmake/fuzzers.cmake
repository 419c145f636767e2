# SPDX-License-Identifier: Apache-2.0
# postern_fuzzers(): every fuzz/<target>_fuzzer.c becomes a program <target>_fuzzer over all layers. With POSTERN_FUZZ it is
# a libFuzzer program; otherwise fuzz/replay.c runs it once over fuzz/corpus/<target>/, as a test of kind fuzz. So are five
# seconds of fuzz/broken_lines.py.
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
    if(NOT POSTERN_FUZZ AND TARGET postern)
        add_test(NAME ${POSTERN_TREE}.fuzz.broken_lines COMMAND Python3::Interpreter -B
            "${PROJECT_SOURCE_DIR}/fuzz/broken_lines.py" --postern $<TARGET_FILE:postern> --seconds 5 --seed 1
            --keep "${PROJECT_BINARY_DIR}")
        set_tests_properties(${POSTERN_TREE}.fuzz.broken_lines PROPERTIES LABELS fuzz TIMEOUT 300)
    endif()
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
