"""``python -m tests.faults``: the storm for as long as you like, with its counts printed."""

import argparse
import tempfile
from pathlib import Path

from bench.databases import DATABASES
from tests.faults.storm import Storm, blow


def main() -> None:
    """Blow, print, and end with an error when anything acknowledged is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="on each database (200)")
    parser.add_argument("--sitters", type=int, default=40, help="candidates at once (40)")
    parser.add_argument("--cut", type=float, default=30.0, help="seconds without network (30)")
    parser.add_argument("--seed", type=int, default=1, help="another storm (1)")
    parser.add_argument("--databases", nargs="+", choices=list(DATABASES), default=list(DATABASES))
    options = parser.parse_args()
    lost = False
    for name in options.databases:
        with tempfile.TemporaryDirectory(prefix="lsp-faults-") as folder:
            storm = Storm(options.kills, options.sitters, cut=options.cut, seed=options.seed)
            count = blow(name, Path(folder), storm)
        print(
            f"{name}: server killed {count.kills} times, database restarted"
            f" {count.database_restarts} times, {count.broken} requests broken off,"
            f" {count.replayed} old requests sent again"
        )
        print(
            f"  acknowledged {count.acknowledged}, stored {count.stored}, missing"
            f" {len(count.missing)}, stale {len(count.stale)}, never sent {count.unsent},"
            f" wrong answers {len(count.wrong)}"
        )
        for text in count.wrong[:10]:
            print(f"  {text}")
        lost |= bool(count.missing or count.stale or count.wrong or count.unsent)
        lost |= count.stored != count.acknowledged
    if lost:
        raise SystemExit("an acknowledged answer is not as it was acknowledged")


if __name__ == "__main__":
    main()
