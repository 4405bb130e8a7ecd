"""Reads definitions (a JSON list of texts) from standard input and prints what datajoint-python makes of each: table
comment, primary key, and of every attribute its name, whether it is nullable, and its comment with the type's mark."""

import json
import logging
import re
import sys

logging.disable(logging.CRITICAL)

from datajoint.adapters.mysql import MySQLAdapter  # noqa: E402
from datajoint.declare import prepare_declare  # noqa: E402

results = []
for text in json.load(sys.stdin):
    comment, key, attributes, _, indexes, _, _, comments = prepare_declare(text, {}, MySQLAdapter())
    names = [re.match(r"`(\w+)`", attribute).group(1) for attribute in attributes]
    nullable = ["DEFAULT NULL" in attribute for attribute in attributes]
    described = [[name, null, comments.get(name, "")] for name, null in zip(names, nullable)]
    results.append([comment, key, described, len(indexes)])
json.dump(results, sys.stdout)
