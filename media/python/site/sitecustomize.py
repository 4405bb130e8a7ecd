"""Tells datajoint-python 0.14 the port of the server, and whether it has TLS, which it does not read from the environment.

djw puts this folder before the others on PYTHONPATH of every Python that it starts, and Python imports a module of this name
by itself, in processes that a program starts as well. Releases from 2.0 on read DJ_PORT and DJ_USE_TLS themselves.
"""

import os
import sys


def configure(config):
    port, tls = os.environ.get("DJ_PORT"), os.environ.get("DJ_USE_TLS")
    if port:
        config["database.port"] = int(port)
    if tls in ("true", "false"):
        config["database.use_tls"] = tls == "true"


class Settings:
    """Finds the settings of datajoint as they are found without this, and completes them when they have been read."""

    def find_spec(self, name, path=None, target=None):
        if name != "datajoint.settings":
            return None
        sys.meta_path.remove(self)
        specs = (finder.find_spec(name, path, target) for finder in list(sys.meta_path) if hasattr(finder, "find_spec"))
        spec = next((spec for spec in specs if spec is not None), None)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            self.complete(spec.loader)
        return spec

    def complete(self, loader):
        execute = loader.exec_module

        def exec_module(module):
            execute(module)
            # What 2.0 and later have in this place is no mapping.
            if hasattr(module, "LOCALCONFIG"):
                configure(module.config)

        loader.exec_module = exec_module


def give_way():
    """This folder has nothing but this module, and another module of its name is imported as without it."""
    folder = os.path.dirname(os.path.realpath(__file__))
    sys.path[:] = [each for each in sys.path if os.path.realpath(each or ".") != folder]
    own = sys.modules.pop(__name__, None)
    try:
        __import__(__name__)
    except ImportError as error:
        if error.name != __name__:
            raise
    finally:
        sys.modules.setdefault(__name__, own)


sys.meta_path.insert(0, Settings())
give_way()
