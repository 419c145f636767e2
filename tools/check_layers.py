#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check that includes point down the layer table and that third-party headers stay in their wrapper.

    check_layers.py [ROOT]

Reads the #include lines of src/ and include/. Prints `file:line: what` and exits 1 when one is wrong."""
import pathlib
import re
import sys

# layer: what it may include besides itself. Lowest first.
BELOW = {
    "base": "",
    "value": "base",
    "ecs": "base value",
    "ir": "base ecs",
    "lang": "base value ecs ir",
    "eval": "base value ecs ir",
    "rules": "base value ecs ir lang",
    "engine": "base value ecs ir lang eval rules",
    "sources": "base value ecs",
    "input": "base",
    "store": "base value ecs engine",
    "export": "base value ecs ir rules",
    "run": "base value ecs ir lang eval rules engine sources input store export",
    "api": "base value ecs ir lang eval rules engine sources input store export run",
    "http": "base value ecs ir lang eval rules engine sources input store export run api",
    "cli": "base value ecs ir lang eval rules engine sources input store export run api http",
}
PUBLIC_USERS = {"api", "http", "cli"}

# third-party header: files that may include it, and how many of them at most.
WRAPPERS = [
    (r"simdjson\.h", r"src/value/\w+\.cpp", None),
    (r"toml\+\+/.*", r"src/value/\w+\.cpp", None),
    (r"pcre2\.h", r"src/(eval/regex|sources/uap)\.c", 2),
    (r"(zlib|zstd|zstd_errors|libdeflate)\.h", r"src/(input/\w+|sources/gunzip)\.c", None),
    (r"maxminddb\.h", r"src/sources/geoip\.c", 1),
    (r"utf8proc\.h", r"src/base/utf8\.c", 1),
    (r"libsmartcols(/libsmartcols)?\.h", r"src/cli/\w+\.c", 1),
]

LIBC = set("""assert ctype errno fenv float inttypes limits locale math setjmp signal stdalign stdarg stdatomic stdbool
    stddef stdint stdio stdlib stdnoreturn string threads time uchar wchar
    arpa/inet dirent dlfcn fcntl fnmatch glob langinfo link netinet/in poll pthread sched strings termios unistd
    sys/ioctl sys/mman sys/random sys/resource sys/stat sys/statvfs sys/time sys/types sys/uio sys/wait
    sanitizer/asan_interface immintrin arm_neon cpuid""".split())

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)', re.MULTILINE)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"", re.DOTALL)


def blank_comments(text):
    """Comments out, strings and line numbers kept."""
    return COMMENT.sub(lambda m: m[0] if m[0][0] == '"' else "\n" * m[0].count("\n"), text)


def includes(path):
    """(line, own name or None, system name or None) of each include."""
    text = blank_comments(path.read_text(encoding="utf-8"))
    for match in INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start(1 if match[1] else 2)) + 1, match[1], match[2]


def own_problem(name, layer):
    """What is wrong with #include "name" in the layer (None: the public headers)."""
    first = name.split("/")[0]
    if first == "postern":
        return None if layer is None or layer in PUBLIC_USERS else f"layer {layer} may not see the public API"
    if layer is None:
        return f'a public header may include only libc and "postern/...", not "{name}"'
    if "/" not in name or first not in BELOW:
        return f'"{name}" is not written from src/ as "layer/file"'
    if first != layer and first not in BELOW[layer].split():
        return f"layer {layer} may not include {first}"
    return None


def system_problem(name, file):
    for header, files, _ in WRAPPERS:
        if re.fullmatch(header, name):
            return None if re.fullmatch(files, file) else f"<{name}> belongs in {files}"
    if name.endswith(".h") and name[:-2] in LIBC:
        return None
    if "." not in name and file.endswith(".cpp"):
        return None
    return f"<{name}> is neither libc nor wrapped; see WRAPPERS in tools/check_layers.py"


def check_file(root, path):
    file = path.relative_to(root).as_posix()
    layer = file.split("/")[1] if file.startswith("src/") else None
    if layer is not None and layer not in BELOW:
        return [f"{file}:1: '{layer}' is not a layer"]
    found = []
    if path.suffix == ".cpp" and layer != "value":
        found.append(f"{file}:1: C++ is for the shims of src/value only")
    for line, own, system in includes(path):
        problem = own_problem(own, layer) if own else system_problem(system, file)
        if problem:
            found.append(f"{file}:{line}: {problem}")
    return found


def check_counts(root, paths):
    found = []
    for header, _, most in WRAPPERS:
        users = [p.relative_to(root).as_posix() for p in paths
                 if any(system and re.fullmatch(header, system) for _, _, system in includes(p))]
        if most is not None and len(users) > most:
            found.append(f"{users[-1]}:1: <{header}> is in {len(users)} files, at most {most}: {', '.join(users)}")
    return found


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1]).resolve()
    paths = sorted(p for folder in ("src", "include") for p in (root / folder).rglob("*")
                   if p.suffix in {".c", ".h", ".cpp", ".def"})
    found = [problem for path in paths for problem in check_file(root, path)] + check_counts(root, paths)
    print("\n".join(found + [f"{len(paths)} files, {len(found)} wrong includes"]))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
