//! Statements about responses.

super::statements! {
    INSERT_RESPONSE = "INSERT INTO responses
        (experiment_no, seq, participation_no, trial, stimulus, kind, text, shown_at, first_key_ms, submitted_ms,
         edits, pasted, focus_losses, received_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
        ON CONFLICT (participation_no, trial) DO NOTHING";
    STORED_ANSWER = "SELECT kind, text FROM responses WHERE participation_no = ?1 AND trial = ?2";
    FEED = "SELECT seq, stimulus, kind, text, first_key_ms, submitted_ms, received_at, participation_no
        FROM responses WHERE experiment_no = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT ?4";
    DETAILED = "SELECT seq, stimulus, kind, text, first_key_ms, submitted_ms, received_at, participation_no, trial,
        edits, pasted, focus_losses
        FROM responses WHERE experiment_no = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT ?4";
    EXPORT = "SELECT r.seq, p.id, p.state, p.started_at, p.url_parameters, r.trial, s.key, r.stimulus, r.kind,
        r.text, r.shown_at, r.first_key_ms, r.submitted_ms, r.edits, r.pasted, r.focus_losses, r.received_at,
        p.completion_code FROM responses r CROSS JOIN participations p USING (participation_no)
        CROSS JOIN stimuli s ON s.experiment_no = r.experiment_no AND s.ordinal = r.stimulus
        WHERE r.experiment_no = ?1 AND r.seq > ?2 AND r.seq <= ?3 ORDER BY r.seq LIMIT ?4";
}
