//! Statements about decisions.

super::statements! {
    LATEST_DECISIONS = "SELECT kind, max(version) FROM decisions WHERE experiment_no = ?1 GROUP BY kind";
    LATEST_DECISION = "SELECT version, decided_at, body FROM decisions WHERE experiment_no = ?1 AND kind = ?2
        ORDER BY version DESC LIMIT 1";
    DECISION = "SELECT version, decided_at, body FROM decisions
        WHERE experiment_no = ?1 AND kind = ?2 AND version = ?3";
    DECISION_VERSIONS = "SELECT version, decided_at FROM decisions WHERE experiment_no = ?1 AND kind = ?2
        ORDER BY version DESC LIMIT ?3";
    INSERT_DECISION = "INSERT INTO decisions (experiment_no, kind, version, decided_at, body)
        VALUES (?1, ?2, ?3, ?4, ?5)";
    COPY_DECISIONS = "INSERT INTO decisions (experiment_no, kind, version, decided_at, body)
        SELECT ?2, d.kind, 1, d.decided_at, d.body FROM decisions d WHERE d.experiment_no = ?1 AND d.version =
        (SELECT max(latest.version) FROM decisions latest
        WHERE latest.experiment_no = d.experiment_no AND latest.kind = d.kind)";
}
