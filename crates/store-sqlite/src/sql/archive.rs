//! Statements that read everything, and those that add what another database had.

super::statements! {
    ALL_RESEARCHERS = "SELECT id, handle, display_name, affiliation, biography, created_at, password_hash
        FROM researchers WHERE researcher_no > 0 ORDER BY researcher_no";
    ALL_SESSIONS = "SELECT r.id, s.secret_hash, s.kind, s.label, s.created_at, s.expires_at
        FROM sessions s CROSS JOIN researchers r USING (researcher_no)
        WHERE s.researcher_no > 0 ORDER BY s.researcher_no, s.created_at";
    ALL_EXPERIMENTS = super::experiment::experiment!("FROM experiments e
        CROSS JOIN researchers r ON r.researcher_no = e.owner_no
        CROSS JOIN experiment_counters c USING (experiment_no)
        WHERE e.experiment_no > 0 ORDER BY e.experiment_no");
    ALL_STIMULI = "SELECT s.key, s.ordinal, s.question, s.colour, s.image_hash, s.image_width, s.image_height,
        s.image_smaller, s.target_style, s.target_shape, s.target_points, e.id
        FROM stimuli s INDEXED BY stimuli_by_ordinal CROSS JOIN experiments e USING (experiment_no)
        WHERE s.experiment_no > 0 ORDER BY s.experiment_no, s.ordinal";
    ALL_PARTICIPATIONS = "SELECT p.id, e.id, p.trial_order, p.state, p.completion_code, p.started_at,
        p.completed_at, p.url_parameters, p.environment
        FROM participations p CROSS JOIN experiments e USING (experiment_no)
        WHERE p.participation_no > 0 ORDER BY p.participation_no";
    ALL_RESPONSES = "SELECT p.id, r.trial, r.kind, r.text, r.shown_at, r.first_key_ms, r.submitted_ms, r.edits,
        r.pasted, r.focus_losses, r.received_at
        FROM responses r CROSS JOIN participations p USING (participation_no)
        WHERE r.experiment_no > 0 ORDER BY r.experiment_no, r.seq";
    ALL_AUDIT = "SELECT e.id, a.at, a.actor, a.action
        FROM audit a CROSS JOIN experiments e USING (experiment_no)
        WHERE a.experiment_no > 0 ORDER BY a.experiment_no, a.at, a.audit_no";
    ALL_DECISIONS = "SELECT d.version, d.decided_at, d.body, e.id, d.kind
        FROM decisions d CROSS JOIN experiments e USING (experiment_no)
        WHERE d.experiment_no > 0 ORDER BY d.experiment_no, d.kind, d.version";
    ALL_VISITS = "SELECT e.id, v.hour, v.count FROM visits v CROSS JOIN experiments e USING (experiment_no)
        WHERE v.experiment_no > 0 ORDER BY v.experiment_no, v.hour";
    ALL_IMAGES = "SELECT hash, media_type, bytes FROM images WHERE image_no > 0 ORDER BY image_no";

    ANY_RESEARCHER = "SELECT 1 FROM researchers WHERE researcher_no > 0 LIMIT 1";
    REPLACE_SETTING = "INSERT INTO settings (name, value) VALUES (?1, ?2)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    LOAD_SESSION = "INSERT INTO sessions (secret_hash, researcher_no, kind, label, created_at, expires_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (secret_hash) DO NOTHING";
    STIMULUS_EXISTS = "SELECT 1 FROM stimuli WHERE experiment_no = ?1 AND key = ?2";
    ADD_STIMULUS = "UPDATE experiment_counters SET stimulus_count = stimulus_count + 1 WHERE experiment_no = ?1";
    LOAD_PARTICIPATION = "INSERT INTO participations
        (id, experiment_no, trial_order, state, completion_code, started_at, completed_at, url_parameters,
         environment)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    ADD_TOTALS = "UPDATE experiment_counters SET started = started + ?2, completed = completed + ?3,
        withdrawn = withdrawn + ?4 WHERE experiment_no = ?1";
    LOAD_VISITS = "INSERT INTO visits (experiment_no, hour, count) VALUES (?1, ?2, ?3)
        ON CONFLICT (experiment_no, hour) DO NOTHING";
    AUDIT_COUNT = "SELECT count(*) FROM audit WHERE experiment_no = ?1";
}
