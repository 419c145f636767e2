#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""usage: make_rules.py COUNT FOLDER [--mix]

Writes COUNT rules of the kinds that rule collections hold, the same ones each time; they match next to nothing. Each names
the operations it is about; with --mix every seventeenth asks for a user agent, an address or a user instead, which only
the parsed record tells."""
import pathlib
import random
import sys

VERBS = "Create Delete Update Put Modify Attach Detach Enable Disable Start Stop Register".split()
NOUNS = ("Role Policy Bucket Key Trail Instance Function Cluster Table Stream Queue Topic Rule Alarm Domain Gateway "
         "Endpoint Volume Snapshot Image").split()
RULE = """[metadata]
creation_date = "2026/11/24"
maturity = "development"
updated_date = "2026/11/24"

[rule]
author = ["Postern"]
name = "Generated rule {i}"
description = "For measuring."
rule_id = "00000000-0000-4000-8000-{i:012x}"
severity = "low"
risk_score = 21
type = "eql"
language = "eql"
query = '''
{query}
'''
"""
AWS = 'event.dataset == "aws.cloudtrail"'


def by_operation(i, r):
    names = ", ".join('"%s%sX%d"' % (r.choice(VERBS), r.choice(NOUNS), r.randrange(10**6)) for _ in range(r.randint(1, 4)))
    asked = f"{AWS} and event.action in ({names})"
    return r.choice([
        asked,
        f'{asked} and event.outcome == "success"',
        f'{asked} and not user.name : ("terraform*", "svc-{i}-*")',
        f'event.provider == "ec2.amazonaws.com" and {asked} and source.ip != null',
        f'event.dataset == "azure.activitylogs" and event.outcome == "success" and '
        f'event.action in~ ("MICROSOFT.X{i}/THINGS/WRITE", "MICROSOFT.Y{i}/THINGS/DELETE")',
        f'event.dataset == "gcp.audit" and event.action : ("v{i}.compute.*.insert", "*.things{i}.delete")',
    ])


def by_other(i, r):
    return r.choice([
        f'{AWS} and user_agent.original : "*evil-tool-{i}*"',
        f'{AWS} and source.ip == "203.0.{i % 256}.{i * 7 % 256}"',
        f'{AWS} and user.name == "mallory{i}"',
        f'event.dataset == "gcp.audit" and client.user.email == "m{i}@example.com"',
        f'{AWS} and event.provider == "svc{i}.amazonaws.com" and event.outcome == "failure"',
    ])


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    count, folder, mix = int(sys.argv[1]), pathlib.Path(sys.argv[2]), "--mix" in sys.argv[3:]
    folder.mkdir(parents=True, exist_ok=True)
    r = random.Random(7)
    for i in range(count):
        query = by_other(i, r) if mix and i % 17 == 0 else by_operation(i, r)
        (folder / f"{i:05}.toml").write_text(RULE.format(i=i, query="any where " + query))


if __name__ == "__main__":
    main()
