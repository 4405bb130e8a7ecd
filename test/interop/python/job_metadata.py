"""Declares Source, Loaded and Result in {schema}, or those of {only}, with hidden job metadata, and populates the keys
{keys}."""

import json
import sys
import time

import datajoint as dj

given = json.load(sys.stdin)
dj.config.jobs.add_job_metadata = True
dj.config.jobs.version_method = "git"
if given.get("provenance"):
    dj.config.provenance.capture = True
    dj.config.provenance.source = {"system": "rig"}
schema = dj.Schema(given["schema"])
only = given.get("only", ["Source", "Loaded", "Result"])


def declared(table):
    return schema(table, context=globals()) if table.__name__ in only else table


@declared
class Source(dj.Manual):
    definition = """
    k : int32
    """


@declared
class Loaded(dj.Imported):
    definition = """
    -> Source
    """

    def make(self, key):
        self.insert1(key)


@declared
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


fetched = []
if "Result" in only:
    Source.insert([{"k": k} for k in given["keys"]], skip_duplicates=True)
    Result.populate([{"k": k} for k in given["keys"]], reserve_jobs=True)
    fetched = Result.to_dicts(order_by="KEY")
print(json.dumps({"fetched": fetched}))
