"""A product of small programs under the real supervisor, with the real stores; run as a process by the tests.

``python small_product.py --var FOLDER --port PORT``; the environment may say
SMALL_WORKER=crash (the worker ends at once), SMALL_WORKER=stubborn (it ignores SIGTERM)
or SMALL_STEP=fail (the set-up step fails).
"""

import sys

from feedback.embedded.run import Plan, main

# A worker with a child of its own, as Celery's pool has; both note their numbers.
_WORKER = """
import os, signal, subprocess, sys, time
if os.environ.get("SMALL_WORKER") == "crash":
    sys.exit("no reason to live")
if os.environ.get("SMALL_WORKER") == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen(["sleep", "600"])
print("child", child.pid, flush=True)
time.sleep(600)
"""
_WEB = """
import http.server, os
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"ok")
host, port = os.environ["FEEDBACK_BIND"].split(":")
http.server.HTTPServer((host, int(port)), Health).serve_forever()
"""
_STEP = """
import os, sys
print("laying the first stone", flush=True)
sys.exit(3 if os.environ.get("SMALL_STEP") == "fail" else 0)
"""


def plan() -> Plan:
    """The commands of the small product."""

    def python(text: str) -> tuple[str, ...]:
        return (sys.executable, "-c", text)

    return Plan(
        steps=(("First stone", python(_STEP)),),
        worker=python(_WORKER),
        beat=("sleep", "600"),
        web=python(_WEB),
    )


if __name__ == "__main__":
    raise SystemExit(main(plan=plan()))
