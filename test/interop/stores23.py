"""datajoint-python 2.3 declares a table with every object-store codec, inserts two rows, and says what it fetches.
Arguments: host, port, user, password, folder of the store."""

import json
import pathlib
import sys

import datajoint as dj
import numpy as np

host, port, user, password, folder = sys.argv[1:]
folder = pathlib.Path(folder)
(folder / "main").mkdir()
(folder / "folded").mkdir()
dj.config.stores = {
    "default": "main",
    "filepath_default": "main",
    "main": {"protocol": "file", "location": str(folder / "main")},
    "folded": {"protocol": "file", "location": str(folder / "folded"), "subfolding": [2, 3]},
}
dj.config.database.host, dj.config.database.port = host, int(port)
dj.config.database.user, dj.config.database.password = user, password
dj.config.download_path = str(folder / "downloads")
dj.config.safemode = False

schema = dj.Schema("stores_new")


@schema
class Kept(dj.Manual):
    definition = """
    kept_id : int32
    ---
    packed : <blob@>
    packed_folded : <blob@folded>
    attached : <attach@folded>
    hashed : <hash@>
    file_object : <object@>
    folder_object : <object@>
    matrix : <npy@>
    complex_fortran : <npy@folded>
    own_file : <filepath@main>
    nothing = null : <blob@>
    """


notes = folder / "notes.txt"
notes.write_text("attached text")
tree = folder / "tree"
(tree / "deep").mkdir(parents=True)
(tree / "a.bin").write_bytes(b"aa")
(tree / "deep" / "b.bin").write_bytes(b"bbb")
(folder / "main" / "raw").mkdir()
(folder / "main" / "raw" / "rec 1.dat").write_bytes(b"recorded")

Kept.insert1(
    dict(
        kept_id=1,
        packed={"name": "größe", "values": [1, 2.5, None], "array": np.arange(6.0).reshape(2, 3)},
        packed_folded=np.zeros(5000),
        attached=notes,
        hashed=bytes(range(256)),
        file_object=b"raw object",
        folder_object=tree,
        matrix=np.arange(6, dtype=">i4").reshape(2, 3),
        complex_fortran=np.asfortranarray([[1 + 2j, 3], [4, 5j]]),
        own_file="raw/rec 1.dat",
    )
)
print(json.dumps({"version": dj.__version__}))
