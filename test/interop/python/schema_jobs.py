"""Works on the Source and Result of {schema} with datajoint-python 0.14 and its ~jobs: does each of the given actions and
prints what they gave, in a list.

insert n: declares both and puts keys 0 to n-1 into Source; populate: with reservations; jobs: the rows of ~jobs; clear:
removes them; declaration: how ~jobs is declared; hash key: key_hash of a key of Source; fetch: the rows of Result.

Every make waits while the file {gate} is there, where one is given."""

import json
import os
import sys
import time

import datajoint as dj
from datajoint.hash import key_hash

given = json.load(sys.stdin)
dj.config["safemode"] = False
dj.config["database.host"] = f"{os.environ['DJ_HOST']}:{os.environ['DJ_PORT']}"
dj.config["database.use_tls"] = False
schema = dj.Schema(given["schema"])
broken = set(given.get("broken", []))
gate = given.get("gate")
made = []


@schema
class Source(dj.Manual):
    definition = """
    k : int
    """


@schema
class Result(dj.Computed):
    definition = """
    -> Source
    ---
    pid : int
    """

    class Item(dj.Part):
        definition = """
        -> master
        item : int
        """

    def make(self, key):
        made.append(key["k"])
        while gate is not None and os.path.exists(gate):
            time.sleep(0.01)
        if key["k"] in broken:
            raise ValueError(f"bad sample {key['k']}")
        self.insert1({**key, "pid": os.getpid()})
        self.Item.insert([{**key, "item": 0}, {**key, "item": 1}])


def populate():
    result = Result.populate(reserve_jobs=True, suppress_errors=True)
    return {"made": len(made), "success": result["success_count"], "errors": [[key, message] for key, message in result["error_list"]]}


def jobs():
    rows = schema.jobs.fetch("table_name", "key_hash", "status", "key", "error_message", "error_stack", "user", as_dict=True, order_by="key_hash")
    return [{**row, "key": None if row["key"] is None else {name: int(value) for name, value in row["key"].items()}} for row in rows]


actions = {
    "insert": lambda n: Source.insert(({"k": k} for k in range(n)), skip_duplicates=True),
    "populate": populate,
    "jobs": jobs,
    "clear": lambda: schema.jobs.delete(),
    "declaration": lambda: dj.conn().query(f"SHOW CREATE TABLE `{given['schema']}`.`~jobs`").fetchone()[1],
    "hash": lambda k: key_hash({"k": k}),
    "fetch": lambda: [[int(k), int(pid)] for k, pid in zip(*Result.fetch("k", "pid", order_by="k"))],
}
answers = [actions[action[0]](*action[1:]) for action in given["actions"]]
print(json.dumps({"pid": os.getpid(), "answers": answers}))
