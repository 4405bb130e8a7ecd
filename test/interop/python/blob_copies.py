"""Writes into {schema}.raw what TypeScript has no words for, or ({compare}) tells for each value whether the copy in
__copy is of the same types and bytes."""

import json
import sys

import datajoint as dj
import numpy as np
from datajoint import blob

given = json.load(sys.stdin)
schema = dj.Schema(given["schema"])

values = [
    np.array([(1, 2.5), (3, 4.5)], dtype=[("x", "i4"), ("y", "f8")]),
    np.rec.array([(1, 2.0), (2, 3.0)], dtype=[("n", "i2"), ("c", "c8")]),
    np.array((7, 1.5), dtype=[("id", "u8"), ("v", "f4")]),
    np.float32(1.5),
    np.int64(2**60),
    np.bool_(True),
    np.complex64(1 + 2j),
    np.array(2.0),
    [1.0, 2, -0.0, float("nan")],
    {"mean": np.float64(3.0), "n": np.int16(5), "at": (0.0, 1.0), "t": np.datetime64("2026-01-31T12:00", "ms")},
    {"10": 1.0, "2": [np.array(3)]},
    np.array([1.0, 2, "x", None], dtype=object),
]


@schema
class Raw(dj.Manual):
    definition = """
    n : int32
    ---
    v : <blob>
    """


def types(value):
    if isinstance(value, np.ndarray) and value.dtype != object:
        return f"{value.dtype} {value.shape}"
    if isinstance(value, (list, tuple, np.ndarray)):
        return [type(value).__name__, *map(types, value)]
    if isinstance(value, dict):
        return {key: types(item) for key, item in value.items()}
    return type(value).__name__


if not given.get("compare"):
    Raw.insert([(n, value) for n, value in enumerate(values)])
    print(json.dumps({"values": len(values)}))
else:
    copies = dj.FreeTable(schema.connection, f"`{given['schema']}`.`__copy`").to_dicts(order_by="n")
    fetched = [row["v"] for row in copies]
    raw = [row["v"] for row in Raw.to_dicts(order_by="n")]
    same = [blob.pack(one) == blob.pack(other) for one, other in zip(raw, fetched)]
    print(json.dumps({"raw": list(map(types, raw)), "copied": list(map(types, fetched)), "same": same}))
