#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check that nobody calls functions that we have better ones for.

    check_banned.py [ROOT]

Reads all C and C++ of the project, leaving out comments and strings. Prints `file:line: what` and exits 1 when a
banned function is called."""
import pathlib
import re
import sys

COPY = "no bound on what it writes; build text with struct buf, copy with arena_copy"
# functions: where they are allowed (None: nowhere), why not elsewhere.
BANNED = [
    ("strcpy stpcpy strcat sprintf vsprintf gets strncpy strncat", None, COPY),
    ("strtok strtok_r", None, "writes into its input; use a cursor over a str"),
    ("atoi atol atoll atof sscanf vsscanf", None, "cannot report an error; parse a str"),
    ("alloca", None, "unbounded stack; use an arena"),
    ("strtol strtoul strtoll strtoull strtoimax strtoumax strtod strtof strtold", r"(src/base|tests|fuzz|bench)/",
     "needs a NUL and a locale; base has parsers over str"),
    ("malloc calloc realloc reallocarray free aligned_alloc posix_memalign strdup strndup",
     r"(src/base|tests|fuzz|bench|examples)/", "use an arena, or mem_alloc and mem_free of base/mem.h"),
]
FOLDERS = ("src", "include", "tests", "fuzz", "bench", "examples")

NOT_CODE = re.compile(r"""//(?:\\\n|[^\n])*                      # line comment
    | /\*.*?\*/                                                 # block comment
    | R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"              # C++ raw string
    | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'                 # string, character
    """, re.DOTALL | re.VERBOSE)


def code_only(text):
    """The text with comments, strings and characters blanked, line numbers kept."""
    return NOT_CODE.sub(lambda m: " " + "\n" * m[0].count("\n"), text)


def check_file(root, path):
    file = path.relative_to(root).as_posix()
    code = code_only(path.read_text(encoding="utf-8"))
    for names, allowed, why in BANNED:
        if allowed and re.match(allowed, file):
            continue
        # A call, or the name given away as a pointer; not a member of the same name.
        pattern = r"(?<![\w.])(?<!->)(" + "|".join(names.split()) + r")\b(?=\s*\()"
        pattern += r"|(?:[=,(&]\s*)(?P<value>" + "|".join(names.split()) + r")\b(?=\s*[,;)}])"
        for match in re.finditer(pattern, code):
            name = match[1] or match["value"]
            line = code.count("\n", 0, match.end()) + 1
            yield line, f"{file}:{line}: {name}: {why}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1]).resolve()
    paths = sorted(p for folder in FOLDERS for p in (root / folder).rglob("*")
                   if p.suffix in {".c", ".h", ".cpp", ".def"})
    found = [text for path in paths for _, text in sorted(check_file(root, path))]
    print("\n".join(found + [f"{len(paths)} files, {len(found)} banned calls"]))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
