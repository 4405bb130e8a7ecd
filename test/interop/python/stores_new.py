"""Declares the table stores_new.Kept with every object-store codec of datajoint-python 2.3 and inserts a row. The files
go below {folder}. Stores are named: 2.3.2 looks for a store without a name when a definition says <blob@>."""

import json
import pathlib
import sys

import datajoint as dj
import numpy as np

folder = pathlib.Path(json.load(sys.stdin)["folder"])
(folder / "main").mkdir()
(folder / "folded").mkdir()
dj.config.stores = {
    "default": "main",
    "filepath_default": "main",
    "main": {"protocol": "file", "location": str(folder / "main")},
    "folded": {"protocol": "file", "location": str(folder / "folded"), "subfolding": [2, 3]},
}

schema = dj.Schema("stores_new")


@schema
class Kept(dj.Manual):
    definition = """
    kept_id : int32
    ---
    packed : <blob@main>
    packed_folded : <blob@folded>
    attached : <attach@folded>
    hashed : <hash@main>
    file_object : <object@main>
    folder_object : <object@main>
    matrix : <npy@main>
    complex_fortran : <npy@folded>
    own_file : <filepath@main>
    nothing = null : <blob@main>
    """


# MariaDB keeps json as longtext, and 2.3.2 then hands the metadata of codecs to the driver as a dict, which it refuses.
heading = Kept().heading
for name, attribute in heading.attributes.items():
    if attribute.codec is not None:
        heading._attributes[name] = attribute._replace(json=True)

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
print(json.dumps({"done": True}))
