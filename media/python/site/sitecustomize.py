"""Tells datajoint-python what it does not read from the environment: 0.14 the port of the server and whether it has TLS, and
all releases the certificates of TLS.

djw puts this folder before the others on PYTHONPATH of every Python that it starts, and Python imports a module of this name
by itself, in processes that a program starts as well. Releases from 2.0 on read DJ_PORT and DJ_USE_TLS themselves.
"""

import os
import sys


def certificates():
    """The argument `use_tls` of datajoint.Connection, as a dictionary for pymysql's `ssl`; None without an authority."""
    paths = {name: os.environ.get("DJW_TLS_" + name.upper()) for name in ("ca", "cert", "key")}
    if not paths["ca"] or os.environ.get("DJ_USE_TLS") != "true":
        return None
    named = {name: path for name, path in paths.items() if path}
    return {**named, "check_hostname": os.environ.get("DJW_TLS_CHECK_HOSTNAME") != "false"}


def configure(config):
    port, tls = os.environ.get("DJ_PORT"), os.environ.get("DJ_USE_TLS")
    if port:
        config["database.port"] = int(port)
    if tls in ("true", "false"):
        config["database.use_tls"] = certificates() or tls == "true"


def configure_from_two_on(config):
    """Their settings take only true and false; what opens a connection takes certificates as well."""
    tls = certificates()
    if tls is not None:
        vars(config.database)["use_tls"] = tls


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
            else:
                configure_from_two_on(module.config)

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
