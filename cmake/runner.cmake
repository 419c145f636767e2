# SPDX-License-Identifier: Apache-2.0
# POSTERN_RUNNER: words put before a test program. One for another processor is run by the emulator that the preset names. The sanitizer runtimes of gcc 12 and clang 14 do not start, or crash at
# random, on kernels that randomise 32 bits of mmap addresses, so under a sanitizer tests run without randomisation where
# the system lets them (containers may not).
set(POSTERN_RUNNER ${CMAKE_CROSSCOMPILING_EMULATOR})
if(POSTERN_SANITIZE)
    execute_process(COMMAND setarch -R true RESULT_VARIABLE refused OUTPUT_QUIET ERROR_QUIET)
    if(refused EQUAL 0)
        set(POSTERN_RUNNER setarch -R)
    endif()
endif()
