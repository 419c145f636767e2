#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write a small MaxMind database: make_mmdb.py OUT.mmdb < LINES, each line a network, a blank and its data as JSON.

Source of the format: MaxMind DB file format specification 2.0. Trees are of 128 bits with 24-bit records, IPv4 lies in ::/96; a
number with a fraction is a double, any other a uint32."""
import ipaddress
import json
import struct
import sys

EXTENDED = {"array": 11, "uint64": 9}
PLAIN = {"string": 2, "double": 3, "uint16": 5, "uint32": 6, "map": 7}


def head(kind, size):
    assert size < 285
    length, more = (size, b"") if size < 29 else (29, bytes([size - 29]))
    if kind in PLAIN:
        return bytes([PLAIN[kind] << 5 | length]) + more
    return bytes([length, EXTENDED[kind] - 7]) + more


def number(kind, value):
    raw = value.to_bytes(8, "big").lstrip(b"\0")
    return head(kind, len(raw)) + raw


def encode(value):
    if isinstance(value, dict):
        return head("map", len(value)) + b"".join(encode(k) + encode(v) for k, v in value.items())
    if isinstance(value, list):
        return head("array", len(value)) + b"".join(map(encode, value))
    if isinstance(value, str):
        return head("string", len(value.encode())) + value.encode()
    if isinstance(value, float):
        return head("double", 8) + struct.pack(">d", value)
    return number("uint32", value)


def metadata(nodes, kind):
    pairs = [("binary_format_major_version", number("uint16", 2)), ("binary_format_minor_version", number("uint16", 0)),
             ("build_epoch", number("uint64", 1)), ("database_type", encode(kind)),
             ("description", encode({"en": "test"})), ("ip_version", number("uint16", 6)),
             ("languages", encode(["en"])), ("node_count", number("uint32", nodes)),
             ("record_size", number("uint16", 24))]
    body = b"".join(encode(key) + value for key, value in pairs)
    return b"\xab\xcd\xefMaxMind.com" + head("map", len(pairs)) + body


def main():
    nodes, data = [[None, None]], b""
    for line in sys.stdin:
        if not line.strip():
            continue
        network, text = line.split(" ", 1)
        net = ipaddress.ip_network(network)
        bits, length = int(net.network_address), net.prefixlen
        if net.version == 4:
            length += 96
        at = 0
        for i in range(length):
            bit = bits >> (127 - i) & 1
            if i == length - 1:
                nodes[at][bit] = ("data", len(data))
            else:
                if nodes[at][bit] is None:
                    nodes[at][bit] = len(nodes)
                    nodes.append([None, None])
                at = nodes[at][bit]
        data += encode(json.loads(text))
    tree = b""
    for pair in nodes:
        for record in pair:
            value = len(nodes) if record is None else record
            if isinstance(record, tuple):
                value = len(nodes) + 16 + record[1]
            tree += value.to_bytes(3, "big")
    with open(sys.argv[1], "wb") as out:
        out.write(tree + b"\0" * 16 + data + metadata(len(nodes), "Test"))


main()
