"""Works on the Source and Result of {schema}: does each of the given actions and prints what they gave, in a list.

insert n: declares both and puts keys 0 to n-1 into Source; refresh, progress, errors, clear_errors: of Result's queue;
populate: with reservations; fetch: the rows of Result; delete: one row of Result and its parts.

Every make waits while the file {gate} is there, where one is given."""

import json
import os
import sys
import time

import datajoint as dj

given = json.load(sys.stdin)
schema = dj.Schema(given["schema"])
broken = set(given.get("broken", []))
gate = given.get("gate")
made = []


@schema
class Source(dj.Manual):
    definition = """
    k : int32
    """


@schema
class Result(dj.Computed):
    definition = """
    -> Source
    ---
    pid : int32
    """

    class Item(dj.Part):
        definition = """
        -> master
        item : int32
        """

    def make(self, key):
        made.append(key["k"])
        while gate is not None and os.path.exists(gate):
            time.sleep(0.01)
        if key["k"] in broken:
            raise ValueError(f"bad sample {key['k']}")
        self.insert1({**key, "pid": os.getpid()})
        self.Item.insert([{**key, "item": 0}, {**key, "item": 1}])


def errors():
    rows = Result().jobs.errors.to_dicts()
    return [{"k": row["k"], "message": row["error_message"], "stack": row["error_stack"], "user": row["user"], "host": row["host"]} for row in rows]


def populate():
    result = Result.populate(reserve_jobs=True, suppress_errors=True)
    return {"made": len(made), "success": result["success_count"], "errors": [[key, message] for key, message in result["error_list"]]}


actions = {
    "insert": lambda n: Source.insert(({"k": k} for k in range(n)), skip_duplicates=True),
    "refresh": lambda: Result().jobs.refresh(),
    "progress": lambda: Result().jobs.progress(),
    "errors": errors,
    "clear_errors": lambda: Result().jobs.errors.delete(),
    "populate": populate,
    "fetch": lambda: [[row["k"], row["pid"]] for row in Result().to_dicts(order_by="k")],
    "items": lambda: len(Result.Item()),
}
answers = [actions[action[0]](*action[1:]) for action in given["actions"]]
print(json.dumps({"pid": os.getpid(), "answers": answers}))
