"""The baseline of the benches: the same endpoints as an ordinary Node service would have them (bench/node)."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

NODE = Path(__file__).resolve().parent / "node"


def note(text):
    print(text, file=sys.stderr, flush=True)


def start(folder):
    """{"url", "pid", "key", "campaign", "stop"}; None, with a note, where it cannot be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    version = subprocess.run([node, "-p", "process.versions.node"], capture_output=True, text=True).stdout if node else ""
    if not npm or int(version.split(".")[0] or 0) < 20:
        note(f"The baseline is left out: it needs Node 20 or newer with npm, here is {version.strip() or 'none'}.")
        return None
    if not (NODE / "node_modules" / ".package-lock.json").exists():
        note("Installing the baseline's packages …")
        env = dict(os.environ)
        if Path("/usr/include/node/node.h").exists():
            env["npm_config_nodedir"] = "/usr"  # better-sqlite3 may have to be compiled
        run = subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=NODE, env=env, capture_output=True, text=True)
        if run.returncode:
            note(f"The baseline is left out: npm ci failed:\n{run.stderr[-600:]}")
            return None
    process = subprocess.Popen([node, "server.mjs", str(Path(folder) / "baseline.db")], cwd=NODE, stdout=subprocess.PIPE,
                               text=True, env=os.environ | {"NODE_ENV": "production"})
    line = process.stdout.readline().split()
    if not line:
        sys.exit("the baseline did not start")

    def stop():
        process.send_signal(signal.SIGTERM)
        process.wait()
    return {"name": "baseline", "url": f"http://127.0.0.1:{line[1]}", "pid": process.pid, "key": line[2],
            "campaign": line[3], "stop": stop}
