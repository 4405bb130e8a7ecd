"""Makes the schema {schema} with datajoint-python 0.14: tables of its types, rows, and a failed and an ignored job in
~jobs. Prints what it fetches, to compare with."""

import json
import pathlib
import sys
import tempfile
import uuid

import datajoint as dj
import numpy as np

given = json.load(sys.stdin)
dj.config["safemode"] = False
dj.config["database.host"] = f"{__import__('os').environ['DJ_HOST']}:{__import__('os').environ['DJ_PORT']}"
dj.config["database.use_tls"] = False
schema = dj.Schema(given["schema"])


@schema
class Subject(dj.Manual):
    definition = """
    # legacy subjects
    subject : varchar(12)  # name
    ---
    sex = 'U' : enum('M', 'F', 'U')
    weight = null : float  # in g
    born = null : date
    tag = null : uuid  # of the chip
    """


@schema
class Session(dj.Manual):
    definition = """
    -> Subject
    session : smallint
    ---
    started = CURRENT_TIMESTAMP : timestamp
    trace = null : longblob
    notes = "" : varchar(255)
    protocol = null : attach  # as scanned
    count = 0 : int unsigned
    index (count)
    """


@schema
class Result(dj.Computed):
    definition = """
    -> Session
    ---
    total : double
    """

    class Part(dj.Part):
        definition = """
        -> master
        part : tinyint
        """

    def make(self, key):
        if key["session"] == 2:
            raise ValueError("legacy failure")
        self.insert1({**key, "total": float((Session & key).fetch1("trace").sum())})
        self.Part.insert1({**key, "part": 1})


Subject.insert([("a", "M", 12.5, "2025-01-31", uuid.UUID(int=7)), ("b", "F", None, None, None)])
with tempfile.TemporaryDirectory() as folder:
    scan = pathlib.Path(folder) / "scan ü.txt"
    scan.write_bytes(b"page\x00one")
    for i in (1, 2, 3):
        Session.insert1(("a", i, "2026-01-01 10:00:00", np.arange(4, dtype="float64"), f"n{i}", str(scan) if i == 1 else None, i))
Result.populate(reserve_jobs=True, suppress_errors=True)
schema.jobs.ignore(Result.table_name, {"subject": "a", "session": 3})
jobs = schema.jobs.fetch("table_name", "status", "error_message", as_dict=True, order_by="key_hash")
print(json.dumps({"jobs": jobs, "totals": [float(t) for t in Result.fetch("total", order_by="KEY")]}))
