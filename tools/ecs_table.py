#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write the ECS catalogue (src/ecs/ecs-8.11.csv) as rows of struct field.

    ecs_table.py INPUT.csv OUTPUT.c"""
import csv
import sys

TYPES = {
    "keyword": "KEYWORD", "constant_keyword": "KEYWORD", "wildcard": "KEYWORD", "match_only_text": "KEYWORD",
    "text": "KEYWORD", "flattened": "KEYWORD", "long": "LONG", "float": "DOUBLE", "scaled_float": "DOUBLE",
    "double": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE", "ip": "IP", "object": "OBJECT", "nested": "OBJECT",
    "geo_point": "OBJECT",
}
# Objects whose members ECS leaves to the user: every path below them is a field.
OPEN_OBJECTS = {"labels", "container.labels", "orchestrator.resource.annotation"}


def row(name, kind, multi):
    return (f'    {{.name = S_INIT("{name}"), .format = {{.type = FIELD_{TYPES[kind]}}}, '
            f'.multi = {"true" if multi == "1" else "false"}}},\n')


def main():
    source, target = sys.argv[1:3]
    rows = []
    with open(source, newline="", encoding="utf-8") as f:
        for r in csv.DictReader(f):
            rows.append(row(r["field"], r["type"], r["multi"]))
            if r["type"] == "flattened" or r["field"] in OPEN_OBJECTS:
                rows.append(row(r["field"] + ".*", "keyword", "0"))
    with open(target, "w", encoding="ascii") as f:
        f.write('/* Made by tools/ecs_table.py. */\n#include "ecs/catalogue.h"\n\n')
        f.write("const struct field ecs_fields[] = {\n" + "".join(rows) + "};\n\n")
        f.write(f"const size_t ecs_fields_count = {len(rows)};\n")


if __name__ == "__main__":
    main()
