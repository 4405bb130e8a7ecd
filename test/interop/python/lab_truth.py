"""Imports the modules of a lab and prints the tables that datajoint has then, a line each.

Usage: lab_truth.py FOLDER SEARCHED,… MODULE,…
`schema.Class tier file:line makeLine`, files relative to FOLDER; `-` without a make() in the class's file. Sorted.
"""

import ast
import importlib
import inspect
import os
import sys

import datajoint as dj

TIERS = ("Part", "Manual", "Lookup", "Imported", "Computed")


def subclasses(base):
    for each in type.__subclasses__(base):
        yield each
        yield from subclasses(each)


def class_line(file, qualname):
    """Of the word `class`: what inspect gives is the line of the decorator."""

    def find(node, names):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.ClassDef, ast.FunctionDef)):
                if child.name == names[0]:
                    if len(names) == 1:
                        return child.lineno
                    found = find(child, names[1:])
                    if found is not None:
                        return found
            else:
                found = find(child, names)
                if found is not None:
                    return found
        return None

    with open(file, encoding="utf-8") as source:
        return find(ast.parse(source.read()), [name for name in qualname.split(".") if name != "<locals>"])


def make_line(table, file):
    for name in ("_make_tuples", "make", "make_fetch"):
        method = inspect.getattr_static(table, name, None)
        code = getattr(method, "__code__", None)
        if code is not None and os.path.realpath(code.co_filename) == file:
            return str(code.co_firstlineno)
    return "-"


def main(folder, searched, modules):
    sys.path[:0] = [os.path.join(folder, each) for each in searched.split(",")]
    if dj.__version__.startswith("0."):
        # 0.14 reads no variables for these.
        dj.config["database.port"] = int(os.environ["DJ_PORT"])
        dj.config["database.use_tls"] = False
    for module in modules.split(","):
        importlib.import_module(module)
    lines = set()
    for table in subclasses(dj.user_tables.UserTable):
        if type.__getattribute__(table, "database") in (None, ""):
            continue
        file = os.path.realpath(sys.modules[table.__module__].__file__)
        master = getattr(table, "master", None) if issubclass(table, dj.Part) else None
        label = table.__name__ if master is None else "{}.{}".format(master.__name__, table.__name__)
        bases = [base.__name__ for base in table.__mro__]
        tier = next(tier for tier in TIERS if tier in bases)
        line = class_line(file, table.__qualname__)
        place = "{}:{}".format(os.path.relpath(file, os.path.realpath(folder)), line)
        lines.add("{}.{} {} {} {}".format(table.database, label, tier.lower(), place, make_line(table, file)))
    print("\n".join(sorted(lines)))


main(*sys.argv[1:])
