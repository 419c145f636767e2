#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The checks must be able to fail: each is run over a small folder with one thing wrong, and over one with nothing wrong.

    checks_test.py [CASE...]"""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
PYTHON = [sys.executable, "-B"]


class Folder(unittest.TestCase):
    """A test with an empty folder, `self.root`."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, name, content, mode=0o644):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)
        return path

    def run_tool(self, *command, **env):
        run = subprocess.run([*map(str, command)], capture_output=True, text=True, env={**os.environ, **env})
        return run.returncode, run.stdout + run.stderr

    def python(self, script, *arguments):
        return self.run_tool(*PYTHON, PROJECT / script, *arguments)

    def assert_wrong(self, result, *texts):
        code, said = result
        self.assertEqual(code, 1, said)
        for text in texts:
            self.assertIn(text, said)

    def assert_right(self, result):
        self.assertEqual(result[0], 0, result[1])


class Layers(Folder):
    def check(self, name, content):
        self.write(name, content)
        return self.python("tools/check_layers.py", self.root)

    def test_downward_own_and_libc_includes_are_fine(self):
        self.assert_right(self.check("src/ir/a.c", '#include "ir/a.h"\n#include "base/str.h"\n#include <string.h>\n'))

    def test_an_upward_include_is_found_with_its_line(self):
        self.assert_wrong(self.check("src/base/a.c", '\n#include "ecs/schema.h"\n'),
                          "src/base/a.c:2: layer base may not include ecs")

    def test_a_sideways_include_is_found(self):
        self.assert_wrong(self.check("src/sources/a.c", '#include "engine/ruleset.h"\n'), "may not include engine")

    def test_spaces_around_the_sign_do_not_hide_it(self):
        self.assert_wrong(self.check("src/base/a.h", '  #  include "ecs/schema.h"\n'), "src/base/a.h:1:")

    def test_an_include_in_a_comment_is_no_include(self):
        self.assert_right(self.check("src/base/a.c", '/* as in\n#include "ecs/schema.h"\n*/\n// #include <zlib.h>\n'))

    def test_paths_that_do_not_start_at_src_are_found(self):
        self.assert_wrong(self.check("src/ir/a.c", '#include "ir.h"\n#include "../base/str.h"\n'),
                          "src/ir/a.c:1:", "src/ir/a.c:2:")

    def test_a_third_party_header_outside_its_wrapper_is_found(self):
        self.assert_wrong(self.check("src/engine/a.c", "#include <zlib.h>\n"), "<zlib.h> belongs in src/(input")

    def test_a_second_file_around_smartcols_is_found(self):
        self.write("src/cli/a.c", "#include <libsmartcols.h>\n")
        self.assert_wrong(self.check("src/cli/b.c", "#include <libsmartcols.h>\n"), "in 2 files, at most 1")

    def test_an_unknown_system_header_is_found(self):
        self.assert_wrong(self.check("src/run/a.c", "#include <uv.h>\n"), "neither libc nor wrapped")

    def test_cpp_outside_value_is_found(self):
        self.assert_wrong(self.check("src/eval/a.cpp", "#include <vector>\n"), "C++ is for the shims")

    def test_a_public_header_sees_no_layer(self):
        self.assert_wrong(self.check("include/postern/postern.h", '#include "base/str.h"\n'), "a public header")

    def test_an_unknown_layer_is_found(self):
        self.assert_wrong(self.check("src/misc/a.c", ""), "'misc' is not a layer")


class Banned(Folder):
    def check(self, name, content):
        self.write(name, content)
        return self.python("tools/check_banned.py", self.root)

    def test_names_in_comments_strings_and_longer_names_are_fine(self):
        self.assert_right(self.check("src/run/a.c", "/* strcpy(a, b)\n */ // atoi(x)\nx = \"gets(\\\"\" \"free(\";\n"
                                     "c = '\"'; mem_free(p); ops->free(p); arena_free(a); bool free_list = strtolower(s);\n"))

    def test_each_banned_call_is_found(self):
        calls = "strcpy sprintf vsprintf strcat strncpy gets strtok atoi atol sscanf alloca strtol strtoull strtod malloc " \
                "calloc realloc free strdup".split()
        for name in calls:
            with self.subTest(name):
                self.assert_wrong(self.check("src/run/a.c", f"int x;\nint y = {name} (x);\n"), f"src/run/a.c:2: {name}:")

    def test_a_call_after_a_comment_that_looks_like_a_string_is_found(self):
        self.assert_wrong(self.check("src/run/a.c", "/* \" */ free(p); /* \" */\n"), "src/run/a.c:1: free:")

    def test_a_function_given_away_as_a_pointer_is_found(self):
        self.assert_wrong(self.check("src/run/a.c", "hooks.release = free;\n"), "src/run/a.c:1: free:")

    def test_base_may_allocate_but_not_strcpy(self):
        self.assert_right(self.check("src/base/mem.c", "p = malloc(1); free(p); strtod(s, &e);\n"))
        self.assert_wrong(self.check("src/base/a.c", "strcpy(a, b);\n"), "src/base/a.c:1: strcpy:")

    def test_headers_and_shims_are_read_too(self):
        self.assert_wrong(self.check("src/run/a.h", "atoi(s);\n"), "a.h:1:")
        self.assert_wrong(self.check("src/value/a.cpp", 'auto s = R"(")"; free(p);\n'), "a.cpp:1:")


class Format(Folder):
    def check(self, content):
        self.write(".clang-format", (PROJECT / ".clang-format").read_bytes())
        self.write("src/a.c", content)
        return self.run_tool(PROJECT / "tools/format.sh", "--check", self.root)

    def test_house_style_is_fine(self):
        self.assert_right(self.check("int f(int a)\n{\n    return a;\n}\n"))

    def test_another_style_is_found(self):
        self.assert_wrong(self.check("int f(int a) {\n  return a;\n}\n"), "src/a.c: not formatted")


class Shellcheck(Folder):
    def check(self, content):
        self.write("tools/a.sh", content)
        return self.run_tool(PROJECT / "tools/shellcheck.sh", self.root)

    def test_a_quoted_variable_is_fine(self):
        self.assert_right(self.check('#!/bin/sh\nls "$1"\n'))

    def test_an_unquoted_variable_is_found(self):
        code, said = self.check("#!/bin/sh\nls $1\n")
        self.assertNotEqual(code, 0, said)
        self.assertIn("SC2086", said)


class BrokenLines(Folder):
    """Hunts over broken lines: a program that loses a match behind the first MiB, or to a thread, is found out."""

    # Stands for postern: prints the lines that hold "Delete"; `LOSES` says of which it keeps quiet.
    PROGRAM = """#!/usr/bin/env python3
import sys
words, path = sys.argv[1:], sys.argv[-1]
if "--profile" in words:
    sys.exit("prefilter: 5 of 9 records skipped")
data = open(path, "rb").read()
at = 0
for number, line in enumerate(data.splitlines(True)):
    if b"Delete" in line and not (LOSES):
        print('{"record":%d,"offset":%d}' % (number - (at > 1 << 20 and "--no-prefilter" in words), at))
    at += len(line)
"""

    def search(self, loses, seconds="60"):
        program = self.write("postern", self.PROGRAM.replace("LOSES", loses), 0o755)
        return self.python("fuzz/broken_lines.py", "--postern", program, "--seconds", seconds, "--seed", "5", "--shrink", "8",
                           "--keep", self.root)

    def test_the_same_matches(self):
        self.assertEqual(self.search("False", "2")[0], 0)

    def test_the_prefilter_loses_one(self):
        code, said = self.search("at > 1 << 20 and b'}{' in line and '--no-prefilter' not in words")
        self.assertEqual(code, 1, said)
        self.assertIn("with and without --no-prefilter: ", said)
        kept = (self.root / "broken-lines-5.ndjson").read_bytes()
        self.assertIn(b"}{", kept)
        self.assertLess(len(kept), 2000000)

    def test_a_thread_loses_one(self):
        code, said = self.search("'3' in words and at > 100")
        self.assertEqual(code, 1, said)
        self.assertIn("three threads and one differ: ", said)


class Train(Folder):
    """The training run of a build: one line says what went wrong."""

    def train(self, postern):
        code, said = self.python("tools/train.py", postern, self.root / "logs")
        self.assertEqual(code, 1)
        self.assertEqual(len(said.splitlines()), 1, said)
        return said

    def test_a_program_that_fails(self):
        said = self.train(self.write("postern", "#!/bin/sh\necho first >&2\necho 'postern: no luck' >&2\nexit 3\n", 0o755))
        self.assertRegex(said, r"^train: '.*/postern normalize' ended with status 3: postern: no luck; POSTERN_TRAIN=0 ")

    def test_one_that_is_killed_without_a_word(self):
        said = self.train(self.write("postern", "#!/bin/sh\nkill -9 $$\n", 0o755))
        self.assertIn("ended with status -9: it said nothing", said)

    def test_no_program(self):
        self.assertIn("No such file or directory: '", self.train(self.root / "nothing"))

    def test_no_room(self):
        self.write("logs", "")
        self.assertIn("logs'; POSTERN_TRAIN=0", self.train("true"))


class Embed(Folder):
    def embed(self, out="out.c"):
        result = self.python("cmake/embed.py", "--symbol", "rows", "--header", "embedded.h", "--pattern", "*.toml",
                             self.root / "in", self.root / out)
        self.assert_right(result)
        return (self.root / out).read_bytes()

    def test_what_the_program_sees_is_what_the_files_hold(self):
        """Compiles the table and prints it back: every byte value, an empty file, an awkward name, bytewise order."""
        files = {"b/all.toml": bytes(range(256)), "a.toml": b"", "b.toml": b"x",
                 'b/q"??/\\\u00fc0.toml': b"\0\0"}
        for name, content in files.items():
            self.write("in/" + name, content)
        self.write("in/b/other.txt", "not embedded")
        self.embed()
        self.write("embedded.h", "#include <stddef.h>\nstruct embedded_file { const char *path; const unsigned char *data; "
                   "size_t len; };\nextern const struct embedded_file rows[];\nextern const size_t rows_count;\n")
        self.write("main.c", '#include <stdio.h>\n#include "embedded.h"\nint main(void)\n{\n'
                   'for (size_t i = 0; i < rows_count; i++) { printf("%s=", rows[i].path);\n'
                   'for (size_t j = 0; j < rows[i].len; j++) printf("%02x", rows[i].data[j]);\nputchar(10); } }\n')
        self.assert_right(self.run_tool("gcc", "-std=c17", "-Wall", "-Wextra", "-Werror", "-pedantic",
                                        self.root / "main.c", self.root / "out.c", "-o", self.root / "main"))
        printed = subprocess.run([self.root / "main"], capture_output=True, check=True).stdout
        rows = sorted((name.encode(), content) for name, content in files.items())
        self.assertEqual(printed, b"".join(name + b"=" + content.hex().encode() + b"\n" for name, content in rows))

    def test_the_same_files_give_the_same_text(self):
        self.write("in/z.toml", "1")
        self.write("in/a/z.toml", "2")
        self.assertEqual(self.embed("one.c"), self.embed("two.c"))

    def test_no_files_give_an_empty_table(self):
        (self.root / "in").mkdir()
        self.assertIn(b"rows_count = 0;", self.embed())


class CliRunner(Folder):
    def run_case(self, script, *options):
        path = self.write("tests/cli/case.sh", script)
        return self.python("tests/cli/run.py", "--postern", "/bin/echo", *options, path)

    def test_exact_output_is_fine_and_the_program_is_the_one_given(self):
        self.write("tests/cli/case.out", "hello\n")
        self.assert_right(self.run_case('"$POSTERN" hello\n'))

    def test_each_of_the_three_is_compared(self):
        self.assert_wrong(self.run_case("echo more\n"), "case.out", "+more")
        self.assert_wrong(self.run_case("echo more >&2\n"), "case.err", "+more")
        self.assert_wrong(self.run_case("exit 3\n"), "case.exit", "+3")

    def test_a_missing_last_newline_is_found(self):
        self.write("tests/cli/case.out", "hello\n")
        self.assert_wrong(self.run_case("printf hello\n"), "case.out")

    def test_update_writes_what_a_second_run_accepts(self):
        script = "echo a; echo b >&2; exit 4\n"
        self.assert_right(self.run_case(script, "--update"))
        self.assertEqual((self.root / "tests/cli/case.exit").read_text(), "4\n")
        self.assert_right(self.run_case(script))

    def test_exit_77_skips(self):
        self.assertEqual(self.run_case("exit 77\n")[0], 77)


class Conformance(Folder):
    def run_suite(self, *arguments, require="0"):
        return self.run_tool(PROJECT / "tests/conformance.sh", "/bin/true", *arguments,
                             POSTERN_SHARED=str(self.root), POSTERN_REQUIRE_SHARED=require)

    def test_an_absent_suite_skips_unless_required(self):
        self.assertEqual(self.run_suite("eql")[0], 77)
        self.assert_wrong(self.run_suite("eql", require="1"), "no conformance suite")

    def test_a_failing_suite_fails(self):
        for suite in ("eql", "ecs"):
            self.write(f"conformance/{suite}/run.py", "import sys\nsys.exit(1)\n")
            self.assertEqual(self.run_suite(suite)[0], 1)

    def test_only_the_data_sets_named_are_run(self):
        self.write("conformance/ecs/run.py", "import os, sys\nprint(sorted(os.listdir(sys.argv[-1])))\n")
        for name in ("a.b", "c.d", "e.f"):
            self.write(f"conformance/ecs/{name}/x", "")
        code, said = self.run_suite("ecs", "a.b", "e.f")
        self.assertEqual((code, said.strip()), (0, "['a.b', 'e.f']"))

    def test_a_data_set_that_is_not_there_fails(self):
        self.write("conformance/ecs/run.py", "")
        self.assertNotEqual(self.run_suite("ecs", "no.such")[0], 0)


class TopLength(Folder):
    def test_the_longest_function_comes_first(self):
        self.write("src/base/a.c", "int shorter(int a)\n{\n    return a;\n}\n\nstatic int longer(int a,\n"
                   "                  int (*b)(int))\n{\n    a++;\n    return b(a);\n}\n")
        code, said = self.python("tools/top_length.py", "--most", "1", self.root)
        self.assertEqual(code, 0)
        self.assertIn("functions: 2", said)
        self.assertIn("4  longer  src/base/a.c", said)


if __name__ == "__main__":
    unittest.main()
