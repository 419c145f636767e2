# SPDX-License-Identifier: Apache-2.0
# postern_options: what every target of ours is compiled and linked with. Linked PRIVATE, so it never leaks to users.
include(CheckCCompilerFlag)
include(CheckPIESupported)

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
check_pie_supported()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# Optimisation is ours to choose, not CMake's: release is -O2, and line numbers are always there.
set(CMAKE_C_FLAGS_RELEASE "-O2 -g -DNDEBUG")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g -DNDEBUG")

find_program(POSTERN_CCACHE ccache)
mark_as_advanced(POSTERN_CCACHE)
if(POSTERN_CCACHE AND NOT CMAKE_C_COMPILER_LAUNCHER)
    set(CMAKE_C_COMPILER_LAUNCHER "${POSTERN_CCACHE}")
    set(CMAKE_CXX_COMPILER_LAUNCHER "${POSTERN_CCACHE}")
endif()

add_library(postern_options INTERFACE)
target_compile_definitions(postern_options INTERFACE
    "$<$<COMPILE_LANGUAGE:C>:_POSIX_C_SOURCE=200809L;_DEFAULT_SOURCE>" _FILE_OFFSET_BITS=64)
target_compile_options(postern_options INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wno-sign-conversion -Wshadow -Wvla -Wundef -Wwrite-strings
    -Wcast-qual -Wpointer-arith -Wformat=2 -Wimplicit-fallthrough -Wnull-dereference
    "$<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes;-Wmissing-prototypes>"
    "$<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions;-fno-rtti>")

# gcc 12 clears and copies structs of some 100 bytes with "rep stos" and "rep movs", which take longer to begin than to do it.
set(strategy unrolled_loop:512:noalign,libcall:-1:noalign)
set(strategy "-mmemset-strategy=${strategy} -mmemcpy-strategy=${strategy}")
check_c_compiler_flag("${strategy}" POSTERN_HAVE_STRATEGY) # gcc on x86 only
if(POSTERN_HAVE_STRATEGY)
    separate_arguments(strategy)
    target_compile_options(postern_options INTERFACE ${strategy})
    target_link_options(postern_options INTERFACE ${strategy})
endif()

# Which build this is: a cache of rules belongs to one (base/build_id.h). gcc asks for it by itself on most systems, clang does not.
target_link_options(postern_options INTERFACE LINKER:--build-id)

# Functions of shared libraries are called through their addresses, which are all known at start (-z now), not by way of a stub.
check_c_compiler_flag(-fno-plt POSTERN_HAVE_NO_PLT)
if(POSTERN_HAVE_NO_PLT AND NOT POSTERN_SANITIZE)
    target_compile_options(postern_options INTERFACE -fno-plt)
endif()

if(POSTERN_HARDEN)
    target_compile_options(postern_options INTERFACE
        -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection)
    check_c_compiler_flag(-fcf-protection=full POSTERN_HAVE_CF_PROTECTION) # x86 only
    if(POSTERN_HAVE_CF_PROTECTION)
        target_compile_options(postern_options INTERFACE -fcf-protection=full)
    endif()
    target_link_options(postern_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
endif()

# What the program does when it is used in earnest, counted by preset train and used by preset release: a tenth less time for documents
# and parsed records. What was counted of a function that has changed since is left out of account; of a file that was never
# counted, too. build.sh says when it is made.
set(profile "${CMAKE_SOURCE_DIR}/build/profile")
check_c_compiler_flag("-fprofile-partial-training -fprofile-prefix-path=/" POSTERN_HAVE_PROFILE) # gcc 12
if(POSTERN_HAVE_PROFILE AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
    set(flags)
    if(POSTERN_PROFILE STREQUAL "make")
        set(flags -fprofile-generate=${profile} -fprofile-prefix-path=${CMAKE_BINARY_DIR} -fprofile-update=prefer-atomic)
    elseif(POSTERN_PROFILE STREQUAL "use" AND EXISTS "${profile}/done")
        # Told what is likely, gcc 12 also warns of what cannot be; that is for the builds without. -fprofile-correction: what was counted
        # may be of a source that has changed since, which is no error.
        set(flags -fprofile-use=${profile} -fprofile-prefix-path=${CMAKE_BINARY_DIR} -fprofile-partial-training -fprofile-correction
            -Wno-missing-profile -Wno-coverage-mismatch -Wno-stringop-overread -Wno-stringop-overflow -Wno-array-bounds
            -Wno-maybe-uninitialized -Wno-null-dereference)
    endif()
    target_compile_options(postern_options INTERFACE ${flags})
    target_link_options(postern_options INTERFACE ${flags})
endif()

if(POSTERN_SANITIZE)
    set(flags -fsanitize=${POSTERN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_compile_options(postern_options INTERFACE ${flags} -O1)
    target_link_options(postern_options INTERFACE ${flags})
endif()

if(POSTERN_FUZZ)
    target_compile_options(postern_options INTERFACE -fsanitize=fuzzer-no-link)
    target_link_options(postern_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(POSTERN_COVERAGE)
    # Threads of one program count in the same place.
    target_compile_options(postern_options INTERFACE --coverage -fprofile-update=atomic)
    target_link_options(postern_options INTERFACE --coverage)
endif()
