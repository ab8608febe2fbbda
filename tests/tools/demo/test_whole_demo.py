"""The demo as its user starts it: a process of its own, with a real Home Assistant below it."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest

from tools.demo.__main__ import options

ROOT = Path(__file__).parents[3]

pytestmark = [pytest.mark.timeout(600), pytest.mark.usefixtures("socket_enabled")]


@pytest.fixture
def port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def demo(folder: Path, *arguments: object) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tools.demo",
        *map(str, arguments),
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder), "PYTHONUNBUFFERED": "1", "COLUMNS": "200"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def processes_naming(folder: Path) -> list[int]:
    """Find whoever was started with a config below the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if str(folder).encode() in command:
                found.append(int(entry.name))
    return found


async def until_home_assistant_runs(folder: Path) -> int:
    while not (found := processes_naming(folder)):  # noqa: ASYNC110 - the process gives no other sign
        await asyncio.sleep(0.1)
    return found[0]


def assert_nothing_left(folder: Path) -> None:
    assert not processes_naming(folder)
    assert list(folder.iterdir()) == []


async def until_said(process: asyncio.subprocess.Process, words: str) -> str:
    """Read what the demo says up to some words, or to its end."""
    assert process.stdout is not None
    said = ""
    while words not in said and (line := await process.stdout.readline()):
        said += line.decode()
    return said


async def test_one_day_is_played_every_promise_kept_and_home_assistant_stays(tmp_path: Path, port: int) -> None:
    async with demo(tmp_path, "--days", 1, "--port", port, "--keep") as process:
        said = await until_said(process, "Ctrl-C ends it")
        assert f"Home Assistant runs at http://127.0.0.1:{port}, user demo, password demo" in said
        async with aiohttp.ClientSession() as browser, browser.get(f"http://127.0.0.1:{port}/") as page:
            assert "<title>Home Assistant</title>" in await page.text()
        process.send_signal(signal.SIGINT)
        _rest, complained = (text.decode() for text in await process.communicate())
    assert process.returncode == 0, said + complained
    account, summary = said.split("Summary", 1)
    for line in ("noticed", "decided    speak now", "phone", "outcome", "learned"):
        assert line in account
    for line in ("suggestions", "delivered while asleep   0", "held back", "learned"):
        assert line in summary
    assert summary.count("kept  ") == 7
    assert "BROKEN" not in summary
    assert_nothing_left(tmp_path)


async def test_busy_port_is_said_in_one_line(tmp_path: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        async with demo(tmp_path, "--port", number) as process:
            _said, complained = (text.decode() for text in await process.communicate())
    assert process.returncode == 1
    assert complained == f"demo: port {number} is in use; stop what listens there or choose another: --port N\n"
    assert_nothing_left(tmp_path)


async def test_interrupting_leaves_nothing_behind(tmp_path: Path, port: int) -> None:
    async with demo(tmp_path, "--port", port) as process:
        await until_home_assistant_runs(tmp_path)
        process.send_signal(signal.SIGINT)
        _said, complained = (text.decode() for text in await process.communicate())
    assert process.returncode == 130
    assert complained == "demo: interrupted\n"
    assert_nothing_left(tmp_path)


async def test_home_assistant_ending_by_itself_is_said_in_one_line(tmp_path: Path, port: int) -> None:
    async with demo(tmp_path, "--port", port) as process:
        os.kill(await until_home_assistant_runs(tmp_path), signal.SIGKILL)
        _said, complained = (text.decode() for text in await process.communicate())
    assert process.returncode == 1
    assert complained.startswith("demo: Home Assistant ended by itself (exit -9)")
    assert complained.count("\n") == 1
    assert_nothing_left(tmp_path)


@pytest.mark.parametrize("arguments", [["--days", "15"], ["--days", "0"], ["--speed", "-1"], ["--fast"]])
def test_wrong_options_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        options(arguments)
    assert caught.value.code == 2
    assert "error:" in capsys.readouterr().err
