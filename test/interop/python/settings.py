"""What datajoint-python makes of settings. Reads JSON situations from standard input, one folder each, and answers with
one JSON line per situation. Each runs in a process of its own, because the settings are read on import."""

import json
import os
import subprocess
import sys

ASK_23 = """
import json, pathlib, sys
import datajoint.settings as settings
settings.SYSTEM_SECRETS_DIR = pathlib.Path(sys.argv[1])
config = settings._create_config()
database = config.database
password = database.password
print(json.dumps(dict(
    host=database.host, port=database.port, user=database.user,
    password=None if password is None else password.get_secret_value(),
    tls=database.use_tls, prefix=database.database_prefix, create_tables=database.create_tables,
    safemode=config.safemode, jobs=config.jobs.model_dump(), stores=config.stores)))
"""

ASK_014 = """
import json
import datajoint as dj
config = dj.config
print(json.dumps(dict(
    host=config["database.host"], port=config["database.port"], user=config["database.user"],
    password=config["database.password"], tls=config["database.use_tls"], safemode=config["safemode"],
    stores=config._conf.get("stores", {}))))
"""

ask = {"2.3": ASK_23, "0.14": ASK_014}[sys.argv[1]]
for situation in json.load(sys.stdin):
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ask, situation["systemSecrets"]],
        cwd=situation["cwd"],
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "Agg", **situation["env"]},
        capture_output=True,
        text=True,
    )
    lines = ran.stdout.strip().splitlines()
    print(lines[-1] if ran.returncode == 0 else json.dumps({"failed": ran.stderr.strip().splitlines()[-1:]}))
