"""A WebSocket server for the tests. Arguments: port, seconds between pings (0: none) [pem file]. Ends when its standard input does."""
import asyncio
import os
import ssl
import sys
import threading

import websockets


async def echo(socket):
    async for message in socket:
        await socket.send(message)


async def count_pongs(socket):
    pings = pongs = 0

    def count(pong):
        nonlocal pongs
        if not pong.cancelled() and pong.exception() is None:
            pongs += 1

    async def beat():
        nonlocal pings
        while True:
            pong = await socket.ping()
            pong.add_done_callback(count)
            pings += 1
            await asyncio.sleep(0.1)

    beating = asyncio.create_task(beat())
    try:
        async for _ in socket:
            await socket.send(f"{pings} {pongs}")
    finally:
        beating.cancel()


async def close(socket):
    await socket.close(int(socket.path.rpartition("/")[2]), "tschüß")


async def handle(socket):
    serve = close if socket.path.startswith("/close/") else count_pongs if socket.path == "/pings" else echo
    try:
        await serve(socket)
    except websockets.ConnectionClosed:
        pass
    if socket.close_rcvd:
        print("closed with", socket.close_rcvd.code)


async def main():
    port, ping_interval = int(sys.argv[1]), float(sys.argv[2])
    tls = None
    if len(sys.argv) > 3:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(sys.argv[3])
    async with websockets.serve(handle, "127.0.0.1", port, ping_interval=ping_interval or None, max_size=128 * 2**20, ssl=tls):
        await asyncio.Future()


def exit_with_parent():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=exit_with_parent, daemon=True).start()
asyncio.run(main())
