"""Declares the table stores_old.Kept with the external types of datajoint-python 0.14 and inserts a row. The files go
below {folder}."""

import json
import os
import pathlib
import sys

os.environ["DJ_SUPPORT_FILEPATH_MANAGEMENT"] = "TRUE"
import datajoint as dj
import numpy as np

folder = pathlib.Path(json.load(sys.stdin)["folder"])
for name in ("raw", "files", "stage"):
    (folder / name).mkdir()
dj.config["stores"] = {
    "raw": {"protocol": "file", "location": str(folder / "raw")},
    "files": {"protocol": "file", "location": str(folder / "files"), "stage": str(folder / "stage")},
}
dj.config["database.host"] = f"{os.environ['DJ_HOST']}:{os.environ['DJ_PORT']}"
dj.config["database.use_tls"] = False

schema = dj.Schema("stores_old")


@schema
class Kept(dj.Manual):
    definition = """
    kept_id : int
    ---
    packed : blob@raw  # with a comment
    attached : attach@raw
    own_file : filepath@files
    nothing = null : blob@raw
    """


notes = folder / "notes.txt"
notes.write_text("attached text")
staged = folder / "stage" / "session 1" / "rec.dat"
staged.parent.mkdir()
staged.write_bytes(b"recorded")
Kept.insert1(
    dict(
        kept_id=1,
        packed={"name": "größe", "array": np.arange(6.0).reshape(2, 3)},
        attached=str(notes),
        own_file=str(staged),
    )
)
print(json.dumps({"done": True}))
