-- What researchers decided about the analysis, version by version. Which kinds there are is the domain's to say.
CREATE TABLE decisions (
    experiment_no INTEGER NOT NULL REFERENCES experiments,
    kind          TEXT NOT NULL,
    version       INTEGER NOT NULL CHECK (version > 0),
    decided_at    INTEGER NOT NULL,
    body          TEXT NOT NULL,
    PRIMARY KEY (experiment_no, kind, version)
) STRICT;

-- How often the link of an experiment was opened; hour: hours since 1970 (UTC).
CREATE TABLE visits (
    experiment_no INTEGER NOT NULL REFERENCES experiments,
    hour          INTEGER NOT NULL,
    count         INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (experiment_no, hour)
) STRICT, WITHOUT ROWID;

-- The participations of one experiment lie in it in the order of their numbers.
CREATE INDEX participations_by_experiment ON participations (experiment_no);
