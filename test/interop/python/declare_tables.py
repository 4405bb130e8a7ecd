"""Declares tables given as JSON ({schema, tables}) and the job queues of those that have one; prints the table names."""

import json
import sys

import datajoint as dj

given = json.load(sys.stdin)
schema = dj.Schema(given["schema"])
context = {}
for table in given["tables"]:
    members = {"definition": table["definition"]}
    for name, definition in table.get("parts", {}).items():
        members[name] = type(name, (dj.Part,), {"definition": definition})
    if table["tier"] in ("Imported", "Computed"):
        members["make"] = lambda self, key: None
    context[table["name"]] = schema(type(table["name"], (getattr(dj, table["tier"]),), members), context=context)
for table in given["tables"]:
    if table["tier"] in ("Imported", "Computed"):
        context[table["name"]]().jobs.refresh()
print(json.dumps({"tables": sorted(name for (name,) in dj.conn().query(f"SHOW TABLES IN `{given['schema']}`").fetchall())}))
