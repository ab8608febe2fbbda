"""The pure room needs Python and numpy; of Home Assistant it knows nothing."""

import json
import subprocess
import sys
from pathlib import Path

INTEGRATION = Path(__file__).resolve().parents[2] / "custom_components" / "proactive_assistant"

PROBE = """
import sys

class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"homeassistant", "custom_components", "voluptuous", "llama_cpp"}:
            raise ImportError(f"{name} is not for the pure room")

sys.meta_path.insert(0, Nothing())
sys.path.append(sys.argv[1])
before = {name.partition(".")[0] for name in sys.modules}

import importlib, json, pkgutil
import assistant

names = [item.name for item in pkgutil.walk_packages(assistant.__path__, "assistant.")]
for name in names:
    importlib.import_module(name)

from assistant.assistant import Assistant

engine = Assistant.load("table").engine.name
foreign = {name.partition(".")[0] for name in sys.modules} - before - set(sys.stdlib_module_names)
print(json.dumps({"names": names, "foreign": sorted(foreign), "engine": engine}))
"""


def test_every_module_imports_where_home_assistant_cannot_be() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(INTEGRATION)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    files = {path.stem for path in (INTEGRATION / "assistant").glob("*.py")} - {"__init__"}
    assert {name.removeprefix("assistant.") for name in found["names"]} >= files
    assert set(found["foreign"]) <= {"assistant", "numpy"}
    assert found["engine"] == "table"
