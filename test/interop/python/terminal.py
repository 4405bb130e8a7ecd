"""Runs a command in a terminal of 24 lines of 80 characters and prints its exit status and what was shown, as JSON.

Standard input: {"command": [...], "folder": ..., "steps": [[text to wait for, text to type], ...]}."""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

given = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    os.chdir(given["folder"])
    os.execvp(given["command"][0], given["command"])
shown, seen, steps = b"", 0, list(given["steps"])
deadline = time.time() + 300
while time.time() < deadline:
    if select.select([terminal], [], [], 0.05)[0]:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data
    elif steps and steps[0][0].encode() in shown[seen:]:
        # What has been answered does not count for the next step.
        seen = len(shown)
        os.write(terminal, steps.pop(0)[1].encode())
else:
    os.kill(pid, 9)
_, status = os.waitpid(pid, 0)
print(json.dumps({"status": os.waitstatus_to_exitcode(status), "shown": shown.decode(errors="replace")}))
