#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write the files of a folder as a C table of name and bytes.

    embed.py --symbol NAME --header HEADER --pattern GLOB FOLDER OUTPUT.c

The rows are sorted bytewise by path (relative to FOLDER, with '/'), so the same files always give the same
text. Any byte may occur in a file and in a name."""
import argparse
import os
import pathlib


def c_string(raw):
    """A C literal of any bytes. Three-digit octal escapes end by themselves, whatever follows."""
    plain = set(range(0x20, 0x7F)) - set(b'"\\?')
    return '"' + "".join(chr(b) if b in plain else f"\\{b:03o}" for b in raw) + '"'


def c_bytes(raw):
    """An initialiser; C has no empty array, so an empty file is one byte that its length leaves out."""
    rows = [raw[i:i + 24] for i in range(0, len(raw), 24)] or [b"\0"]
    return "".join("    " + "".join(f"{b}," for b in row) + "\n" for row in rows)


def table(symbol, header, files):
    text = f'/* Made by cmake/embed.py. */\n#include "{header}"\n\n'
    for i, (_, raw) in enumerate(files):
        text += f"static const unsigned char file_{i}[] = {{\n{c_bytes(raw)}}};\n\n"
    text += f"const struct embedded_file {symbol}[] = {{\n"
    for i, (name, raw) in enumerate(files):
        text += f"    {{{c_string(name)}, file_{i}, {len(raw)}}},\n"
    if not files:
        text += "    {0},\n"
    return text + f"}};\n\nconst size_t {symbol}_count = {len(files)};\n"


def read_folder(folder, pattern):
    root = pathlib.Path(folder)
    files = [(os.fsencode(p.relative_to(root).as_posix()), p) for p in root.rglob(pattern) if p.is_file()]
    return [(name, path.read_bytes()) for name, path in sorted(files)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--symbol", required=True)
    parser.add_argument("--header", required=True)
    parser.add_argument("--pattern", default="*")
    parser.add_argument("folder")
    parser.add_argument("output")
    opt = parser.parse_args()
    text = table(opt.symbol, opt.header, read_folder(opt.folder, opt.pattern))
    pathlib.Path(opt.output).write_text(text, encoding="ascii")


if __name__ == "__main__":
    main()
