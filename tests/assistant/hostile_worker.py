"""A worker that misbehaves as its file name's suffix says; the real worker otherwise."""

import json
import os
import signal
import struct
import sys
import time
from pathlib import Path


def answer(header: dict[str, object], raw: bytes = b"") -> None:
    text = json.dumps(header).encode()
    sys.stdout.buffer.write(struct.pack("<II", 4 + len(text) + len(raw), len(text)) + text + raw)
    sys.stdout.buffer.flush()


how = Path(__file__).stem.removeprefix("worker_")
if how == "illegal":
    os.kill(os.getpid(), signal.SIGILL)
elif how == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
elif how == "status":
    sys.stderr.write("libgomp.so.1: cannot open shared object file\n")
    sys.stderr.flush()
    sys.exit(7)
elif how == "hang":
    time.sleep(600)
elif how == "deaf":
    sys.stdin.close()
    time.sleep(600)
elif how == "garbage":
    sys.stdout.write("Hello, I am a friendly library and I print things. " * 10)
    sys.stdout.flush()
    time.sleep(600)
elif how == "list":
    sys.stdout.buffer.write(struct.pack("<II", 6, 2) + b"[]")
    sys.stdout.flush()
    time.sleep(600)
elif how == "chatty":
    for _ in range(20000):
        sys.stderr.write("x" * 200 + "\n")
    answer({"ok": False, "error": "but here is my answer"})
    time.sleep(600)
elif how == "short":
    answer({"ok": True, "system": ""})
    answer({"ok": True}, b"1234")
    time.sleep(600)
