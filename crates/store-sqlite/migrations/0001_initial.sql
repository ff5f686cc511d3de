-- Times are microseconds since 1970 (UTC). Ids are the 16 bytes of a UUID; within the database every row is
-- referred to by a small number (…_no), so that a response row stays small.

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The name under which this database file numbers responses in feeds.
INSERT INTO settings (name, value) VALUES ('writer_id', CAST('sqlite-' || lower(hex(randomblob(8))) AS BLOB));

-- One row that is rewritten to prove that the database can be written.
CREATE TABLE heartbeat (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    beats    INTEGER NOT NULL
) STRICT;
INSERT INTO heartbeat (only_row, beats) VALUES (1, 0);

CREATE TABLE researchers (
    researcher_no INTEGER PRIMARY KEY,
    id            BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    handle        TEXT NOT NULL UNIQUE,
    display_name  TEXT NOT NULL,
    affiliation   TEXT NOT NULL,
    biography     TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    secret_hash   BLOB PRIMARY KEY CHECK (length(secret_hash) = 32),
    researcher_no INTEGER NOT NULL REFERENCES researchers,
    kind          TEXT NOT NULL CHECK (kind IN ('browser', 'token')),
    label         TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_researcher ON sessions (researcher_no, created_at);

CREATE TABLE experiments (
    experiment_no    INTEGER PRIMARY KEY,
    id               BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    owner_no         INTEGER NOT NULL REFERENCES researchers,
    title            TEXT NOT NULL,
    question         TEXT NOT NULL,
    language         TEXT NOT NULL,
    consent_text     TEXT NOT NULL,
    access           TEXT NOT NULL CHECK (access IN ('public', 'unlisted', 'code')),
    access_code      TEXT CHECK ((access = 'code') = (access_code IS NOT NULL)),
    state            TEXT NOT NULL CHECK (state IN ('draft', 'published', 'paused', 'closed')),
    slug             TEXT NOT NULL UNIQUE,
    version          INTEGER NOT NULL,
    previous_version BLOB CHECK (length(previous_version) = 16),
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    published_at     INTEGER,
    deleted_at       INTEGER
) STRICT;
CREATE INDEX experiments_by_owner ON experiments (owner_no, updated_at) WHERE deleted_at IS NULL;
CREATE INDEX experiments_in_trash ON experiments (owner_no, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX experiments_public ON experiments (published_at)
    WHERE access = 'public' AND state = 'published' AND deleted_at IS NULL;

-- Apart from experiments, because these few bytes change often and a consent text is long.
CREATE TABLE experiment_counters (
    experiment_no  INTEGER PRIMARY KEY REFERENCES experiments,
    epoch          INTEGER NOT NULL DEFAULT 0,
    stimulus_count INTEGER NOT NULL DEFAULT 0,
    started        INTEGER NOT NULL DEFAULT 0,
    completed      INTEGER NOT NULL DEFAULT 0,
    withdrawn      INTEGER NOT NULL DEFAULT 0
) STRICT;

-- target_points: pairs of little-endian f64; a box is its corner and its size.
CREATE TABLE stimuli (
    experiment_no INTEGER NOT NULL REFERENCES experiments,
    key           TEXT NOT NULL,
    ordinal       INTEGER NOT NULL,
    question      TEXT,
    colour        INTEGER,
    image_hash    TEXT,
    image_width   INTEGER,
    image_height  INTEGER,
    image_smaller TEXT,
    target_style  TEXT,
    target_shape  TEXT CHECK (target_shape IN ('box', 'polygon')),
    target_points BLOB,
    PRIMARY KEY (experiment_no, key),
    CHECK ((colour IS NULL) <> (image_hash IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX stimuli_by_ordinal ON stimuli (experiment_no, ordinal);

CREATE TABLE images (
    image_no   INTEGER PRIMARY KEY,
    hash       TEXT NOT NULL UNIQUE,
    media_type TEXT NOT NULL,
    bytes      BLOB NOT NULL
) STRICT;

-- trial_order: ordinals as little-endian u16, in the order of the trials.
CREATE TABLE participations (
    participation_no INTEGER PRIMARY KEY,
    id               BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    experiment_no    INTEGER NOT NULL REFERENCES experiments,
    trial_order      BLOB NOT NULL,
    state            TEXT NOT NULL CHECK (state IN ('started', 'completed', 'withdrawn')),
    completion_code  TEXT,
    started_at       INTEGER NOT NULL,
    completed_at     INTEGER,
    url_parameters   TEXT NOT NULL,
    environment      TEXT NOT NULL,
    CHECK ((state = 'completed') = (completion_code IS NOT NULL))
) STRICT;

-- The rows lie in the order of the feed. kind: 0 text, 1 "I don't know", 2 skipped.
CREATE TABLE responses (
    experiment_no    INTEGER NOT NULL,
    seq              INTEGER NOT NULL,
    participation_no INTEGER NOT NULL REFERENCES participations,
    trial            INTEGER NOT NULL,
    stimulus         INTEGER NOT NULL,
    kind             INTEGER NOT NULL,
    text             TEXT NOT NULL,
    shown_at         INTEGER,
    first_key_ms     INTEGER,
    submitted_ms     INTEGER,
    edits            INTEGER NOT NULL,
    pasted           INTEGER NOT NULL,
    focus_losses     INTEGER NOT NULL,
    received_at      INTEGER NOT NULL,
    PRIMARY KEY (experiment_no, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX responses_by_trial ON responses (participation_no, trial);

-- Who did what to an experiment, and when. Nothing that came from a participant.
CREATE TABLE audit (
    audit_no      INTEGER PRIMARY KEY,
    at            INTEGER NOT NULL,
    actor         TEXT NOT NULL CHECK (actor IN ('owner', 'participant')),
    action        TEXT NOT NULL,
    experiment_no INTEGER NOT NULL REFERENCES experiments
) STRICT;
CREATE INDEX audit_by_experiment ON audit (experiment_no, at);
