"""`python -m tests.mutants [ONLY]`: runs the tests once for each protection without it, and prints which test noticed."""

from __future__ import annotations

import argparse
import itertools
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from tests.mutants.listing import listed

_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
LONGEST = 600


def run(title, tests, slot):
    """(noticed by, seconds): the first test that fails without that protection; '' when none does."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "-p", "tests.mutants.plugin", *tests],
        env={**os.environ, "PRAXIS_MUTANT": title, "TEST_DATABASE_SUFFIX": f"_mutant{slot}"},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    failed = _FAILED.search(done.stdout)
    if done.returncode not in {0, 1} or (done.returncode == 1 and not failed):
        raise RuntimeError(f"{title}: the tests could not be run\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return (failed[1] if failed else ""), time.monotonic() - begun


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument(
        "only", nargs="?", default="", help="only those with this in their name: session_, lock:, door:"
    )
    parser.add_argument("--workers", type=int, default=int(os.environ.get("WORKERS", "2")))
    asked = parser.parse_args()
    chosen = [mutant for mutant in listed() if asked.only in mutant.title]
    every = sorted(set(itertools.chain.from_iterable(mutant.tests for mutant in chosen)))
    noticed, _ = run("", every, 0)
    if noticed:
        sys.exit(f"With everything in place a test fails already: {noticed}")
    slots = SimpleQueue()
    for slot in range(asked.workers):
        slots.put(slot)

    def one(mutant):
        slot = slots.get()
        try:
            return mutant, *run(mutant.title, mutant.tests, slot)
        finally:
            slots.put(slot)

    unnoticed = []
    width = max((len(mutant.title) for mutant in chosen), default=0)
    with ThreadPoolExecutor(asked.workers) as pool:
        for mutant, by, seconds in pool.map(one, chosen):
            print(f"{mutant.title:<{width}}  {seconds:5.1f} s  {by or 'NOTICED BY NOBODY'}", flush=True)
            if not by:
                unnoticed.append(mutant.title)
    print(f"\n{len(chosen)} protections taken away, {len(chosen) - len(unnoticed)} noticed.")
    if unnoticed:
        sys.exit("Noticed by nobody: " + ", ".join(unnoticed))


if __name__ == "__main__":
    main()
