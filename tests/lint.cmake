# SPDX-License-Identifier: Apache-2.0
# The checks of the source itself, and for each the test that it can fail.
postern_test(lint layers 60 Python3::Interpreter "${PROJECT_SOURCE_DIR}/tools/check_layers.py")
postern_test(lint banned 60 Python3::Interpreter "${PROJECT_SOURCE_DIR}/tools/check_banned.py")
postern_test(lint format 120 "${PROJECT_SOURCE_DIR}/tools/format.sh" --check)
postern_test(lint shellcheck 120 "${PROJECT_SOURCE_DIR}/tools/shellcheck.sh")
postern_test(lint samples 60 Python3::Interpreter "${CMAKE_CURRENT_SOURCE_DIR}/tools/samples_test.py")
postern_test(lint diag_ids 60 Python3::Interpreter "${CMAKE_CURRENT_SOURCE_DIR}/tools/diag_ids_test.py")
postern_test(lint diag_ids.selftest 60 Python3::Interpreter "${CMAKE_CURRENT_SOURCE_DIR}/tools/diag_ids_test.py" --selftest)
if(TARGET postern)
    postern_test(lint docs 60 "${PROJECT_SOURCE_DIR}/tools/docs.sh" --check $<TARGET_FILE:postern>)
endif()
if(TARGET libpostern)
    postern_test(lint exports 60 Python3::Interpreter "${CMAKE_CURRENT_SOURCE_DIR}/tools/exports_test.py"
        $<TARGET_FILE:libpostern> "${PROJECT_SOURCE_DIR}/include/postern")
endif()
foreach(case IN ITEMS Layers Banned Format Shellcheck Embed CliRunner Conformance TopLength Train BrokenLines)
    postern_test(lint selftest.${case} 180 Python3::Interpreter "${CMAKE_CURRENT_SOURCE_DIR}/tools/checks_test.py" ${case})
endforeach()
