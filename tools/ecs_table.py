#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write the ECS catalogue (src/ecs/ecs-8.11.csv) as rows of struct field.

A flattened field is two rows: itself, whose values are all scalars below it, and the open subtree `name.*`.
`x.text` below a field `x` with values is a second index of the same text in Elasticsearch, never in a document:
an alias of `x`.

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


def row(name, kind, multi, alias=""):
    leaves = ", .leaves = true" if kind == "flattened" else ", .open = true" if name.endswith(".*") else ""
    alias_of = f'.alias_of = S_INIT("{alias}"), ' if alias else ""
    return (f'    {{.name = S_INIT("{name}"), .format = {{.type = FIELD_{TYPES[kind]}{leaves}}}, {alias_of}'
            f'.multi = {"true" if multi == "1" else "false"}}},\n')


def alias_of(name, types):
    parent = name.removesuffix(".text")
    return parent if parent != name and TYPES[types.get(parent, "object")] != "OBJECT" else ""


def main():
    source, target = sys.argv[1:3]
    rows = []
    with open(source, newline="", encoding="utf-8") as f:
        fields = list(csv.DictReader(f))
        types = {r["field"]: r["type"] for r in fields}
        for r in fields:
            rows.append(row(r["field"], r["type"], r["multi"], alias_of(r["field"], types)))
            if r["type"] == "flattened" or r["field"] in OPEN_OBJECTS:
                rows.append(row(r["field"] + ".*", "keyword", "0"))
    with open(target, "w", encoding="ascii") as f:
        f.write('/* Made by tools/ecs_table.py. */\n#include "ecs/catalogue.h"\n\n')
        f.write("const struct field ecs_fields[] = {\n" + "".join(rows) + "};\n\n")
        f.write(f"const size_t ecs_fields_count = {len(rows)};\n")


if __name__ == "__main__":
    main()
