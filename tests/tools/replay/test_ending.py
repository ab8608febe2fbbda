"""The command is told to end in the middle: whatever it brought is gone, and so is what it started."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from tools.demo.instance import ROOT
from tools.replay.start import own_instance

from .test_instance import belongings

pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("socket_enabled")]


async def told_to_end(words: list[str], name: signal.Signals, temporary: Path) -> tuple[int, str]:
    """Run the command, end it a few seconds after somebody moved in, and return its code and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-u", "-m", "tools.lab", "replay", "--persona", "80", "--days", "2", *words,
        cwd=ROOT, env={**os.environ, "TMPDIR": str(temporary), "COLUMNS": "300"},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    said = ""
    try:
        async with asyncio.timeout(240):
            while "moves in" not in said:
                line = await process.stdout.readline()
                assert line, said
                said += line.decode()
            await asyncio.sleep(3)
            process.send_signal(name)
            said += (await process.stdout.read()).decode()
            return await process.wait(), said
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_ctrl_c_and_a_service_manager_leave_an_instance_as_it_was(free_port: int, tmp_path: Path) -> None:
    async with own_instance(free_port, 1) as (home, token):
        before = await belongings(home.url, token)
        for name in (signal.SIGINT, signal.SIGTERM):
            code, said = await told_to_end(["--url", home.url, "--token", token], name, tmp_path)
            assert code != 0
            assert "left as it was" in said
            assert "interrupted" in said
            assert "Traceback" not in said
            assert await belongings(home.url, token) == before


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
async def test_an_instance_of_its_own_goes_with_the_command(
    free_port: int, tmp_path: Path, name: signal.Signals
) -> None:
    code, said = await told_to_end(["--start", "--speed", "1", "--port", str(free_port)], name, tmp_path)
    assert code != 0
    assert "interrupted" in said
    assert "Traceback" not in said
    assert not os.listdir(tmp_path)  # noqa: PTH208 - nothing of it is left
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", free_port)) != 0
