"""Python's `websockets`, measured like the others: MEASURE URI SIZE FORM plain|deflate CERTIFICATE. For each line of the input, a number,
it does so many of what is measured, and prints seconds, seconds of CPU time, -1, and the most bytes resident."""

import asyncio
import resource
import ssl
import sys
import time

import websockets

measure, uri, size, form, compression, certificate = sys.argv[1:]
payload = b"x" * int(size)
options = {"compression": None, "max_size": None}
if uri.startswith("wss:"):
    options["ssl"] = ssl.create_default_context(cafile=certificate)


async def round_trips(socket, count):
    for _ in range(count):
        await socket.send(payload)
        await socket.recv()


async def receive(socket, count):
    await socket.send(str(count))
    for _ in range(count):
        await socket.recv()


async def send(socket, count):
    for _ in range(count):
        await socket.send(payload)
    await socket.send("?")
    await socket.recv()


async def connects(_, count):
    for _ in range(count):
        async with websockets.connect(uri, **options):
            pass


WORKS = {"RoundTrip": round_trips, "Receive": receive, "Send": send, "Connect": connects}


async def main():
    socket = None if measure == "Connect" else await websockets.connect(uri, **options)
    print("ready", flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        cpu, start = time.process_time(), time.perf_counter()
        await WORKS[measure](socket, int(line))
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(seconds, cpu, -1, peak, flush=True)
    if socket is not None:
        await socket.close()


asyncio.run(main())
