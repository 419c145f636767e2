#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The shared library shows the functions that the public headers declare: each of them and nothing else.

    exports_test.py LIBRARY HEADER_FOLDER"""
import pathlib
import re
import subprocess
import sys


def exported(library):
    lines = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    return {line.split()[-1] for line in lines.splitlines()}


def declared(folder):
    text = "\n".join(path.read_text() for path in sorted(pathlib.Path(folder).glob("*.h")))
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return set(re.findall(r"\b(postern_\w+)\s*\([^;{]*\)\s*;", text))


def main():
    shown, public = exported(sys.argv[1]), declared(sys.argv[2])
    if len(public) < 10:
        sys.exit(f"only {len(public)} functions found in {sys.argv[2]}: this test does not read the headers right")
    wrong = [f"shown, but in no public header: {name}" for name in sorted(shown - public)]
    wrong += [f"declared, but not shown: {name}" for name in sorted(public - shown)]
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
