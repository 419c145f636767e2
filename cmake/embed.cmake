# SPDX-License-Identifier: Apache-2.0
# postern_embed(<target> <symbol> <header> <folder> <pattern>): compiles the files of <folder> that match <pattern>, in all
# its subfolders, into <target> as `const struct embedded_file <symbol>[]` and `const size_t <symbol>_count`, which <header>
# declares. The table is made in the build folder by cmake/embed.py.
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

function(postern_embed target symbol header folder pattern)
    set(generator "${PROJECT_SOURCE_DIR}/cmake/embed.py")
    set(output "${CMAKE_CURRENT_BINARY_DIR}/${symbol}.c")
    file(GLOB_RECURSE inputs CONFIGURE_DEPENDS "${folder}/${pattern}")
    # The list of names is an input too: removing a file must remake the table.
    string(REPLACE ";" "\n" names "${inputs}")
    file(CONFIGURE OUTPUT "${output}.inputs" CONTENT "@names@\n" @ONLY)
    add_custom_command(OUTPUT "${output}"
        COMMAND Python3::Interpreter "${generator}" --symbol ${symbol} --header ${header} --pattern ${pattern}
                "${folder}" "${output}"
        DEPENDS "${generator}" "${output}.inputs" ${inputs}
        COMMENT "Embedding ${symbol}"
        VERBATIM)
    target_sources(${target} PRIVATE "${output}")
endfunction()
