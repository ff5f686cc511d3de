#!/usr/bin/env python3
"""Reads what ansible.posix.json wrote about a play: what went wrong, or with --changed which tasks changed something."""

import json
import sys


def main():
    """The command."""
    *options, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        plays = json.loads(text[text.index("{") :])["plays"]
    except ValueError:
        sys.exit(text or "ansible-playbook said nothing")
    for play in plays:
        for task in play["tasks"]:
            for host, outcome in task["hosts"].items():
                if options == ["--changed"]:
                    if outcome.get("changed"):
                        print(task["task"]["name"])
                elif outcome.get("failed") or outcome.get("unreachable"):
                    print(f"FAILED on {host}: {task['task']['name']}", outcome.get("msg", ""), outcome.get("stderr", ""), sep="\n")


if __name__ == "__main__":
    main()
