#!/usr/bin/env python3
"""Norms with DuckDB.

    norms_duckdb.py names|texts FILE OUT

`names` lower-cases every row and groups once; `texts` groups equal raw texts first.
"""

import sys

import duckdb

NAMES = {
    "names": """
        SELECT stimulus, lower(trim(response)) AS name, count(*) AS count FROM rows GROUP BY ALL
    """,
    "texts": """
        SELECT stimulus, lower(trim(response)) AS name, sum(count)::BIGINT AS count
        FROM (SELECT stimulus, response, count(*) AS count FROM rows GROUP BY ALL) GROUP BY ALL
    """,
}

NORMS = """
    WITH rows AS (
        SELECT * FROM read_csv($path, header = true, delim = $delimiter, quote = '"', auto_detect = false,
            columns = {'stimulus': 'VARCHAR', 'response': 'VARCHAR'}, force_not_null = ['response'])
    ), names AS (%s), figures AS (
        SELECT stimulus,
            coalesce(sum(count) FILTER (name <> ''), 0)::BIGINT AS n,
            coalesce(sum(count) FILTER (name = ''), 0)::BIGINT AS non_answers,
            count(*) FILTER (name <> '') AS types,
            arg_min(name, (-count, name)) FILTER (name <> '') AS modal_name,
            max(count) FILTER (name <> '') AS modal_count,
            sum(count * log2(count)) FILTER (name <> '') AS weighted,
            sum(count * (count - 1)) FILTER (name <> '') AS agreeing,
            count(*) FILTER (name <> '' AND count = 1)::DOUBLE AS once,
            count(*) FILTER (name <> '' AND count = 2)::DOUBLE AS twice
        FROM names GROUP BY stimulus
    )
    SELECT stimulus, n, non_answers, types, modal_name, modal_count,
        CASE WHEN n > 0 THEN modal_count / n END AS agreement,
        CASE WHEN n > 0 THEN log2(n) - weighted / n END AS h,
        CASE WHEN n > 1 THEN agreeing / (n * (n - 1)) END AS simpson,
        CASE WHEN twice > 0 THEN 1 - once / n * ((n - 1) * once / ((n - 1) * once + 2 * twice))
            WHEN once > 0 THEN 1 - once / n * ((n - 1) * (once - 1) / ((n - 1) * (once - 1) + 2))
            WHEN n > 0 THEN 1.0 END AS coverage,
        CASE WHEN twice > 0 THEN types + (n - 1) / n * once * once / (2 * twice)
            WHEN n > 0 THEN types + (n - 1) / n * once * (once - 1) / 2 END AS chao1
    FROM figures
"""


def main(mode, path, out):
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    delimiter = "\t" if path.endswith(".tsv") else ","
    figures = NORMS % NAMES[mode]
    figures = figures.replace("$path", f"'{path}'").replace("$delimiter", f"'{delimiter}'")
    connection.execute(f"COPY ({figures}) TO '{out}' (FORMAT csv, HEADER)")


main(*sys.argv[1:])
