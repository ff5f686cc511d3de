#!/usr/bin/env python3
"""Writes the two files of 10 million responses on which `nameit norms` is measured.

    shapes.py FOLDER [--data SHARED_DATA] [--rows 10000000]

many.tsv   Many stimuli with few names each: the responses of ManyNames (manynames-en of the data folder: two
           collection rounds, 441,460 rows, typos and opt-outs as they were typed) again and again, the stimuli of
           each of 16 copies told apart by a suffix. 476,288 stimuli, 1.8 million distinct pairs of stimulus and
           name. Passes 17 and later meet the stimuli of passes 1 and later again.
few.csv    Few stimuli with many names each: 2,000 stimuli, names by Zipf's law (the name of rank r has weight
           1/r, 169 ranks), 338,000 pairs. One answer in 16 is capitalised, one in 32 has a space behind it.

No generator of a library is used, so the files are the same to the byte with every version of numpy.
"""

import argparse
import gzip
from pathlib import Path

import numpy

COPIES = 16
STIMULI = 2_000
RANKS = 169
WORDS = 24_000
CHUNK = 500_000


def mixed(values):
    """SplitMix64's finaliser: one well-mixed number for each number."""
    values = (values + numpy.uint64(0x9E3779B97F4A7C15)).astype(numpy.uint64)
    values = (values ^ (values >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return values ^ (values >> numpy.uint64(31))


def many(data, path, rows):
    with gzip.open(data / "manynames-en" / "responses.tsv.gz", "rt", encoding="utf-8", newline="") as lines:
        header = next(lines).rstrip("\r\n").split("\t")
        stimulus, response, opt_out = (header.index(name) for name in ("stimulus", "response", "opt_out"))
        answers = []
        for line in lines:
            fields = line.rstrip("\r\n").split("\t")
            answers.append((fields[stimulus], "" if fields[opt_out] else fields[response]))
    with open(path, "w", encoding="utf-8", newline="") as out:
        out.write("stimulus\tresponse\n")
        written, copy = 0, 0
        while written < rows:
            part = answers[: rows - written]
            suffix = f"-{copy % COPIES}\t"
            out.write("".join(f"{key}{suffix}{text}\n" for key, text in part))
            written += len(part)
            copy += 1


def few(path, rows):
    syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    words = []
    for number in range(WORDS):
        draw = int(mixed(numpy.uint64([number]))[0])
        parts = [syllables[(draw >> (8 * place)) % len(syllables)] for place in range(2 + draw % 3)]
        words.append("".join(parts) + syllables[number % len(syllables)])
    weights = 1.0 / numpy.arange(1, RANKS + 1)
    bounds = numpy.cumsum(weights) / weights.sum()
    with open(path, "w", encoding="utf-8", newline="") as out:
        out.write("stimulus,response\n")
        for begin in range(0, rows, CHUNK):
            draws = mixed(numpy.arange(begin, min(begin + CHUNK, rows), dtype=numpy.uint64))
            stimuli = (draws % numpy.uint64(STIMULI)).astype(numpy.int64)
            share = (mixed(draws) >> numpy.uint64(11)).astype(numpy.float64) / float(1 << 53)
            ranks = numpy.searchsorted(bounds, share, side="right").clip(0, RANKS - 1)
            names = (stimuli * 7919 + ranks * 104_729) % WORDS
            styles = (mixed(draws ^ numpy.uint64(1)) % numpy.uint64(32)).tolist()
            lines = []
            for stimulus, name, style in zip(stimuli.tolist(), names.tolist(), styles):
                word = words[name]
                if style < 2:
                    word = word.capitalize()
                elif style == 2:
                    word += " "
                lines.append(f"picture-{stimulus:04d},{word}\n")
            out.write("".join(lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, default=beside)
    parser.add_argument("--rows", type=int, default=10_000_000)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    numpy.seterr(over="ignore")
    many(arguments.data, arguments.folder / "many.tsv", arguments.rows)
    few(arguments.folder / "few.csv", arguments.rows)


if __name__ == "__main__":
    main()
