"""Evaluates expressions with datajoint-python, each given as a line of JSON, and answers with a line each.

An answer has the primary key, the names of all attributes, the rows and what len() says, or the error."""

import datetime
import decimal
import json
import sys

import datajoint as dj

tables = None


def condition(given):
    if isinstance(given, dict):
        (kind, value), = given.items()
        if kind == "equal":
            return value
        if kind == "any":
            return [condition(each) for each in value]
        if kind == "all":
            return dj.AndList([condition(each) for each in value])
        if kind == "not":
            return dj.Not(condition(value))
        return expression(value)
    return given


def expression(given):
    op = given["op"]
    if op == "table":
        return getattr(tables, given["name"])()
    if op == "restrict":
        return expression(given["input"]) & condition(given["condition"])
    if op == "exclude":
        return expression(given["input"]) - condition(given["condition"])
    if op == "proj":
        attributes = [... if each == "..." else each for each in given["attributes"]]
        return expression(given["input"]).proj(*attributes, **given["named"])
    if op == "join":
        return expression(given["left"]) * expression(given["right"])
    if op == "extend":
        return expression(given["left"]).extend(expression(given["right"]))
    if op == "union":
        return expression(given["left"]) + expression(given["right"])
    if op == "aggr":
        attributes = [...] if given["everything"] else []
        members = expression(given["members"])
        return expression(given["by"]).aggr(members, *attributes, exclude_nonmatching=not given["keepAllRows"], **given["named"])
    if op == "U":
        return dj.U(*given["names"]) & expression(given["input"])
    if op == "U.aggr":
        return dj.U(*given["names"]).aggr(expression(given["members"]), **given["named"])
    if op == "top":
        return expression(given["input"]) & dj.Top(given["limit"], given["orderBy"], given["offset"])
    raise ValueError(op)


def plain(value):
    if isinstance(value, (decimal.Decimal, datetime.date, datetime.datetime, datetime.timedelta)):
        return str(value)
    if isinstance(value, (bytes, bytearray)):
        return value.decode("latin1")
    return value.item() if hasattr(value, "item") else value


def length(query):
    """len() sends a statement of its own, which fails where fetching does not."""
    try:
        return len(query)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:500]


def evaluate(given):
    try:
        query = expression(given)
        rows = [{name: plain(value) for name, value in row.items()} for row in query.to_dicts()]
        return {"key": list(query.primary_key), "names": list(query.heading.names), "rows": rows, "length": length(query)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:500]}


for line in sys.stdin:
    given = json.loads(line)
    if "schema" in given:
        tables = dj.VirtualModule("tables", given["schema"])
        print(json.dumps({"version": dj.__version__}), flush=True)
    else:
        print(json.dumps(evaluate(given["expression"])), flush=True)
