#!/usr/bin/env python3
"""A robot for Flowtic's external tasks, in one file and with Python's standard library only.

    python3 manage.py create_token alan@flowtic.example --scope work:read work:write
    python3 examples/external_worker.py --url http://127.0.0.1:8000 --token flt_... --topic shop.order

What it does, again and again:

1. It leases a task of its topic. The lease is its alone until `lease_until`; nobody else gets the task meanwhile.
2. It works. A second thread extends the lease every third of its length, so that long work keeps it.
3. It completes the task with the variables that the step of the workflow asks for (`result`), or reports a failure.

Start as many as you like: no two ever hold the same task. When one dies, its lease simply ends, and another one gets
the task. Work that must happen once out there (an order, a payment) needs a key that the other side knows: the task's
id is one (`place_order` below hands it over). A worker that was away too long gets 409 `lease_lost`: what it did was
not counted, and it must not go on.

Every request that changes something carries an `Idempotency-Key`, so that it may be sent again after a lost connection.
"""

import argparse
import json
import os
import pathlib
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid


class Refused(Exception):
    """An answer that is a problem: `status` and `code` say which."""

    def __init__(self, status, problem):
        super().__init__(f"{status} {problem.get('code')}: {problem.get('detail')}")
        self.status, self.code = status, problem.get("code")


def problem_of(error):
    """The problem of an answer; what stands between may answer in its own form."""
    try:
        return json.load(error)
    except ValueError:
        return {"detail": str(error)}


class Flowtic:
    """The three calls a worker needs."""

    def __init__(self, url, token):
        self.base, self.token = url.rstrip("/") + "/api/v1/external-tasks", token

    def post(self, path, body):
        """Sends a POST; after a lost connection or 429/503 the same one again, under the same key."""
        key = str(uuid.uuid4())
        for pause in (0.5, 1, 2, 4):
            try:
                return self.send(path, body, key)
            except Refused as problem:
                if problem.status not in (429, 503):
                    raise
            except OSError:  # nobody there, or the line broke
                pass
            time.sleep(pause)
        return self.send(path, body, key)

    def send(self, path, body, key):
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        request = urllib.request.Request(self.base + path, json.dumps(body).encode(), headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  (the address is the operator's)
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Refused(error.code, problem_of(error)) from None

    def lease(self, worker, topic, seconds):
        body = {"worker": worker, "topics": [topic], "max": 1, "lease_seconds": seconds}
        found = self.post("/lease", body)["results"]
        return found[0] if found else None

    def extend(self, task, seconds):
        return self.post(f"/{task['id']}/extend", {"lease_token": task["lease_token"], "lease_seconds": seconds})

    def complete(self, task, variables):
        return self.post(f"/{task['id']}/complete", {"lease_token": task["lease_token"], "variables": variables})

    def fail(self, task, error):
        return self.post(f"/{task['id']}/fail", {"lease_token": task["lease_token"], "error": error[:1000]})


class Keeper:
    """Extends a lease while its owner works; `lost` tells that somebody else has the task by now."""

    def __init__(self, flowtic, task, seconds):
        self.flowtic, self.task, self.seconds = flowtic, task, seconds
        self.lost, self.over = False, threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while not self.over.wait(self.seconds / 3):
            try:
                self.flowtic.extend(self.task, self.seconds)
            except Refused:
                self.lost = True
                return
            except OSError:
                continue  # the lease still has time left

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.over.set()
        self.thread.join()


def place_order(task, seconds, ledger):
    """Stands for the real work. The ledger is the other side: it takes every key once."""
    time.sleep(seconds)
    if ledger:
        try:
            with (pathlib.Path(ledger) / f"order-{task['id']}").open("x") as file:
                file.write(task["ticket"])
        except FileExistsError:
            pass  # done before by a worker that died before it could say so
    return f"ORDER-{task['id']}"


def work(flowtic, task, options):
    """One task from lease to completion; what goes wrong is told, and somebody tries again later."""
    print("leased", task["id"], task["ticket"], "until", task["lease_until"], flush=True)
    if options.crash_after_lease:
        os.kill(os.getpid(), signal.SIGKILL)
    try:
        with Keeper(flowtic, task, options.lease_seconds) as keeper:
            order = place_order(task, options.work_seconds, options.ledger)
        if keeper.lost:
            print("lost", task["id"], flush=True)
            return
        flowtic.complete(task, {options.result: order} if options.result else {})
        print("completed", task["id"], order, flush=True)
    except Refused as problem:
        print("refused", task["id"], problem, file=sys.stderr, flush=True)
    except Exception as error:  # the task goes back, the worker goes on
        flowtic.fail(task, f"{type(error).__name__}: {error}")
        print("failed", task["id"], error, file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", required=True, help="where Flowtic is, for example http://127.0.0.1:8000")
    parser.add_argument("--token", default=os.environ.get("FLOWTIC_TOKEN"), help="with the scope work:write")
    parser.add_argument("--topic", required=True)
    parser.add_argument("--worker", default=f"{socket.gethostname()}-{os.getpid()}", help="the name people see")
    parser.add_argument("--result", default="", help="the field that gets the order's number")
    parser.add_argument("--ledger", default="", help="a folder that stands for the other side")
    parser.add_argument("--lease-seconds", type=int, default=30)
    parser.add_argument("--work-seconds", type=float, default=1.0, help="how long the pretended work takes")
    parser.add_argument("--poll-seconds", type=float, default=1.0)
    parser.add_argument("--tasks", type=int, default=0, help="end after so many tasks; 0 goes on for ever")
    parser.add_argument("--crash-after-lease", action="store_true", help="die like after a power cut, for trying out")
    options = parser.parse_args()
    if not options.token:
        parser.error("please give --token or set FLOWTIC_TOKEN")
    flowtic, done = Flowtic(options.url, options.token), 0
    while not options.tasks or done < options.tasks:
        task = flowtic.lease(options.worker, options.topic, options.lease_seconds)
        if task is None:
            time.sleep(options.poll_seconds)
            continue
        work(flowtic, task, options)
        done += 1


if __name__ == "__main__":
    main()
