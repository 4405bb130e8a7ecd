"""Does what is told in lines of standard input, on the tables of tables.ts in the schema of the first, as datajoint-python
does it. Answers each with a line of JSON."""

import json
import sys
import time

import datajoint as dj

schema = dj.Schema(json.loads(sys.stdin.readline()))


@schema
class Source(dj.Manual):
    definition = """
    k : int32
    ---
    value : float64
    """


@schema
class Result(dj.Computed):
    definition = """
    -> Source
    ---
    value : float64
    """

    def make(self, key):
        value = (Source & key).fetch1("value")
        self.insert1({**key, "value": value * 2})


def refresh():
    return Result().jobs.refresh()


def reserved(calls):
    return Result.populate(reserve_jobs=True, suppress_errors=True, refresh=False, max_calls=calls)


def direct(calls):
    return Result.populate(max_calls=calls)


print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    name, *given = json.loads(line)
    began = time.perf_counter()
    result = globals()[name](*given)
    seconds = time.perf_counter() - began
    made = result.get("success_count", 0) if isinstance(result, dict) else 0
    print(json.dumps({"made": made, "seconds": seconds}), flush=True)
