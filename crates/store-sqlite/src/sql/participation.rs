//! Statements about participations.

super::statements! {
    INSERT_PARTICIPATION = "INSERT INTO participations
        (id, experiment_no, trial_order, state, started_at, url_parameters, environment)
        VALUES (?1, ?2, ?3, 'started', ?4, ?5, ?6)";
    PARTICIPATION = "SELECT p.participation_no, e.id, p.trial_order, p.state, p.completion_code, p.started_at,
        p.completed_at, p.url_parameters, p.environment
        FROM participations p JOIN experiments e USING (experiment_no) WHERE p.id = ?1";
    /// Those that were withdrawn are passed over by the reader, so that every look is bounded.
    PARTICIPATIONS_OF = "SELECT participation_no, id, state, started_at, completed_at, url_parameters, environment,
        length(trial_order) / 2 FROM participations WHERE experiment_no = ?1 AND participation_no > ?2
        ORDER BY participation_no LIMIT ?3";
    PARTICIPATION_ID = "SELECT id FROM participations WHERE participation_no = ?1";
    /// What the committer needs to know of a participation.
    PARTICIPATION_FOR_COMMIT = "SELECT p.participation_no, e.id, p.trial_order, p.state
        FROM participations p JOIN experiments e USING (experiment_no) WHERE p.id = ?1";
    PARTICIPATION_FOR_WITHDRAWAL = "SELECT participation_no, experiment_no, state FROM participations WHERE id = ?1";
    COMPLETION_CODE = "SELECT completion_code FROM participations WHERE participation_no = ?1";
    ANSWERED = "SELECT trial FROM responses WHERE participation_no = ?1 ORDER BY trial";
    COMPLETE = "UPDATE participations SET state = 'completed', completion_code = ?2, completed_at = ?3
        WHERE participation_no = ?1";
    WITHDRAW = "UPDATE participations SET state = 'withdrawn', completion_code = NULL, completed_at = NULL,
        url_parameters = '[]', environment = '[]' WHERE participation_no = ?1";
    ERASE_RESPONSES = "DELETE FROM responses WHERE participation_no = ?1";
}
