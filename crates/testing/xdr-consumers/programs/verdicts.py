"""What the Python validators have in common: reads the cases, writes one verdict a line."""

import json
import sys
from pathlib import Path

SUFFIX = ".schema.json"


def read_schemas():
    """Every schema file by its name without the suffix."""
    files = Path(sys.argv[1]).glob(f"*{SUFFIX}")
    return {file.name.removesuffix(SUFFIX): json.loads(file.read_text("utf-8")) for file in files}


def judge(is_valid):
    """Lets `is_valid(schema name, document)` judge every case."""
    with open(sys.argv[2], encoding="utf-8", newline="\n") as cases:
        for case in map(json.loads, cases):
            valid = is_valid(case["schema"], json.loads(case["text"]))
            print("valid" if valid else "invalid")
