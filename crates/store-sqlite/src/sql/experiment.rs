//! Statements about experiments.

/// The columns of an experiment, in the order in which they are read, with its owner and counters.
macro_rules! experiment {
    ($rest:literal) => {
        concat!(
            "SELECT e.experiment_no, e.id, r.id, e.title, e.question, e.language, e.consent_text, e.access, ",
            "e.access_code, e.state, e.slug, e.version, e.previous_version, c.stimulus_count, e.created_at, ",
            "e.updated_at, e.published_at, e.deleted_at ",
            $rest
        )
    };
}
pub(super) use experiment;

super::statements! {
    INSERT_EXPERIMENT = "INSERT INTO experiments
        (id, owner_no, title, question, language, consent_text, access, access_code, state, slug, version,
         previous_version, created_at, updated_at, published_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
    INSERT_COUNTERS = "INSERT INTO experiment_counters (experiment_no) VALUES (?1)";
    EXPERIMENT_BY_ID = experiment!("FROM experiments e JOIN researchers r ON r.researcher_no = e.owner_no
        JOIN experiment_counters c USING (experiment_no) WHERE e.id = ?1 AND e.deleted_at IS NULL");
    EXPERIMENT_NO = "SELECT experiment_no FROM experiments WHERE id = ?1 AND deleted_at IS NULL";
    EXPERIMENT_BY_SLUG = experiment!("FROM experiments e JOIN researchers r ON r.researcher_no = e.owner_no
        JOIN experiment_counters c USING (experiment_no) WHERE e.slug = ?1 AND e.deleted_at IS NULL");
    EXPERIMENTS_OF = experiment!("FROM researchers r CROSS JOIN experiments e ON e.owner_no = r.researcher_no
        CROSS JOIN experiment_counters c USING (experiment_no) WHERE r.id = ?1 AND e.deleted_at IS NULL
        ORDER BY e.updated_at DESC");
    DELETED_EXPERIMENTS = experiment!("FROM researchers r CROSS JOIN experiments e ON e.owner_no = r.researcher_no
        CROSS JOIN experiment_counters c USING (experiment_no) WHERE r.id = ?1 AND e.deleted_at IS NOT NULL
        ORDER BY e.deleted_at DESC");
    DELETED_EXPERIMENT = experiment!("FROM experiments e JOIN researchers r ON r.researcher_no = e.owner_no
        JOIN experiment_counters c USING (experiment_no) WHERE e.id = ?1 AND e.deleted_at IS NOT NULL");
    PUBLIC_EXPERIMENTS = experiment!("FROM experiments e CROSS JOIN researchers r ON r.researcher_no = e.owner_no
        CROSS JOIN experiment_counters c USING (experiment_no)
        WHERE e.access = 'public' AND e.state = 'published' AND e.deleted_at IS NULL
        ORDER BY e.published_at DESC LIMIT ?1");
    UPDATE_EXPERIMENT = "UPDATE experiments SET title = ?2, question = ?3, language = ?4, consent_text = ?5,
        access = ?6, access_code = ?7, updated_at = ?8 WHERE experiment_no = ?1";
    UPDATE_STATE = "UPDATE experiments SET state = ?2, updated_at = ?3, published_at = ?4 WHERE experiment_no = ?1";
    TOUCH_EXPERIMENT = "UPDATE experiments SET updated_at = ?2 WHERE experiment_no = ?1";
    TRASH_EXPERIMENT = "UPDATE experiments SET deleted_at = ?2 WHERE experiment_no = ?1";
    RESTORE_EXPERIMENT = "UPDATE experiments SET deleted_at = NULL, updated_at = ?2 WHERE experiment_no = ?1";
    /// What the committer needs to know of an experiment.
    EXPERIMENT_FOR_COMMIT = "SELECT e.experiment_no, e.state, e.deleted_at IS NOT NULL, c.stimulus_count,
        (SELECT max(seq) FROM responses WHERE experiment_no = e.experiment_no)
        FROM experiments e JOIN experiment_counters c USING (experiment_no) WHERE e.id = ?1";
    ADD_PARTICIPATIONS = "UPDATE experiment_counters SET started = started + ?2, completed = completed + ?3
        WHERE experiment_no = ?1";
    COUNT_WITHDRAWAL = "UPDATE experiment_counters SET epoch = epoch + 1, started = started - 1,
        completed = completed - ?2, withdrawn = withdrawn + 1 WHERE experiment_no = ?1";
    FEED_HEAD = "SELECT e.experiment_no, c.epoch, c.started, c.completed, c.withdrawn,
        (SELECT max(seq) FROM responses WHERE experiment_no = e.experiment_no)
        FROM experiments e JOIN experiment_counters c USING (experiment_no)
        WHERE e.id = ?1 AND e.deleted_at IS NULL";
}
