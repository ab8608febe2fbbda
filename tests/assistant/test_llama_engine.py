"""llama.cpp in its worker: the same numbers, and whatever happens to the worker, an answer or a named error."""

import gc
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant import engines
from assistant.engine import EngineError, ModelFileError
from assistant.llama_engine import PAUSES, WORKER, LlamaEngine
from assistant.model_files import Model, load_model
from assistant.numpy_engine import NumpyEngine
from assistant.worker_process import WorkerError
from tests.assistant import model_kit

pytest.importorskip("llama_cpp.llama_cpp", reason="the llama engine is optional at run time")

HOSTILE = Path(__file__).with_name("hostile_worker.py")


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return load_model(model_kit.write_model(tmp_path_factory.mktemp("model")))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(model: Model, clock: Clock) -> Iterator[LlamaEngine]:
    engine = LlamaEngine(model, NumpyEngine(model), clock=clock)
    yield engine
    engine.close()


@pytest.fixture
def hostile(model: Model, tmp_path: Path) -> Callable[..., LlamaEngine]:
    def start(how: str, **options: float) -> LlamaEngine:
        script = tmp_path / f"worker_{how}.py"
        shutil.copy(HOSTILE, script)
        return LlamaEngine(model, worker=script, **options)  # type: ignore[arg-type]

    return start


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone(pid: int, seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not alive(pid)


def case(n: int = 3, b: int = 2, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return model_kit.random_case(np.random.default_rng(seed), n, b, model_kit.K)


def test_agrees_with_numpy_over_a_thousand_cases_steered_and_not(model: Model, engine: LlamaEngine) -> None:
    numpy_engine = NumpyEngine(model)
    worst, cases = 0.0, 0
    for seed in range(40):
        n = 1 + seed % 20  # more than fit in one batch, too
        arguments = case(n, 3, seed)
        ours, theirs = numpy_engine.logits(*arguments), engine.logits(*arguments)
        worst = max(worst, float(np.abs(model_kit.probabilities(ours) - model_kit.probabilities(theirs)).max()))
        cases += 3 * n
    assert cases >= 1000
    assert worst <= 1e-4


def test_the_cached_moment_follows_vector_and_moment(model: Model, engine: LlamaEngine) -> None:
    numpy_engine = NumpyEngine(model)
    one, other = case(2, 3, 1), case(2, 3, 2)
    for prefix in (one[0], other[0], one[0]):
        for vector in (0, 1, 1, 0, 2):
            arguments = (prefix, one[1], one[2][vector : vector + 1])
            np.testing.assert_allclose(engine.logits(*arguments), numpy_engine.logits(*arguments), atol=1e-4)


def test_the_worker_imports_nothing_of_home_assistant_or_the_integration(engine: LlamaEngine) -> None:
    maps = Path(f"/proc/{engine.worker_pid}/cmdline").read_bytes().split(b"\0")
    assert maps[1:3] == [b"-I", str(WORKER).encode()]
    code = (
        "import runpy, sys; runpy.run_path(sys.argv[1], run_name='worker');"
        "print([m for m in sys.modules if m.split('.')[0] in"
        " ('homeassistant', 'custom_components', 'assistant', 'tools')])"
    )
    found = subprocess.run([sys.executable, "-I", "-c", code, WORKER], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_killed_worker_is_named_and_restarted_after_a_pause(engine: LlamaEngine, clock: Clock) -> None:
    wanted = engine.logits(*case())
    first = engine.worker_pid
    assert first
    os.kill(first, signal.SIGKILL)
    with pytest.raises(EngineError, match="killed"):
        engine.logits(*case())
    assert engine.fault
    clock.now = PAUSES[0] - 1
    with pytest.raises(EngineError, match="killed"):
        engine.logits(*case())
    clock.now = PAUSES[0] + 1
    np.testing.assert_array_equal(engine.logits(*case()), wanted)
    assert engine.fault is None
    assert engine.worker_pid != first


def test_pauses_grow_when_the_worker_keeps_dying(engine: LlamaEngine, clock: Clock) -> None:
    for pause in (*PAUSES, PAUSES[-1]):
        assert engine.worker_pid
        os.kill(engine.worker_pid, signal.SIGKILL)
        with pytest.raises(EngineError):
            engine.logits(*case())
        clock.now += pause - 1
        with pytest.raises(EngineError):
            engine.logits(*case())
        clock.now += 2
        engine.logits(*case())


def test_an_illegal_instruction_is_never_tried_again(engine: LlamaEngine, clock: Clock) -> None:
    assert engine.worker_pid
    os.kill(engine.worker_pid, signal.SIGILL)
    with pytest.raises(EngineError, match="instruction"):
        engine.logits(*case())
    clock.now = 1e9
    with pytest.raises(EngineError, match="instruction"):
        engine.logits(*case())
    assert engine.worker_pid is None


def test_a_worker_that_stops_answering_is_killed_at_the_deadline(model: Model) -> None:
    engine = LlamaEngine(model, request_seconds=1.0)
    pid = engine.worker_pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(WorkerError, match="did not answer in time"):
        engine.logits(*case())
    assert gone(pid)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("illegal", "instruction"),
        ("killed", "memory"),
        ("status", r"status 7 \(last words: libgomp"),
        ("hang", "did not answer in time"),
        ("deaf", "did not answer in time|it ended"),
        ("garbage", "nonsense"),
        ("list", "nonsense"),
        ("chatty", "here is my answer"),
        ("short", "wrong length"),
    ],
)
def test_whatever_the_worker_does_the_start_ends_with_a_reason(
    hostile: Callable[..., LlamaEngine], how: str, message: str
) -> None:
    with pytest.raises(EngineError, match=message):
        hostile(how, start_seconds=2.0, request_seconds=2.0)


def test_a_model_that_llama_cpp_refuses_is_reported(model: Model, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(100))
    other = Model(path=broken, weights=model.weights, steering=model.steering)
    with pytest.raises(EngineError, match="cannot load"):
        LlamaEngine(other)


def test_a_model_on_which_the_engines_disagree_is_refused(model: Model, tmp_path: Path) -> None:
    other = load_model(model_kit.write_model(tmp_path, seed=9))
    with pytest.raises(EngineError, match="do not agree"):
        LlamaEngine(model, NumpyEngine(other))


def test_the_worker_ends_with_its_engine(model: Model) -> None:
    engine = LlamaEngine(model)
    closed = engine.worker_pid
    engine.close()
    engine.close()
    assert closed
    assert gone(closed)
    with pytest.raises(EngineError, match="closed"):
        engine.logits(*case())
    engine = LlamaEngine(model)
    collected = engine.worker_pid
    del engine
    gc.collect()
    assert collected
    assert gone(collected)


def test_the_worker_ends_with_its_parent(model: Model, tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import sys, time; from pathlib import Path; import tools\n"
        "from assistant.llama_engine import LlamaEngine; from assistant.model_files import load_model\n"
        "engine = LlamaEngine(load_model(Path(sys.argv[1])))\n"
        "print(engine.worker_pid, flush=True); time.sleep(600)\n"
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, str(script), str(model.path.parent)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        os.kill(pid, signal.SIGSTOP)  # even one that no longer reads its input
        parent.kill()
    os.kill(pid, signal.SIGCONT)
    assert gone(pid)


def test_auto_takes_llama_and_numpy_stands_in_while_it_is_away(model: Model) -> None:
    loaded = engines.load_engine("auto", model.path.parent)
    guarded = loaded.engine
    assert isinstance(guarded, engines.GuardedEngine)
    assert guarded.name == "llama"
    wanted = guarded.logits(*case(b=1))
    pid = guarded._llama.worker_pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    np.testing.assert_allclose(guarded.logits(*case(b=1)), wanted, atol=1e-4)
    assert guarded.name == "numpy"
    assert "killed" in guarded.reason
    guarded.close()


def test_auto_takes_numpy_where_llama_cpp_is_absent(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*_args: object, **_options: object) -> None:
        raise EngineError("llama_cpp is not installed")

    monkeypatch.setattr(engines, "LlamaEngine", absent)
    loaded = engines.load_engine("auto", model.path.parent)
    assert (loaded.engine.name, loaded.reason) == ("numpy", "llama_cpp is not installed")
    with pytest.raises(EngineError, match="not installed"):
        engines.load_engine("llama", model.path.parent)


def test_each_engine_can_be_chosen(model: Model) -> None:
    assert engines.load_engine("numpy", model.path.parent).engine.name == "numpy"
    llama = engines.load_engine("llama", model.path.parent).engine
    assert isinstance(llama, LlamaEngine)
    assert llama.model_id == NumpyEngine(model).model_id
    llama.close()
    with pytest.raises(EngineError, match="no engine"):
        engines.load_engine("gpu")  # type: ignore[arg-type]


@pytest.mark.parametrize("choice", engines.CHOICES)
def test_without_model_files_every_choice_says_so(tmp_path: Path, choice: engines.Choice) -> None:
    with pytest.raises(ModelFileError, match=r"population\.gguf cannot be read"):
        engines.load_engine(choice, tmp_path)
