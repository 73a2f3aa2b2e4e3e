"""``make bench`` works, and counts what it is told was saved. How quick it is, it only prints."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
def test_a_short_bench_prints_ratios_and_finds_every_acknowledged_save(tmp_path: Path) -> None:
    figures = tmp_path / "bench.json"
    short = ["--databases", "sqlite", "--seconds", "0.5", "--candidates", "32", "--rush", "30"]
    run = subprocess.run(
        [sys.executable, "-m", "bench", *short, "--json", str(figures)],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert re.search(r"ratio \d\.\d\d", run.stdout)
    told = re.search(r"acknowledged (\d+) = stored (\d+)", run.stdout)
    assert told is not None, run.stdout
    assert int(told[1]) == int(told[2]) > 0
    (result,) = json.loads(figures.read_text())["results"]
    assert result["faults"] == {}
    assert result["lost"] == 0
    assert result["sides"]["bare"]["statements"] == 1
    opening = result["opening"]
    assert opening["faults"] == {}
    assert opening["candidates"] == 30
    statements = {kind: sides["whole"]["statements"] for kind, sides in opening["rows"].items()}
    assert statements == {"starts": 3, "pages": 2, "batches": 3}
    assert result["promises"] == {"journal_mode": "wal", "synchronous": "2"}
