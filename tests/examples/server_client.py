"""Puts a server example through its paces on loopback; what it saw, as JSON, is judged by test_server.cpp.

server_client.py SERVE_PROGRAM PICTURE.png...
"""

import collections
import http.client
import json
import os
import random
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time

CONNECTIONS = 4
WARM_UP, REQUESTS = (300, 1500) if os.environ.get("MOBILITH_NIGHTLY") else (200, 400)  # for each connection


class Server:
    def __init__(self, program, options):
        self.process = subprocess.Popen([program, "--port", "0", *options], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().rsplit(":", 1)[1])

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def status_line(self, name):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(name + ":"))


def ask(connection, method, path, body=None, headers=()):
    connection.request(method, path, body, dict(headers))
    response = connection.getresponse()
    return response.status, response.read()


def classes(body):
    return [[entry["class"], entry["probability"]] for entry in json.loads(body)["classes"]]


def form(picture):
    return b'--x\r\nContent-Disposition: form-data; name="p"; filename="p.png"\r\n\r\n' + picture + b"\r\n--x--\r\n"


def single_requests(server, pictures):
    seen = {}
    multipart = {"Content-Type": "multipart/form-data; boundary=x"}
    large = b"\x89PNG" * (1 << 18) + b"!"
    for name, call in {
        "health": ("GET", "/health"),
        "no page": ("GET", "/nothing"),
        "wrong method": ("GET", "/classify"),
        "text": ("POST", "/classify", b"no picture"),
        "empty": ("POST", "/classify", b""),
        "cut": ("POST", "/classify", pictures[0][:200]),
        "large": ("POST", "/classify", large),
        "large, chunked": ("POST", "/classify", iter([large[:1000], large])),
        "form": ("POST", "/classify", form(pictures[0]), multipart),
        "form of no picture": ("POST", "/classify", form(b"text"), multipart),
        "broken form": ("POST", "/classify", b"--y", multipart),
        "chunked": ("POST", "/classify", iter([pictures[0][:99], pictures[0][99:]])),
    }.items():
        connection = server.connect()
        status, body = ask(connection, *call)
        entry = seen[name] = {"status": status, "body": json.loads(body)}
        # The same connection serves a good request afterwards, or was closed.
        try:
            entry["then"] = ask(connection, "POST", "/classify", pictures[0])[0]
        except (OSError, http.client.HTTPException):
            entry["then"] = "closed"
    return seen


def raw_requests(server):
    """Bytes that are no HTTP: the first line of the answer to each, or nothing."""
    seen = []
    for text in (b"\x00" * 5000, b"GARBAGE\r\n\r\n", b"GET " + b"/" * 100000, b"POST /classify HTTP/1.1\r\nContent-Length: -5\r\n\r\nhello",
                 b"POST /classify HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\nhello",
                 b"POST /classify HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            try:
                connection.sendall(text)
                connection.shutdown(socket.SHUT_WR)
                seen.append(connection.recv(100).split(b"\r\n")[0].decode("latin-1"))
            except OSError:
                seen.append("")
    return seen


HEALTH = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"


def spoken(server, *texts):
    """What comes back for these bytes, until the server closes the connection; "open" at the end, if it does not within three seconds."""
    answer = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=3) as connection:
        try:
            for text in texts:
                connection.sendall(text)
            while part := connection.recv(65536):
                answer += part
        except OSError:
            answer += b"open"
    return answer


def framing(server, picture):
    """Where one request or answer ends and the next begins: the statuses, how many bodies there were, and whether the connection stays open."""
    length = b"Content-Length: %d\r\n\r\n" % len(picture)
    seen = {}
    for name, texts in {
        "coding": (b"POST /classify HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", HEALTH),
        "codings": (b"POST /classify HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", HEALTH),
        "coding of no body": (b"GET /health HTTP/1.1\r\nTransfer-Encoding: identity\r\n\r\n", HEALTH),
        "chunked in 1.0": (b"POST /classify HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",),
        "Chunked": (b"POST /classify HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n", HEALTH),
        "both lengths": (b"POST /classify HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", HEALTH),
        "HEAD": (HEALTH.replace(b"GET", b"HEAD"), HEALTH),
        "close": (HEALTH[:-2] + b"Connection: close\r\n\r\n",),
        "1.0": (b"GET /health HTTP/1.0\r\n\r\n",),
        "Expect": (b"POST /classify HTTP/1.1\r\nConnection: close\r\nExpect: 100-Continue\r\n" + length, picture),
        "Expect in 1.0": (b"POST /classify HTTP/1.0\r\nExpect: 100-continue\r\n" + length, picture),
    }.items():
        answer = spoken(server, *texts)
        statuses = [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+)", answer)]
        seen[name] = [statuses, len(re.findall(rb"\r\n\r\n\{", answer)), answer.endswith(b"open")]
    return seen


def short_of_room(program):
    """A client that asks and never reads has the only place; then one sends more than there is memory for. What /health says after each."""
    server = Server(program, ["--max-megabytes", "512", "--max-connections", "1", "--seconds", "60"])
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=1) as deaf:
            try:
                while True:
                    deaf.sendall(HEALTH * 1000)
            except OSError:
                pass  # nothing is taken for a second
            deaf_then = ask(server.connect(), "GET", "/health")[0]
        room = (server.status_line("VmSize") << 10) + (64 << 20)
        resource.prlimit(server.process.pid, resource.RLIMIT_AS, (room, room))
        large = spoken(server, b"POST /classify HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (500 << 20) + b"x" * 1000)
        return {"deaf": deaf_then, "large": large.decode("latin-1")[:20], "then": ask(server.connect(), "GET", "/health")[0]}
    finally:
        server.process.kill()


def request_of(chance, pictures, expected):
    """One in ten is bad. A body, and what the answer must be."""
    if chance.randrange(10) == 0:
        return chance.choice([b"text", pictures[0][: chance.randrange(10, 1000)], chance.randbytes(500)]), None
    number = chance.randrange(len(pictures))
    return pictures[number], expected[number]


def load(server, pictures, expected, requests, counts, seed):
    """One connection's requests; every 50th opens a new connection."""
    chance = random.Random(seed)
    connection, used = server.connect(), time.monotonic()
    for i in range(requests):
        # A connection that was idle for two seconds, on a very busy machine, may be closed: clients open another one then.
        if i % 50 == 49 or time.monotonic() - used > 1:
            connection.close()
            connection = server.connect()
        body, wanted = request_of(chance, pictures, expected)
        try:
            status, answer = ask(connection, "POST", "/classify", body)
        except (OSError, http.client.HTTPException) as error:
            counts["failed"] += 1
            print(f"server_client: {error!r}", file=sys.stderr)
            connection = server.connect()
            continue
        used = time.monotonic()
        if wanted is None:
            counts["refused" if status == 400 else "wrongly answered"] += 1
        else:
            counts["right" if status == 200 and classes(answer) == wanted else "wrong"] += 1


def run_load(server, pictures, expected, requests):
    counts = collections.Counter()  # += under the interpreter's lock is not atomic: one for each thread
    each = [collections.Counter() for _ in range(CONNECTIONS)]
    threads = [threading.Thread(target=load, args=(server, pictures, expected, requests, each[i], i)) for i in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in each:
        counts.update(one)
    return counts


def stop_in_a_request(server, picture):
    """SIGTERM arrives when half a request has: its status, and the program's exit code."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    connection.sendall(f"POST /classify HTTP/1.1\r\nContent-Length: {len(picture)}\r\nConnection: close\r\n\r\n".encode() + picture[:100])
    time.sleep(0.3)
    server.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    connection.sendall(picture[100:])
    status = int(connection.recv(100).split()[1])
    return {"status": status, "exit code": server.process.wait(60)}


def main():
    pictures = []
    for path in sys.argv[2:]:
        with open(path, "rb") as file:
            pictures.append(file.read())
    server = Server(sys.argv[1], ["--workers", str(CONNECTIONS), "--max-megabytes", "1"])
    try:
        expected = [classes(ask(server.connect(), "POST", "/classify", picture)[1]) for picture in pictures]
        seen = {"classes": expected, "single": single_requests(server, pictures), "raw": raw_requests(server)}
        seen["framing"], seen["short of room"] = framing(server, pictures[0]), short_of_room(sys.argv[1])
        run_load(server, pictures, expected, WARM_UP)
        before = server.status_line("VmRSS"), server.status_line("Threads")
        started = time.monotonic()
        counts = run_load(server, pictures, expected, REQUESTS)
        seconds = time.monotonic() - started
        seen["load"] = {"requests": CONNECTIONS * REQUESTS, "seconds": seconds, "resident_kb": [before[0], server.status_line("VmRSS")],
                        "threads": [before[1], server.status_line("Threads")], "counts": counts}
        seen["stop"] = stop_in_a_request(server, pictures[0])
        print(json.dumps(seen))
    finally:
        server.process.kill()


if __name__ == "__main__":
    main()
