"""Runs a text as a module of its own and prints its `result`."""
import json
import os
import sys
import types

import datajoint as dj

# datajoint-python 0.14 does not read DJ_PORT.
dj.config["database.port"] = int(os.environ["DJ_PORT"])
dj.config["database.use_tls"] = False
module = types.ModuleType("ran")
sys.modules["ran"] = module
exec(compile(json.load(sys.stdin)["code"], "ran.py", "exec"), module.__dict__)
print(json.dumps({"result": getattr(module, "result", None)}))
