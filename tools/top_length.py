#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Print the longest files and functions of src/, for the review. Never fails.

    top_length.py [--most N] [ROOT]"""
import argparse
import pathlib
import re
import statistics


def functions(lines):
    """(length in lines, name) of each function: its brace stands alone at the line's start, as clang-format puts it."""
    opened = None
    for i, line in enumerate(lines):
        if line == "{":
            opened = i
        elif line == "}" and opened is not None:
            head = " ".join(lines[max(0, opened - 4):opened])
            names = re.findall(r"(\w+)\((?=[^()]*(?:\([^()]*\)[^()]*)*\)[^;{}]*$)", head)
            yield i - opened + 1, names[0] if names else "?"
            opened = None


def show(title, rows, most):
    if not rows:
        return
    lengths = [row[0] for row in rows]
    print(f"{title}: {len(rows)}, median {statistics.median(lengths):.0f} lines")
    for row in sorted(rows, reverse=True)[:most]:
        print(f"  {row[0]:5}  {row[1]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=10)
    parser.add_argument("root", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).parents[1])
    opt = parser.parse_args()
    files, bodies = [], []
    for path in sorted((opt.root / "src").rglob("*")):
        if path.suffix in {".c", ".h", ".cpp"}:
            name = path.relative_to(opt.root).as_posix()
            lines = path.read_text(encoding="utf-8").splitlines()
            files.append((len(lines), name))
            bodies += [(n, f"{function}  {name}") for n, function in functions(lines)]
    show("files", files, opt.most)
    show("functions", bodies, opt.most)


if __name__ == "__main__":
    main()
