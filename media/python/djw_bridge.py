"""Runs the make() of datajoint-python tables for DataJoint Workbench, one key after the other.

Started by djw or the editor, never by hand. Needs the standard library and the datajoint that the pipeline itself uses,
2.3 or 0.14. The program that started it listens on two loopback sockets: `work` carries requests and answers, one JSON object per
line, and `control` carries interruptions while make() runs. Standard input, output and error stay the person's own.

make() runs under datajoint's own rules (`AutoPopulate._populate1`), in a transaction of this process. Its last statement
is the fence that ends the job: the engine that reserved the job gives that statement and judges its outcome.
"""

import base64
import builtins
import datetime
import decimal
import faulthandler
import importlib
import importlib.util
import inspect
import io
import json
import logging
import os
import signal
import socket
import sys
import threading
import time
import traceback
import uuid

# How long an unfinished make() may go on when nobody is there to take its result.
ORPHAN_SECONDS = 5


class Problem(Exception):
    """What went wrong before any make(): the stage, and what to say of it."""

    def __init__(self, stage, cause=None, **facts):
        super().__init__(stage)
        self.answer = dict(facts, stage=stage, **({} if cause is None else describe(cause)))


class Abandoned(Exception):
    """The engine does not want the result: the job is somebody else's now."""


class Channel:
    def __init__(self, port, token, role):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = self.socket.makefile("rb")
        self.lock = threading.Lock()
        self.send({"token": token, "role": role, "pid": os.getpid()})

    def send(self, message):
        with self.lock:
            self.socket.sendall(json.dumps(message).encode("ascii") + b"\n")

    def receive(self):
        """The next message; None when the other side has gone."""
        try:
            line = self.reader.readline()
        except OSError:
            return None
        return json.loads(line) if line.endswith(b"\n") else None


# --- values -----------------------------------------------------------------------------------------------------------


def time_of_day(text):
    sign = -1 if text.startswith("-") else 1
    hours, minutes, seconds = text.lstrip("-").split(":")
    whole, _, fraction = seconds.partition(".")
    micros = int((fraction + "000000")[:6])
    return sign * datetime.timedelta(hours=int(hours), minutes=int(minutes), seconds=int(whole), microseconds=micros)


def date_and_time(text):
    whole, _, fraction = text.partition(".")
    moment = datetime.datetime.strptime(whole, "%Y-%m-%d %H:%M:%S")
    return moment.replace(microsecond=int((fraction + "000000")[:6]))


DECODERS = {
    "int": int,
    "float": float,
    "decimal": decimal.Decimal,
    "date": lambda text: datetime.datetime.strptime(text, "%Y-%m-%d").date(),
    "datetime": date_and_time,
    "time": time_of_day,
    "uuid": uuid.UUID,
    "bytes": base64.b64decode,
}


def decode(value):
    """A typed value: plain JSON, or an object with one type as its name."""
    if not isinstance(value, dict):
        return value
    ((kind, given),) = value.items()
    return DECODERS[kind](given)


# --- errors -----------------------------------------------------------------------------------------------------------


def text_of(error):
    try:
        return str(error)
    except Exception as broken:
        return "<its message cannot be shown: {}>".format(type(broken).__name__)


# Of a message in a printed traceback: a longer one would hide the frames of the errors that are printed beside it.
MOST_MESSAGE = 20000


def cut_middle(text, most=MOST_MESSAGE):
    """The beginning and the end of a long text."""
    if len(text) <= most:
        return text
    half = most // 2
    return "{}\n[… {} characters are left out …]\n{}".format(text[:half], len(text) - 2 * half, text[-half:])


def with_short_messages(told):
    """`told` prints its messages, notes among them, with their middle left out."""
    lines_of = told.format_exception_only

    def short_lines(*args, **kwargs):
        text = "".join(lines_of(*args, **kwargs))
        yield cut_middle(text)

    told.format_exception_only = short_lines


def is_own(file):
    """Whether a frame belongs to this file or to the import that it does."""
    return file == __file__ or file.startswith("<frozen importlib") or file == importlib.__file__


def readable(told):
    """A printed traceback leads from the pipeline's first line to its last, however long the messages are."""
    seen = []
    while told is not None and told not in seen:
        seen.append(told)
        if told.stack is not None:
            told.stack[:] = [frame for frame in told.stack if not is_own(frame.filename)]
        with_short_messages(told)
        for member in getattr(told, "exceptions", None) or ():
            readable(member)
        told = told.__cause__ or told.__context__
    return seen[0]


def describe(error):
    numbers, seen = [], set()
    cause = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        if cause.args and isinstance(cause.args[0], int):
            numbers.append(cause.args[0])
        cause = cause.__cause__ or cause.__context__
    told = readable(traceback.TracebackException(type(error), error, error.__traceback__))
    return {
        "type": type(error).__name__,
        "message": text_of(error),
        "traceback": "".join(told.format()),
        "numbers": numbers,
        "lost": any(base.__name__ == "LostConnectionError" for base in type(error).__mro__),
        "duplicate": any(base.__name__ == "DuplicateError" for base in type(error).__mro__),
    }


# --- the terminal -----------------------------------------------------------------------------------------------------


class SharedOutput(io.TextIOWrapper):
    """A terminal whose last line somebody else draws on: erased before a line begins, left alone while one is unfinished."""

    unfinished = False

    @classmethod
    def over(cls, stream, announce):
        shared = cls(stream.buffer, stream.encoding, "backslashreplace", line_buffering=True, write_through=True)
        shared.announce = announce
        return shared

    def write(self, text):
        if not text:
            return 0
        prefix = "" if SharedOutput.unfinished else "\r\x1b[K"
        super().write(prefix + text)
        self.flush()
        self.leave(not text.endswith("\n"))
        return len(text)

    def leave(self, unfinished):
        if unfinished != SharedOutput.unfinished:
            SharedOutput.unfinished = unfinished
            self.announce(unfinished)


def share_terminal(announce):
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and stream.isatty():
            setattr(sys, name, SharedOutput.over(stream, announce))
    ask = builtins.input

    def asking(*prompt):
        SharedOutput.unfinished = True
        announce(True)
        try:
            return ask(*prompt)
        finally:
            SharedOutput.unfinished = False
            announce(False)

    builtins.input = asking


class PrintedLines:
    """The last lines that one make() printed; streams stay the objects that everybody holds."""

    MOST_LINES = 20
    MOST_CHARACTERS = 4000

    def __init__(self):
        self.text = None
        for stream in {id(stream): stream for stream in (sys.stdout, sys.stderr) if stream is not None}.values():
            self.listen(stream)

    def listen(self, stream):
        write = stream.write

        def writing(text):
            if self.text is not None and isinstance(text, str):
                self.add(text)
            return write(text)

        try:
            stream.write = writing
        except AttributeError:
            pass  # A stream of another making is left as it is.

    def add(self, text):
        said = self.text + text
        self.text = said if len(said) <= 8 * self.MOST_CHARACTERS else said[-4 * self.MOST_CHARACTERS :]

    def begin(self):
        self.text = ""

    def end(self):
        """What has been printed since `begin`, as a terminal would show it: of a line that was drawn over, its last state."""
        text, self.text = self.text or "", None
        lines = [line.rstrip("\r").rpartition("\r")[2] for line in text.rstrip().split("\n")[-self.MOST_LINES :]]
        return "\n".join(lines)[-self.MOST_CHARACTERS :]


# --- a debugger -------------------------------------------------------------------------------------------------------


def stop_in_debugger(raised):
    """A debugger that was started before this file stops where make() raised, though the error is caught here."""
    find = getattr(sys.modules.get("pydevd"), "get_global_debugger", None)
    debugger = None if find is None else find()
    if debugger is None:
        return
    try:
        if hasattr(debugger, "trigger_exception_handler"):
            debugger.trigger_exception_handler(raised)
            return
        thread = threading.current_thread()
        info = debugger.set_additional_thread_info(thread)
        info.is_tracing += 1
        try:
            debugger.stop_on_unhandled_exception(debugger, thread, info, raised)
        finally:
            info.is_tracing -= 1
    except Exception as error:
        print("The debugger could not stop at the error: {}".format(text_of(error)), file=sys.stderr)


# --- finding the table ------------------------------------------------------------------------------------------------


def module_name(file, folder):
    """The dotted name under which the pipeline's own files import `file`, and the folder that must be searched for it."""
    parts = [os.path.splitext(os.path.basename(file))[0]]
    root = os.path.dirname(file)
    while os.path.isfile(os.path.join(root, "__init__.py")) and os.path.dirname(root) != root:
        parts.insert(0, os.path.basename(root))
        root = os.path.dirname(root)
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts), root


def search_first(folders):
    for folder in reversed(folders):
        if folder in sys.path:
            sys.path.remove(folder)
        sys.path.insert(0, folder)


def import_file(file, workspace):
    name, root = module_name(file, workspace)
    # A folder of packages keeps its place: before the standard library it would hide parts of that.
    roots = [] if os.path.basename(root) in ("site-packages", "dist-packages") and root in sys.path else [root]
    search_first([*roots, workspace, os.path.join(workspace, "src")])
    if not all(part.isidentifier() for part in name.split(".")):
        spec = importlib.util.spec_from_file_location("pipeline_" + uuid.uuid4().hex, file)
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        inside = os.path.relpath(os.path.splitext(file)[0], workspace)
        if "no known parent package" not in str(error) or inside.startswith(".."):
            raise
        module = importlib.import_module(inside.replace(os.sep, "."))
    found = getattr(module, "__file__", None)
    if found is None or os.path.realpath(found) != os.path.realpath(file):
        raise Problem("shadowed", file=file, found=found or name, name=name)
    return module


def subclasses(base):
    for each in type.__subclasses__(base):
        yield each
        for deeper in subclasses(each):
            yield deeper


def taken_in(dj):
    """Classes that a schema has taken in."""
    return [each for each in subclasses(dj.user_tables.UserTable) if type.__getattribute__(each, "database") not in (None, "")]


def label_of(dj, table_class):
    """`Report`, or `Report.Fit` for a part: a part never stands for a table of the same name."""
    master = getattr(table_class, "master", None) if issubclass(table_class, dj.Part) else None
    return table_class.__name__ if master is None else "{}.{}".format(master.__name__, table_class.__name__)


def registered(dj, class_name, schema):
    """Those of that name, `Report` or `Report.Fit`, the last one declared first."""
    found = [each for each in taken_in(dj) if label_of(dj, each) == class_name]
    return [each for each in reversed(found) if schema is None or each.database == schema]


def source_of_keys(dj, table):
    """See AutoPopulate._jobs_to_do."""
    keys = table.key_source
    if inspect.isclass(keys) and issubclass(keys, dj.expression.QueryExpression):
        keys = keys()
    if not isinstance(keys, dj.expression.QueryExpression):
        raise dj.DataJointError("it is of type {}, and no table or query".format(type(keys).__name__))
    for name in keys.primary_key:
        if name not in table.heading.names:
            raise dj.DataJointError('its primary key has "{}", which {} lacks'.format(name, type(table).__name__))
    return keys


def is_comparable(attribute):
    """Whether the database holds the value as a person writes it."""
    if any(getattr(attribute, kind, None) for kind in ("is_blob", "is_attachment", "is_filepath", "codec", "uuid", "adapter", "json")):
        return False
    return getattr(attribute, "original_type", None) != "uuid"


def plain_sql(sql):
    """datajoint doubles percent signs for its driver."""
    return sql % ()


def installed_version():
    """Of a datajoint that cannot be imported; None where its package does not tell."""
    try:
        return importlib.import_module("importlib.metadata").version("datajoint")
    except Exception:
        return None


class Pipeline:
    """The table classes that were asked for, and what is needed to make their keys. One of them is at work at a time."""

    def __init__(self, channel, printed):
        self.channel = channel
        self.printed = printed
        self.tables = []
        # The table that the present request is about.
        self.table = None
        self.inserted = False
        self.stop_reason = "KeyboardInterrupt"
        self.busy = False
        self.interrupted = False

    # -- loading

    def load(self, files, folder, class_name, schema):
        try:
            import datajoint as dj
        except BaseException as error:
            raise Problem("datajoint", error, version=installed_version())
        self.dj = dj
        version = getattr(dj, "__version__", "0")
        for file in files:
            sys.argv = [file]
            try:
                import_file(file, folder)
            except Problem:
                raise
            except BaseException as error:
                raise Problem("module", error, file=file, version=version)
        classes = registered(dj, class_name, schema)
        if not classes:
            others = sorted({label_of(dj, each) for each in taken_in(dj)})
            raise Problem("table", names=others, version=version)
        self.adopt(classes[0])
        return dict(self.report(version), number=self.tables.index(self.table))

    def adopt(self, found):
        known = [table for table in self.tables if type(table) is found]
        if known:
            self.table = known[0]
            return
        # Asked of the class, datajoint would answer with a method of some instance.
        inserts = inspect.getattr_static(found, "insert")
        pipeline = self

        def insert(table, rows, *args, **kwargs):
            pipeline.inserted = True
            return inserts(table, rows, *args, **kwargs)

        insert.__doc__ = inserts.__doc__
        found.insert = insert
        self.table = found()
        self.tables.append(self.table)

    def report(self, version):
        table = self.table
        tier = next((base.__name__.lower() for base in type(table).__mro__ if base.__name__ in ("Imported", "Computed")), None)
        try:
            key_source = None if tier is None else self.key_source()
        except BaseException as error:
            raise Problem("key_source", error, version=version)
        connection = table.connection
        parts = [part.__name__ for part in vars(type(table)).values() if inspect.isclass(part) and issubclass(part, self.dj.Part)]
        return {
            "datajoint": version,
            "python": "{}.{}.{}".format(*sys.version_info[:3]),
            "pid": os.getpid(),
            "schema": table.database,
            "table": table.table_name,
            "tier": tier,
            "parts": parts,
            "maker": None if tier is None else self.maker(),
            "jobs": "table" if hasattr(type(table), "_jobs") else "schema",
            "key_source": key_source,
            "connection": {
                "host": str(connection.conn_info["host"]),
                "port": int(connection.conn_info["port"]),
                "user": str(connection.conn_info["user"]),
                "id": int(connection.query("SELECT CONNECTION_ID()").fetchone()[0]),
            },
        }

    def key_source(self):
        """What counts is the primary key; by the others that can be compared, keys can be restricted."""
        keys = source_of_keys(self.dj, self.table)
        heading = keys.heading
        others = [name for name in heading.names if not heading[name].in_key and is_comparable(heading[name])]
        if others and not self.can_run(keys.proj(*others)):
            others = []
        return {"sql": plain_sql(keys.proj(*others).make_sql()), "key": list(keys.primary_key), "others": others}

    def can_run(self, query):
        """Groups, for one, can be shown without what a server wants them to be grouped by as well."""
        try:
            self.table.connection.query("SELECT 1 FROM ({}) AS key_source LIMIT 0".format(query.make_sql()))
        except Exception:
            return False
        return True

    def maker(self):
        table, auto = self.table, self.dj.autopopulate.AutoPopulate
        if hasattr(table, "_make_tuples"):
            return "_make_tuples"
        if type(table).make is not auto.make:
            return "make"
        return "parts" if all(hasattr(table, name) for name in ("make_fetch", "make_compute", "make_insert")) else None

    def mark(self, name):
        """Holds a named lock, so that the engine can see whether it is on the same server."""
        self.table.connection.query("SELECT GET_LOCK(%s, 0)", args=(name,)).fetchone()

    def unmark(self, name):
        self.table.connection.query("SELECT RELEASE_LOCK(%s)", args=(name,)).fetchone()

    # -- making

    def make(self, key, kwargs, asks):
        """See AutoPopulate._populate1: the same, but the job's fence comes before the commit.

        "made", "nothing" when make() inserted none, "there" when the key had its row already and make() was not called.
        """
        table = self.table
        connection = table.connection
        make = table._make_tuples if hasattr(table, "_make_tuples") else table.make
        self.inserted = False
        log = logging.getLogger("datajoint")
        say = getattr(log, "jobs", log.debug)
        type(table)._allow_insert = True
        if hasattr(table, "_upstream_key"):
            table._upstream_key, table._upstream = dict(key), None
        try:
            in_parts = inspect.isgeneratorfunction(make)
            if not in_parts:
                connection.start_transaction()
            if self.has_row(key):
                if not in_parts:
                    connection.cancel_transaction()
                return "there"
            if in_parts:
                self.make_in_parts(make, key, kwargs)
            else:
                say("Making %s -> %s", key, table.full_table_name)
                make(dict(key), **kwargs)
            made = self.inserted or self.has_row(key)
            if asks:
                self.finish()
            connection.commit_transaction()
            say("Success making %s -> %s", key, table.full_table_name)
            return "made" if made else "nothing"
        except Abandoned:
            self.roll_back()
            raise
        except BaseException:
            stop_in_debugger(sys.exc_info())
            self.roll_back()
            raise
        finally:
            type(table)._allow_insert = False
            if hasattr(table, "_upstream_key"):
                table._upstream_key = table._upstream = None

    def has_row(self, key):
        """Whether the table has the key's row; False where datajoint cannot ask, which writes times into SQL without quotes."""
        try:
            return key in self.table
        except self.dj.errors.QuerySyntaxError:
            return False

    def make_in_parts(self, make, key, kwargs):
        """Fetching and computing happen outside the transaction; inside, what was fetched must still be the same."""
        import deepdiff

        def digest(fetched):
            return deepdiff.DeepHash(fetched, ignore_iterable_order=False)[fetched]

        if self.takes_whole_tuples():
            return self.make_with_tuples(key, kwargs, digest)
        steps = make(dict(key), **kwargs)
        before = digest(next(steps))
        computed = next(steps)
        self.table.connection.start_transaction()
        steps = make(dict(key), **kwargs)
        if digest(next(steps)) != before:
            raise self.changed()
        steps.send(computed)

    def takes_whole_tuples(self):
        """Whether make_insert(key, fetched, computed) is written as datajoint's guide has it, and not as its code calls it."""
        table = self.table
        if type(table).make is not self.dj.autopopulate.AutoPopulate.make:
            return False
        return list(inspect.signature(table.make_insert).parameters) == ["key", "fetched", "computed"]

    def make_with_tuples(self, key, kwargs, digest):
        table = self.table
        fetched = table.make_fetch(dict(key), **kwargs)
        computed = table.make_compute(dict(key), fetched)
        table.connection.start_transaction()
        again = table.make_fetch(dict(key), **kwargs)
        if digest(again) != digest(fetched):
            raise self.changed()
        table.make_insert(dict(key), again, computed)

    def changed(self):
        return self.dj.DataJointError("Referential integrity failed! The `make_fetch` data has changed")

    def finish(self):
        """Runs the statements that the engine gives, until it says how the transaction ends."""
        self.channel.send({"ask": "finish"})
        while True:
            order = self.channel.receive()
            if order is None or order.get("end") == "rollback":
                raise Abandoned()
            if order.get("end") == "commit":
                return
            try:
                cursor = self.table.connection.query(order["sql"], args=tuple(decode(value) for value in order["values"]))
            except Exception as error:
                self.channel.send({"failed": describe(error)})
            else:
                self.channel.send({"changes": cursor.rowcount})

    def roll_back(self):
        # What was interrupted is still rolled back: further interruptions wait.
        self.busy = False
        try:
            self.table.connection.cancel_transaction()
        except Exception as error:
            if not any(base.__name__ == "LostConnectionError" for base in type(error).__mro__):
                raise

    # -- datajoint's own populate

    def populate(self, restrictions, options):
        options = dict(options)
        result = self.table.populate(*restrictions, **options)
        if not isinstance(result, dict):
            result = {"success_count": 0, "error_list": result or []}
        errors = [[{name: str(value) for name, value in key.items()}, str(message)] for key, message in result["error_list"]]
        return {"success_count": result["success_count"], "error_list": errors}

    # -- requests

    def answer(self, request):
        what = request["do"]
        if what == "load":
            return self.load(request["files"], request["folder"], request["class_name"], request["schema"])
        self.table = self.tables[request["table"]]
        if what == "mark":
            return self.mark(request["name"])
        if what == "unmark":
            return self.unmark(request["name"])
        if what == "make":
            key = {name: decode(value) for name, value in request["key"].items()}
            self.printed.begin()
            return {"made": self.make(key, json.loads(request["kwargs"]), request["asks"])}
        if what == "populate":
            return self.populate(request["restrictions"], json.loads(request["options"]))
        raise ValueError(what)

    def serve(self):
        while True:
            request = self.channel.receive()
            if request is None:
                return
            self.interrupted, self.busy = False, True
            try:
                reply = {"ok": self.answer(request)}
            except Problem as problem:
                reply = {"error": problem.answer}
            except Abandoned:
                reply = {"error": {"stage": "abandoned"}}
            except BaseException as error:
                reply = {"error": dict(describe(error), stage="make")}
            finally:
                self.busy = False
                printed = self.printed.end()
            if printed and "error" in reply:
                reply["error"]["printed"] = printed
            self.channel.send(reply)

    # -- interruptions

    def on_signal(self, number, frame):
        # The terminal and the program that started this may both say it, and between keys there is nothing to interrupt.
        if self.interrupted or not self.busy:
            return
        self.interrupted = True
        if number == signal.SIGTERM or self.stop_reason == "SystemExit":
            raise SystemExit("SIGTERM received")
        raise KeyboardInterrupt

    def interrupt(self, main_thread):
        if hasattr(signal, "pthread_kill"):
            signal.pthread_kill(main_thread, signal.SIGINT)
        else:
            import _thread

            _thread.interrupt_main()

    def watch(self, control, main_thread):
        while True:
            message = control.receive()
            if message is None:
                break
            self.stop_reason = message["interrupt"]
            self.interrupt(main_thread)
        if self.busy:
            self.interrupt(main_thread)
            time.sleep(ORPHAN_SECONDS)
            os._exit(1)


def main():
    port, token = os.environ.pop("DJW_BRIDGE").split(":")
    crashes = os.environ.pop("DJW_BRIDGE_CRASHES", None)
    shares = os.environ.pop("DJW_BRIDGE_TERMINAL", None) == "shared"
    # The folder of this file is nobody's pipeline.
    sys.path[:] = [folder for folder in sys.path if os.path.realpath(folder or ".") != os.path.dirname(os.path.realpath(__file__))]
    control = Channel(int(port), token, "control")
    work = Channel(int(port), token, "work")
    if crashes is not None:
        faulthandler.enable(open(crashes, "w"), all_threads=False)
    if shares:
        share_terminal(lambda unfinished: control.send({"unfinished": unfinished}))
    pipeline = Pipeline(work, PrintedLines())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, pipeline.on_signal)
    watching = threading.Thread(target=pipeline.watch, args=(control, threading.get_ident()), daemon=True)
    # A debugger neither shows nor stops it.
    watching.is_pydev_daemon_thread = watching.pydev_do_not_trace = True
    watching.start()
    pipeline.serve()


if __name__ == "__main__":
    main()
