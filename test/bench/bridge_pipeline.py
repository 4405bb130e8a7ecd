"""The tables of populate/tables.ts, in the schema DJW_BENCH_SCHEMA."""

import os

import datajoint as dj

schema = dj.Schema(os.environ["DJW_BENCH_SCHEMA"])


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
