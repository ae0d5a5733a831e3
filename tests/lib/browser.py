"""Chromium without a screen, spoken to by its DevTools protocol over two pipes: no port, no further package."""

import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import time

import pytest

# It asks its maker's servers for news unless told not to, and cannot be a sandbox to root or in a container.
QUIET = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--disable-default-apps",
         "--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--window-size=1200,900",
         "--remote-debugging-pipe"]
TOLD = {"Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"}


def find():
    """The path of a Chromium; without one the test is skipped."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.skip("chromium is not there (Debian's package chromium)")


class Browser:
    """One window. `said` is what the console, the log and uncaught exceptions told, `requests` every URL a page asked for."""

    def __init__(self, folder):
        to_child, self.out = os.pipe()
        self.inp, from_child = os.pipe()
        self.said, self.requests, self.events, self.rest, self.number, self.session = [], [], [], b"", 0, None
        ends = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10) for fd in (to_child, from_child)]
        # The protocol's pipes are descriptors 3 and 4; bash puts them there, and becomes the browser.
        self.process = subprocess.Popen(
            ["/bin/bash", "-c", f'exec "$@" 3<&{ends[0]} 4>&{ends[1]} {ends[0]}<&- {ends[1]}>&-', "bash", find(), *QUIET,
             f"--user-data-dir={folder}/profile", "about:blank"], pass_fds=ends, start_new_session=True,
            env=os.environ | {"HOME": str(folder)}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        for fd in (to_child, from_child, *ends):
            os.close(fd)
        try:
            self.attach()
        except BaseException:
            self.close()
            raise

    def attach(self):
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(domain + ".enable")

    def message(self, deadline):
        while b"\0" not in self.rest:
            ready, _, _ = select.select([self.inp], [], [], max(0, deadline - time.monotonic()))
            assert ready, "the browser does not answer"
            more = os.read(self.inp, 1 << 16)
            assert more, "the browser has ended"
            self.rest += more
        one, self.rest = self.rest.split(b"\0", 1)
        return json.loads(one)

    def note(self, event):
        method, more = event["method"], event["params"]
        if method in TOLD:
            self.said.append(f"{method}: {json.dumps(more)}")
        elif method == "Network.requestWillBeSent":
            self.requests.append(more["request"]["url"])
        self.events.append(method)

    def ask(self, method, timeout=60, **params):
        self.number += 1
        command = {"id": self.number, "method": method, "params": params}
        if self.session:
            command["sessionId"] = self.session
        os.write(self.out, json.dumps(command).encode() + b"\0")
        deadline = time.monotonic() + timeout
        while (answer := self.message(deadline)).get("id") != self.number:
            if "method" in answer:
                self.note(answer)
        assert "error" not in answer, f"{method}: {answer}"
        return answer["result"]

    def open(self, url, timeout=60):
        self.events.clear()
        self.ask("Page.navigate", url=url)
        deadline = time.monotonic() + timeout
        while "Page.loadEventFired" not in self.events:
            event = self.message(deadline)
            if "method" in event:
                self.note(event)

    def js(self, expression):
        """What a script in the page yields; promises are waited for."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def type(self, text):
        self.ask("Input.insertText", text=text)

    def press(self, key):
        text = {"text": key} if len(key) == 1 else {}
        self.ask("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
        self.ask("Input.dispatchKeyEvent", type="keyUp", key=key)

    def close(self):
        """The browser and the processes it has started, which are a session of their own."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.inp)
        os.close(self.out)
