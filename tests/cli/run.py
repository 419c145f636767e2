#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Run one test of the command line and compare what it prints.

    run.py --postern PROGRAM [--examples FOLDER] [--update] NAME.sh

The script runs under `sh -u` in an empty folder, with $POSTERN the program, $EXAMPLES the folder of the built example
programs, $TESTS the folder of the script and $PROJECT the root of the sources. Neither the package uap-core nor anybody's
configuration file counts: $POSTERN_USER_AGENTS is user_agents.yaml here, $XDG_CONFIG_HOME the empty folder. Beside it stand NAME.out (stdout; absent: nothing), NAME.err (stderr; absent:
nothing) and NAME.exit (exit code; absent: 0), compared byte by byte. A script filters what may vary (seconds,
sizes) itself. Exit code 77 skips. --update rewrites the three files: review the difference as you would code."""
import argparse
import difflib
import os
import pathlib
import subprocess
import sys
import tempfile

SKIPPED = 77


def run_script(script, postern, examples):
    env = {key: value for key, value in os.environ.items() if not key.startswith("POSTERN")}
    env.update(POSTERN=os.path.abspath(postern), EXAMPLES=os.path.abspath(examples), TESTS=str(script.parent),
               PROJECT=str(script.parents[2]), LC_ALL="C.UTF-8", TZ="UTC", NO_COLOR="1",
               POSTERN_USER_AGENTS=str(script.parent / "user_agents.yaml"))
    with tempfile.TemporaryDirectory() as folder:
        env["XDG_CONFIG_HOME"] = folder
        return subprocess.run(["sh", "-u", str(script)], cwd=folder, env=env, stdin=subprocess.DEVNULL,
                              capture_output=True)


def expected(script, suffix):
    path = script.with_suffix(suffix)
    return path.read_bytes() if path.exists() else b""


def write_expected(script, suffix, content):
    path = script.with_suffix(suffix)
    if content:
        path.write_bytes(content)
    else:
        path.unlink(missing_ok=True)


def difference(name, want, got):
    lines = [text.decode("utf-8", "backslashreplace").splitlines() for text in (want, got)]
    shown = list(difflib.unified_diff(*lines, f"expected {name}", f"actual {name}", lineterm="", n=2))
    return "\n".join(shown[:60] or [f"{name}: the last newline differs"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--postern", required=True)
    parser.add_argument("--examples", default=".")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("script", type=pathlib.Path)
    opt = parser.parse_args()
    script = opt.script.resolve()
    run = run_script(script, opt.postern, opt.examples)
    if run.returncode == SKIPPED:
        sys.exit(SKIPPED)
    code = b"" if run.returncode == 0 else b"%d\n" % run.returncode
    actual = {".out": run.stdout, ".err": run.stderr, ".exit": code}
    if opt.update:
        for suffix, content in actual.items():
            write_expected(script, suffix, content)
        return
    wrong = [difference(script.stem + s, expected(script, s), got) for s, got in actual.items()
             if expected(script, s) != got]
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
