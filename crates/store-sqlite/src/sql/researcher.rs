//! Statements about accounts and sessions.

super::statements! {
    INSERT_RESEARCHER = "INSERT INTO researchers
        (id, handle, display_name, affiliation, biography, password_hash, created_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    RESEARCHER_BY_HANDLE = "SELECT id, handle, display_name, affiliation, biography, created_at, password_hash
        FROM researchers WHERE handle = ?1";
    RESEARCHER_BY_ID = "SELECT id, handle, display_name, affiliation, biography, created_at
        FROM researchers WHERE id = ?1";
    RESEARCHER_NO = "SELECT researcher_no FROM researchers WHERE id = ?1";
    UPDATE_RESEARCHER = "UPDATE researchers SET display_name = ?2, affiliation = ?3, biography = ?4 WHERE id = ?1";
    UPDATE_PASSWORD_HASH = "UPDATE researchers SET password_hash = ?2 WHERE id = ?1";
    RESEARCHER_COUNT = "SELECT count(*) FROM researchers";

    INSERT_SESSION = "INSERT INTO sessions (secret_hash, researcher_no, kind, label, created_at, expires_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    /// What has expired is of no use to anybody; it goes when its owner signs in again.
    DELETE_EXPIRED_SESSIONS = "DELETE FROM sessions WHERE researcher_no = ?1 AND expires_at <= ?2";
    SESSION = "SELECT r.id, r.handle, r.display_name, r.affiliation, r.biography, r.created_at,
        s.secret_hash, s.kind, s.label, s.created_at, s.expires_at
        FROM sessions s JOIN researchers r USING (researcher_no)
        WHERE s.secret_hash = ?1 AND s.expires_at > ?2";
    SESSIONS_OF = "SELECT s.secret_hash, s.kind, s.label, s.created_at, s.expires_at
        FROM researchers r JOIN sessions s USING (researcher_no)
        WHERE r.id = ?1 AND s.expires_at > ?2 ORDER BY s.created_at DESC";
    DELETE_SESSION = "DELETE FROM sessions WHERE secret_hash = ?1";
}
