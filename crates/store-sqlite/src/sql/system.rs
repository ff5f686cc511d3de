//! Statements about the installation.

super::statements! {
    HEARTBEAT = "UPDATE heartbeat SET beats = beats + 1 WHERE only_row = 1";
    READ_HEARTBEAT = "SELECT beats FROM heartbeat WHERE only_row = 1";
    INSERT_SETTING = "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";
    SETTING = "SELECT value FROM settings WHERE name = ?1";
    AUDIT_OF = "SELECT a.at, a.actor, a.action
        FROM experiments e CROSS JOIN audit a USING (experiment_no) WHERE e.id = ?1 ORDER BY a.at, a.audit_no";
    INSERT_AUDIT = "INSERT INTO audit (at, actor, action, experiment_no) VALUES (?1, ?2, ?3, ?4)";
}
