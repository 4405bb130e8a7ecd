"""Declares Source and Result in {schema} with hidden job metadata, and populates the keys {keys}."""

import json
import sys
import time

import datajoint as dj

given = json.load(sys.stdin)
dj.config.jobs.add_job_metadata = True
dj.config.jobs.version_method = "git"
schema = dj.Schema(given["schema"])


@schema
class Source(dj.Manual):
    definition = """
    k : int32
    """


@schema
class Loaded(dj.Imported):
    definition = """
    -> Source
    """

    def make(self, key):
        self.insert1(key)


@schema
class Result(dj.Computed):
    definition = """
    # computed
    -> Source
    ---
    v = null : float64
    """

    class Item(dj.Part):
        definition = """
        -> master
        item : int8
        """

    def make(self, key):
        time.sleep(0.05)
        self.insert1({**key, "v": 1})
        self.Item.insert1({**key, "item": 1})


Source.insert([{"k": k} for k in given["keys"]], skip_duplicates=True)
Result.populate([{"k": k} for k in given["keys"]], reserve_jobs=True)
print(json.dumps({"fetched": Result.to_dicts(order_by="KEY")}))
