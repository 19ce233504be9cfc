"""Mixed load and attack on the server example, on loopback; what it saw, as JSON.

server_attack.py SERVE_PROGRAM SECONDS PICTURE.png...

server_attack.py --judge SERVE_PROGRAM SECONDS PICTURE.png... ends with 1 where something is wrong: for scripts/attack_server.sh.
"""

import collections
import http.client
import json
import random
import socket
import struct
import sys
import threading
import time
import zlib

import server_client
from server_client import ask, classes

OPTIONS = ["--workers", "2", "--max-megabytes", "1", "--max-connections", "48", "--seconds", "3", "--max-megapixels", "4"]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, compressed):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", compressed) + chunk(b"IEND", b"")


def zeros(megabytes):
    """Compressed."""
    machine = zlib.compressobj(9)
    block = bytes(1 << 20)
    return b"".join(machine.compress(block) for _ in range(megabytes)) + machine.flush()


class Attack:
    def __init__(self, server, pictures, seconds):
        self.server, self.pictures = server, pictures
        self.seconds, self.end = seconds, 0.0
        self.counts, self.lock = collections.Counter(), threading.Lock()
        self.expected = [classes(ask(server.connect(), "POST", "/classify", picture)[1]) for picture in pictures]
        self.bombs = [png(1, 1, zeros(400)), png(30000, 30000, zeros(1)), png(2000, 1900, zeros(1))]
        self.slowest_health = 0.0

    def going_on(self):
        return time.monotonic() < self.end

    def count(self, what):
        with self.lock:
            self.counts[what] += 1

    def good_client(self, seed):
        """Opens a connection for each few requests: one that waits may lose its place to others."""
        chance = random.Random(seed)
        while self.going_on():
            number = chance.randrange(len(self.pictures))
            connection = self.server.connect()
            try:
                for _ in range(chance.randrange(1, 4)):
                    status, answer = ask(connection, "POST", "/classify", self.pictures[number])
                    right = status == 200 and classes(answer) == self.expected[number]
                    self.count("right" if right else "turned away" if status == 503 else "wrong")
            except (OSError, http.client.HTTPException):
                self.count("closed")
            connection.close()

    def health(self):
        while self.going_on():
            started = time.monotonic()
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=5)
                self.count("healthy" if ask(connection, "GET", "/health")[0] == 200 else "unhealthy")
                connection.close()
            except (OSError, http.client.HTTPException):
                self.count("unhealthy")
            self.slowest_health = max(self.slowest_health, time.monotonic() - started)
            time.sleep(0.1)

    def raw(self, name, first, again, pause):
        """Sends `first`, then `again` for as long as the connection lives."""
        while self.going_on():
            try:
                with socket.create_connection(("127.0.0.1", self.server.port), timeout=5) as connection:
                    connection.sendall(first)
                    self.count(name)
                    while self.going_on():
                        connection.sendall(again)
                        time.sleep(pause)
            except OSError:
                self.count("cut off")

    def bomb(self):
        while self.going_on():
            for bomb in self.bombs:
                try:
                    status = ask(self.server.connect(), "POST", "/classify", bomb)[0]
                    self.count(f"bomb {status}")
                except (OSError, http.client.HTTPException):
                    self.count("bomb closed")

    def rude(self, seed):
        """Goes away in the middle, or sends what is no HTTP."""
        chance = random.Random(seed)
        head = b"POST /classify HTTP/1.1\r\nContent-Length: 900000\r\n\r\n"
        while self.going_on():
            text = chance.choice([head + b"x" * chance.randrange(900000), chance.randbytes(3000), head[: chance.randrange(len(head))], b""])
            try:
                with socket.create_connection(("127.0.0.1", self.server.port), timeout=5) as connection:
                    connection.sendall(text)
                self.count("rude")
            except OSError:
                self.count("rude")

    def run(self):
        post = b"POST /classify HTTP/1.1\r\nHost: x\r\n"
        chunked = post + b"Transfer-Encoding: chunked\r\n\r\n"
        jobs = [(self.good_client, (seed,)) for seed in range(3)] + [(self.health, ()), (self.bomb, ()), (self.rude, (7,)), (self.rude, (8,))]
        jobs += [(self.raw, ("slow header", b"GET /health HTTP/1.1\r\n", b"a", 0.2))] * 50
        jobs += [(self.raw, ("slow body", post + b"Content-Length: 100000\r\n\r\n", b"a", 0.2))] * 20
        jobs += [(self.raw, ("endless headers", post, b"X-Header: something\r\n" * 100, 0.005))] * 2
        jobs += [(self.raw, ("endless line", b"GET /", b"a" * 1000, 0.005))] * 2
        jobs += [(self.raw, ("endless chunks", chunked, b"ffff\r\n" + b"x" * 0xFFFF + b"\r\n", 0.005))] * 2
        jobs += [(self.raw, ("endless chunk extension", chunked + b"1;", b"x" * 1000, 0.005))]
        self.end = time.monotonic() + self.seconds
        threads = [threading.Thread(target=job, args=arguments, daemon=True) for job, arguments in jobs]
        for thread in threads:
            thread.start()
        memory = []
        while self.going_on():
            memory.append(self.server.status_line("VmRSS"))
            time.sleep(0.05)
        for thread in threads:
            thread.join(15)
        return memory


def run(program, seconds, pictures):
    server = server_client.Server(program, OPTIONS)
    try:
        attack = Attack(server, pictures, seconds)
        memory = attack.run()
        time.sleep(3.5)  # until the last request's time is over
        third = len(memory) // 3
        quiet = ask(server.connect(), "POST", "/classify", pictures[0])
        seen = {"counts": attack.counts, "slowest_health": attack.slowest_health, "early_peak_kb": max(memory[:third]),
                "late_peak_kb": max(memory[-third:]), "resident_kb": server.status_line("VmRSS"),
                "then": quiet[0] == 200 and classes(quiet[1]) == attack.expected[0], "threads": server.status_line("Threads")}
        server.process.terminate()
        seen["exit code"] = server.process.wait(20)
        return seen
    finally:
        server.process.kill()


def problems(seen):
    counts = seen["counts"]
    found = [name for name in ("wrong", "unhealthy") if counts[name]]
    found += [f"no {name}" for name in ("right", "healthy", "slow header", "slow body", "endless headers", "endless line", "endless chunks",
                                        "endless chunk extension", "rude", "cut off", "bomb 400") if not counts[name]]
    if counts["bomb 200"] > counts["bomb 400"]:
        found.append("bombs were taken")
    if seen["late_peak_kb"] > max(1.2 * seen["early_peak_kb"], seen["early_peak_kb"] + 20000) or seen["late_peak_kb"] > 300000:
        found.append("memory grows")
    if not seen["then"] or seen["exit code"] != 0:
        found.append("no orderly end")
    return found


def main():
    arguments = sys.argv[1:]
    if arguments[0] == "--judge":
        arguments = arguments[1:]
    pictures = []
    for path in arguments[2:]:
        with open(path, "rb") as file:
            pictures.append(file.read())
    seen = run(arguments[0], float(arguments[1]), pictures)
    seen["problems"] = problems(seen)
    print(json.dumps(seen))
    sys.exit(bool(seen["problems"]) if sys.argv[1] == "--judge" else 0)


if __name__ == "__main__":
    main()
