#!/usr/bin/env python3
"""Norms with polars.

    norms_polars.py eager|lazy|streaming FILE OUT

Equal raw texts of a stimulus are grouped before they are lower-cased, which is faster in every mode.
"""

import sys

import polars
from polars import col, when


def norms(rows):
    texts = rows.group_by("stimulus", "response").agg(count=polars.len())
    name = col("response").str.strip_chars().str.to_lowercase()
    names = texts.group_by("stimulus", name=name).agg(count=col("count").sum())
    valid = col("name") != ""
    count = when(valid).then(col("count").cast(polars.Float64))
    share = count / count.sum()
    figures = names.group_by("stimulus").agg(
        n=when(valid).then("count").sum(),
        non_answers=when(~valid).then("count").sum(),
        types=valid.sum(),
        modal_count=when(valid).then("count").max(),
        modal_name=col("name").filter(valid & (col("count") == col("count").filter(valid).max())).min(),
        h=-(share * share.log(2)).sum(),
        agreeing=(count * (count - 1)).sum(),
        once=(valid & (col("count") == 1)).sum().cast(polars.Float64),
        twice=(valid & (col("count") == 2)).sum().cast(polars.Float64),
    )
    n = col("n").cast(polars.Float64)
    once, twice = col("once"), col("twice")
    left = (n - 1) * when(twice > 0).then(once).otherwise(once - 1)
    few = when(twice > 0).then(2 * twice).otherwise(2)
    unseen = when(twice > 0).then(once * once / (2 * twice)).otherwise(once * (once - 1) / 2)
    return figures.select(
        "stimulus",
        "n",
        "non_answers",
        "types",
        "modal_name",
        "modal_count",
        agreement=col("modal_count") / n,
        h=when(n > 0).then(col("h") + 0.0),
        simpson=when(n > 1).then(col("agreeing") / (n * (n - 1))),
        coverage=when(once > 0).then(1 - once / n * (left / (left + few))).when(n > 0).then(1.0),
        chao1=when(n > 0).then(col("types") + (n - 1) / n * unseen),
    )


def main(mode, path, out):
    options = {
        "separator": "\t" if path.endswith(".tsv") else ",",
        "schema": {"stimulus": polars.String, "response": polars.String},
        "empty_string_is_null": False,
    }
    if mode == "eager":
        norms(polars.read_csv(path, **options)).write_csv(out)
    elif mode == "lazy":
        norms(polars.scan_csv(path, **options)).collect(engine="in-memory").write_csv(out)
    else:
        norms(polars.scan_csv(path, **options)).collect(engine="streaming").write_csv(out)


main(*sys.argv[1:])
