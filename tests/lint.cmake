# SPDX-License-Identifier: Apache-2.0
# The checks of the source itself, and the tests that those checks can fail.
