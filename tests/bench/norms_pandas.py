#!/usr/bin/env python3
"""Norms with pandas, the careful way: categorical codes first, each distinct text lower-cased once, whole columns
of numbers from there on.

    norms_pandas.py FILE OUT
"""

import sys

import numpy
import pandas


def main(path, out):
    delimiter = "\t" if path.endswith(".tsv") else ","
    table = pandas.read_csv(
        path, sep=delimiter, engine="pyarrow", dtype="category", keep_default_na=False
    )
    stimulus, stimuli = table["stimulus"].cat.codes.to_numpy(), table["stimulus"].cat.categories
    texts = pandas.Series(table["response"].cat.categories).astype(str).str.strip().str.lower()
    names, distinct = pandas.factorize(texts, sort=True)
    name = names[table["response"].cat.codes.to_numpy()]
    del table
    blank = distinct.get_indexer([""])[0] if "" in distinct else -1
    pair = stimulus.astype(numpy.int64) * len(distinct) + name
    del stimulus, name
    pair, count = numpy.unique(pair, return_counts=True)
    stimulus, name = numpy.divmod(pair, len(distinct))
    size = len(stimuli)
    is_blank = name == blank
    non_answers = numpy.bincount(stimulus[is_blank], weights=count[is_blank], minlength=size).astype(int)
    stimulus, name, count = stimulus[~is_blank], name[~is_blank], count[~is_blank]

    def total(weights):
        return numpy.bincount(stimulus, weights=weights, minlength=size)

    n = total(count)
    with numpy.errstate(all="ignore"):
        share = count / n[stimulus]
        h = total(-share * numpy.log2(share)) + 0.0
        simpson = total(count * (count - 1.0)) / (n * (n - 1.0))
        once, twice = total(count == 1), total(count == 2)
        types = numpy.bincount(stimulus, minlength=size)
        # The most frequent first, then by the text; the first of each stimulus is the modal name.
        order = numpy.lexsort((name, -count, stimulus))
        first = order[numpy.unique(stimulus[order], return_index=True)[1]]
        modal_name = numpy.full(size, "", dtype=object)
        modal_name[stimulus[first]] = distinct[name[first]]
        modal_count = numpy.zeros(size, dtype=int)
        modal_count[stimulus[first]] = count[first]
        few = numpy.where(twice > 0, 2 * twice, 2)
        left = numpy.where(twice > 0, (n - 1) * once, (n - 1) * (once - 1))
        coverage = numpy.where(once > 0, 1 - once / n * (left / (left + few)), 1.0)
        unseen = numpy.where(twice > 0, once * once / (2 * twice), once * (once - 1) / 2)
        chao1 = types + (n - 1) / n * unseen
        agreement = modal_count / n
    figures = pandas.DataFrame(
        {
            "stimulus": stimuli,
            "n": n.astype(int),
            "non_answers": non_answers,
            "types": types,
            "modal_name": modal_name,
            "modal_count": modal_count,
            "agreement": agreement,
            "h": numpy.where(n > 0, h, numpy.nan),
            "simpson": numpy.where(n > 1, simpson, numpy.nan),
            "coverage": numpy.where(n > 0, coverage, numpy.nan),
            "chao1": numpy.where(n > 0, chao1, numpy.nan),
        }
    )
    figures.to_csv(out, index=False)


main(*sys.argv[1:])
