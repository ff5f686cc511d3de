//! Statements about the installation.

super::statements! {
    HEARTBEAT = "UPDATE heartbeat SET beats = beats + 1 WHERE only_row = 1";
    READ_HEARTBEAT = "SELECT beats FROM heartbeat WHERE only_row = 1";
    INSERT_SETTING = "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";
    SETTING = "SELECT value FROM settings WHERE name = ?1";
    INSERT_AUDIT = "INSERT INTO audit (at, actor, action, experiment_no) VALUES (?1, ?2, ?3, ?4)";
}
