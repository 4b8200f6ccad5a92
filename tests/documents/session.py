"""A reader: a terminal in an empty folder, and a second one in which a server runs."""

import os
import pathlib
import re
import select
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from compare import ANY, differs_as_json, differs_as_text, plain
from document import Block

# Seconds that a block may take: what it fetches may come from far away.
PATIENCE = 240
# Seconds in which a server answers. It compiles components when it first starts.
START = 90

# The address of every server in the documents. Several documents run at once, each with a port of its own.
PORT = re.compile(r"(?<=:)8080\b")

# What the session does with a block: it is run in this very shell, with its output in a file. The file is as long as
# the document up to there, so that a line that bash names is the document's.
PRELUDE = r"""
set -euo pipefail
set -E
trap 'printf "line %s\n" "$LINENO" >&3' ERR
"""


class Failed(Exception):
    """A block did not do what the document says."""

    def __init__(self, line: int, why: str, output: str):
        super().__init__(why)
        self.line, self.output = line, output


class Differs(Failed):
    """It did what it should, and printed something else."""


class Session:
    """Runs blocks, one after the other."""

    def __init__(self, name: str, folder: pathlib.Path, environment: dict[str, str]):
        self.name, self.folder = name, folder
        self.port = _free_port()
        self.work = folder / "work"
        self.work.mkdir()
        address = f"127.0.0.1:{self.port}"
        self.environment = environment | {
            "MARKETPLACE_LISTEN": address,
            "MARKETPLACE_SERVER": f"http://{address}",
        }
        self.server: subprocess.Popen | None = None
        reports, at = os.pipe()
        self.reports, self.unread = reports, ""
        self.shell = subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-c", f"exec 3>&{at}; while IFS= read -r step; do eval \"$step\"; done"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[at],
            cwd=self.work,
            env=self.environment,
            text=True,
            start_new_session=True,
        )
        os.close(at)
        self._send(PRELUDE.strip().replace("\n", "; "))

    def run(self, block: Block) -> str:
        """Runs a block, and compares what it printed with what the document says."""
        output = self._serve(block) if block.mark == "server" else self._step(block)
        if block.mark != "server" and block.expected:
            compare = differs_as_json if block.expected.language == "json" else differs_as_text
            if why := compare(block.expected.text, output):
                where = f"line {block.expected.line}: {why}"
                raise Differs(block.line, f"it printed something else than the document says: {where}", output)
        return output

    def close(self) -> None:
        """Ends what was started here."""
        self._stop_server()
        _end(self.shell)
        self.shell.stdin.close()
        os.close(self.reports)

    def _step(self, block: Block) -> str:
        script, output = self._script(block), self.folder / f"{block.line}.out"
        run = f". '{script}' >'{output}' 2>&1 </dev/null"
        if block.mark == "fails":
            # In a condition `set -e` does not hold, so its last command decides.
            run = f"if {run}; then echo passed >&3; else echo failed >&3; fi"
        self._send(f"{run}; echo done >&3")
        line, outcome, end = block.line, None, time.monotonic() + PATIENCE
        while True:
            report = self._report(end)
            text = self._printed(output)
            if report is None:
                raise Failed(line, f"it is not done after {PATIENCE} s", text)
            match report.split():
                case ["line", number]:
                    line = int(number)
                case ["passed" | "failed" as outcome]:
                    pass
                case ["done"]:
                    if block.mark == "fails" and outcome == "passed":
                        raise Failed(block.line, "it should have ended with an error, and did not", text)
                    return text
                case _:
                    raise Failed(line, "it ended with an error", text)

    def _serve(self, block: Block) -> str:
        """A second terminal: the same folder, and nothing else of the first one."""
        self._stop_server()
        script, output = self._script(block), self.folder / f"{block.line}.out"
        with output.open("w") as file:
            self.server = subprocess.Popen(
                ["bash", "--noprofile", "--norc", "-euo", "pipefail", script],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                cwd=self._where(),
                env=self.environment,
                start_new_session=True,
            )
        end, why = time.monotonic() + START, "it does not answer"
        while time.monotonic() < end:
            text = self._printed(output)
            if self.server.poll() is not None:
                raise Failed(block.line, "it ended, and should go on", text)
            if self._is_ready():
                # It says that it listens only when it does; what else it says may come a little later.
                lines = f"{ANY}\n{block.expected.text}" if block.expected else ANY
                why = differs_as_text(lines, text, begins=True)
                if why is None:
                    return text
            time.sleep(0.1)
        raise Failed(block.line, f"after {START} s: {why}", self._printed(output))

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def _where(self) -> pathlib.Path:
        """The folder that the first terminal is in."""
        return pathlib.Path(os.readlink(f"/proc/{self.shell.pid}/cwd"))

    def _stop_server(self) -> None:
        if self.server is not None:
            _end(self.server)
            self.server = None

    def _script(self, block: Block) -> pathlib.Path:
        script = self.folder / f"{block.line}" / self.name
        script.parent.mkdir(exist_ok=True)
        script.write_text("\n" * (block.line - 1) + PORT.sub(str(self.port), block.text) + "\n", encoding="utf-8")
        return script

    def _printed(self, output: pathlib.Path) -> str:
        if not output.exists():
            return ""
        text = plain(output.read_text(encoding="utf-8", errors="replace"))
        return re.sub(rf"(?<=:){self.port}\b", "8080", text)

    def _send(self, step: str) -> None:
        self.shell.stdin.write(step + "\n")
        self.shell.stdin.flush()

    def _report(self, end: float) -> str | None:
        """The next report; empty if the shell ended, nothing if time is up."""
        while "\n" not in self.unread:
            # What was started in the background keeps the pipe open, so its end is not the end of the shell.
            ended = self.shell.poll() is not None
            ready, _, _ = select.select([self.reports], [], [], 0 if ended else 0.2)
            if ready and (read := os.read(self.reports, 4096)):
                self.unread += read.decode()
            elif ended:
                return ""
            elif time.monotonic() > end:
                return None
        report, _, self.unread = self.unread.partition("\n")
        return report


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _end(process: subprocess.Popen) -> None:
    """Ends a process and what it started: each is the leader of a group of its own."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        end = time.monotonic() + 15
        try:
            os.killpg(process.pid, sign)
            while time.monotonic() < end:
                # Else it stays in its group for ever.
                process.poll()
                os.killpg(process.pid, 0)
                time.sleep(0.05)
        except ProcessLookupError:
            break
    process.wait()
