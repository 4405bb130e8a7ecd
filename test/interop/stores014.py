"""datajoint-python 0.14 declares a table with its external types and inserts a row.
Arguments: host, port, user, password, folder of the store."""

import pathlib
import sys
import os

os.environ["DJ_SUPPORT_FILEPATH_MANAGEMENT"] = "TRUE"
import datajoint as dj
import numpy as np

host, port, user, password, folder = sys.argv[1:]
folder = pathlib.Path(folder)
for name in ("raw", "files", "stage"):
    (folder / name).mkdir()
dj.config["stores"] = {
    "raw": {"protocol": "file", "location": str(folder / "raw")},
    "files": {"protocol": "file", "location": str(folder / "files"), "stage": str(folder / "stage")},
}
dj.config.update({"database.host": host, "database.port": int(port), "database.user": user, "database.password": password})
dj.errors._switch_filepath_types(True)

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
    dict(kept_id=1, packed={"name": "größe", "array": np.arange(6.0).reshape(2, 3)}, attached=str(notes), own_file=str(staged))
)
