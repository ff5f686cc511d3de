#!/usr/bin/env python3
"""Runs `nameit norms` and its rivals in turns on the same files, and prints time and peak memory with ratios.

    side_by_side.py COMMAND FOLDER [--rounds 5] [--only NAME ...]

COMMAND is the built program (`target/release/nameit-offline`), FOLDER is what shapes.py wrote. Every round runs
each contender once on each file, so that a noisy machine is noisy for all. Time is the wall time of the process
from its start to its end, the program or the interpreter and its imports included; processor time is that of all
its threads, which suffers less from what else the machine does; peak memory is the largest resident set that the
system saw. Before anything is timed, the figures of all are compared with each other.
"""

import argparse
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
FILES = ["many.tsv", "few.csv"]
RIVALS = {
    "pandas": ["norms_pandas.py"],
    "polars, eager": ["norms_polars.py", "eager"],
    "polars, lazy": ["norms_polars.py", "lazy"],
    "polars, streaming": ["norms_polars.py", "streaming"],
    "DuckDB, by name": ["norms_duckdb.py", "names"],
    "DuckDB, by text": ["norms_duckdb.py", "texts"],
}
OURS = "nameit norms"
WHOLE = ["n", "non_answers", "types", "modal_count"]
FIGURES = ["agreement", "h", "simpson", "coverage", "chao1"]


def command(contender, program, path, out):
    if contender == OURS:
        return [program, "norms", path, "--normalise", "case", "--format", "csv", "--out", out]
    script, *mode = RIVALS[contender]
    return [sys.executable, str(HERE / script), *mode, path, out]


def run(arguments):
    """Wall time and processor time in seconds and peak memory in MB of one process."""
    begin = time.monotonic()
    process = subprocess.Popen(arguments, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begin
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(arguments)} failed:\n{said.decode()}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def figures(path):
    import polars

    columns = ["stimulus", "modal_name", *WHOLE, *FIGURES]
    table = polars.read_csv(path, columns=columns, infer_schema=False, empty_string_is_null=False)
    numbers = [polars.col(name).cast(polars.Float64, strict=False).fill_nan(None) for name in WHOLE + FIGURES]
    return table.with_columns(numbers).with_columns(polars.col("modal_count").fill_null(0)).sort("stimulus")


def check(contender, mine, theirs):
    """Every stimulus, every figure; the modal name is the first one where several tie."""
    ours, others = figures(mine), figures(theirs)
    for name in ["stimulus", *WHOLE, "modal_name"]:
        # Spreadsheet formulas are disarmed by an apostrophe in our CSV.
        expected = ours[name].str.strip_prefix("'") if name == "modal_name" else ours[name]
        found = others[name].str.strip_prefix("'") if name == "modal_name" else others[name]
        different = (expected != found).fill_null(True).sum()
        if different:
            sys.exit(f"{contender}: {different} of {len(ours)} stimuli differ in {name}")
    for name in FIGURES:
        same_gaps = (ours[name].is_null() == others[name].is_null()).all()
        distance = (ours[name] - others[name]).abs().max()
        if not same_gaps or distance is None or distance > 1e-9:
            sys.exit(f"{contender}: {name} differs by up to {distance}; same gaps: {same_gaps}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=list(RIVALS))
    arguments = parser.parse_args()
    contenders = [OURS, *arguments.only]
    measured = {}
    for file in FILES:
        path = str(arguments.folder / file)
        outs = {name: str(arguments.folder / f"out-{place}.csv") for place, name in enumerate(contenders)}
        for name in contenders:
            run(command(name, arguments.program, path, outs[name]))
        for name in arguments.only:
            # In a process of its own: a child's peak memory begins with that of its parent.
            compared = multiprocessing.get_context("spawn").Process(target=check, args=(name, outs[OURS], outs[name]))
            compared.start()
            compared.join()
            if compared.exitcode != 0:
                sys.exit(f"{name} says something else")
        print(f"{file}: all agree on every figure of every stimulus", file=sys.stderr)
        for _ in range(arguments.rounds):
            for name in contenders:
                # Everyone writes a new file: emptying an old one, and what the file system then does when it is closed,
                # takes a part of the time that depends on the size of the file and not on the program.
                os.remove(outs[name])
                measured.setdefault((file, name), []).append(
                    run(command(name, arguments.program, path, outs[name]))
                )
        for out in outs.values():
            os.remove(out)
    for file in FILES:
        rows = {name: measured[file, name] for name in contenders}
        figures_of = {
            name: [statistics.median(values) for values in zip(*runs)] + [min(seconds for seconds, _, _ in runs)]
            for name, runs in rows.items()
        }
        fastest = min(arguments.only, key=lambda name: figures_of[name][0])
        print(f"\n{file}, {arguments.rounds} rounds; the fastest rival is {fastest}\n")
        print("| | median s | × ours | least s | × ours | CPU s | × ours | peak MB | × ours |")
        print("|---|---|---|---|---|---|---|---|---|")
        own = figures_of[OURS]
        for name, (seconds, processor, peak, least) in figures_of.items():
            cells = [(seconds, own[0], 2), (least, own[3], 2), (processor, own[1], 2), (peak, own[2], 0)]
            texts = [f"{value:.{digits}f} | {value / ours:.1f}" for value, ours, digits in cells]
            print(f"| {name} | {' | '.join(texts)} |")


if __name__ == "__main__":
    main()
