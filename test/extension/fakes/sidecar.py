"""A sidecar for tests: `python sidecar.py MODE`. Speaks as docs/ARCHITECTURE.md says, keeps what it hears in the file
HEARD.

A page's `to-host` is passed on to the shim, and `curves` ends the process.
"""

import asyncio
import json
import os
import sys
import threading
import time

MODE = sys.argv[1]
HEARD = os.environ.get("HEARD", os.devnull)


def heard(role, text):
    with open(HEARD, "a", encoding="utf-8") as file:  # noqa: PTH123
        file.write(json.dumps([role, json.loads(text)]) + "\n")


async def serve(token):
    import websockets

    hosts = set()

    async def handler(socket):
        path = socket.path
        if socket.request_headers.get("Authorization") != f"Bearer {token}":
            await socket.close(1008)
            return
        if path == "/host":
            hosts.add(socket)
        arrivals = []
        async for text in socket:
            arrivals = [at_s for at_s in arrivals if time.monotonic() - at_s < 1] + [time.monotonic()]
            if len(arrivals) > (200 if path == "/host" else 50):
                await socket.close(1008)
                return
            heard(path, text)
            message = json.loads(text)
            if message["type"] == "hello":
                await socket.send(json.dumps({"type": "welcome", "protocol": 5, "version": "test", "pid": os.getpid()}))
            elif message["type"] == "to-host":
                websockets.broadcast(hosts, json.dumps(message["message"]))
            elif message["type"] == "ask":
                body = {"schema": 1, "asked": message}
                await socket.send(json.dumps({"type": "answer", "status": 200, "body": body}))
            elif message["type"] == "curves":
                os._exit(3)
            else:
                await socket.send(json.dumps({"type": "heard", "what": message}))

    async with websockets.serve(handler, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        print(json.dumps({"listening": True, "port": port, "pid": os.getpid(), "version": "test"}), flush=True)
        print("more than one line on stdout is no trouble", flush=True)
        await asyncio.Future()


def watch_stdin():
    sys.stdin.read()
    os._exit(0)


if MODE == "dies":
    sys.stderr.write("the store is on fire\n")
    sys.exit(7)
if MODE == "shouts":
    sys.stderr.write("x" * 100_000 + "\x1b[2J")
    sys.exit(7)
if MODE == "silent":
    sys.stdin.read()
    sys.exit(0)
if MODE == "babbles":
    print("hello, I am not JSON", flush=True)
    sys.stdin.read()
    sys.exit(0)
token = sys.stdin.readline().strip()
with open(f"{HEARD}.pids" if os.devnull != HEARD else HEARD, "a", encoding="utf-8") as pids:  # noqa: PTH123
    pids.write(f"{os.getpid()}\n")
threading.Thread(target=watch_stdin, daemon=True).start()
asyncio.run(serve(token))
