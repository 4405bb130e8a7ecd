"""Fails on every key of a table whose primary key has an attribute of each type, with datajoint-python 0.14 and
reservations, so that ~jobs in {schema} holds their hashes. Prints how many."""

import datetime
import decimal
import json
import os
import sys
import uuid

import datajoint as dj

given = json.load(sys.stdin)
dj.config["safemode"] = False
dj.config["database.host"] = f"{os.environ['DJ_HOST']}:{os.environ['DJ_PORT']}"
dj.config["database.use_tls"] = False
schema = dj.Schema(given["schema"])


@schema
class Every(dj.Manual):
    definition = """
    i : int
    big : bigint
    f : float
    d : double
    s : varchar(40)
    c : char(4)
    e : enum('red', 'gréen')
    day : date
    at : datetime
    fine : datetime(3)
    stamp : timestamp
    price : decimal(10, 8)
    tag : uuid
    flag : bool
    """


@schema
class Fails(dj.Computed):
    definition = """
    -> Every
    """

    def make(self, key):
        raise ValueError("on purpose")


Every.insert(
    [
        (1, 2**60, 0.1, 1e-7, "plain", "ab", "red", "2026-01-31", "2026-01-31 12:00:00", "2026-01-31 12:00:00.120", "2026-01-31 12:00:00", decimal.Decimal("1.5"), uuid.UUID(int=7), True),
        (-2, -(2**60), 2.5, 1e20, "o'b 猫", "äöü", "gréen", "1970-01-01", "1970-01-02 00:00:00", "2026-01-31 12:00:00", "2026-06-30 23:59:59", decimal.Decimal("0.00000001"), uuid.UUID(int=2**127), False),
        (0, 0, 123456, 3.0, "", "", "red", "2024-02-29", "2024-02-29 23:59:59", "2024-02-29 23:59:59.999", "2024-02-29 23:59:59", decimal.Decimal("-12"), uuid.UUID(int=1), True),
    ]
)
Fails.populate(reserve_jobs=True, suppress_errors=True)
print(json.dumps({"jobs": len(schema.jobs)}))
