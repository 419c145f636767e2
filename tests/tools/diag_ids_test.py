#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every diagnostic of src/base/diag.def is shown by a golden test: those of a query in tests/golden/eql, those of files
in any golden or command line test. Called without arguments; --selftest shows that a missing one is found."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROW = re.compile(r'^DIAG\(\w+, "([a-z0-9-]+)", (DIAG_KIND_\w+),', re.M)


def shown(folders):
    text = ""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".test", ".out", ".err"):
                text += path.read_text(encoding="utf-8", errors="replace")
    return set(re.findall(r"\[([a-z0-9-]+)\]$", text, re.M))


def missing(table, of_queries, of_files):
    rows = ROW.findall(table)
    if not rows:
        sys.exit("no rows in diag.def: has its form changed?")
    return [name for name, kind in rows if name not in (of_files if kind == "DIAG_KIND_FILE" else of_queries)]


def main():
    table = (ROOT / "src/base/diag.def").read_text(encoding="utf-8")
    of_queries, of_files = shown(["tests/golden/eql"]), shown(["tests/golden", "tests/cli"])
    if sys.argv[1:] == ["--selftest"]:
        invented = table + '\nDIAG(NEW, "never-shown", DIAG_KIND_PARSE, "x")\n'
        found = missing(invented, of_queries, of_files)
        sys.exit(None if "never-shown" in found else "an id without a golden was not found")
    found = missing(table, of_queries, of_files)
    sys.exit("".join(f"no golden shows [{name}]\n" for name in found) or None)


if __name__ == "__main__":
    main()
