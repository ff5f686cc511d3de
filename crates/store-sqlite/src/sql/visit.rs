//! Statements about visits.

super::statements! {
    ADD_VISITS = "INSERT INTO visits (experiment_no, hour, count) VALUES (?1, ?2, ?3)
        ON CONFLICT (experiment_no, hour) DO UPDATE SET count = count + excluded.count";
    VISITS = "SELECT hour, count FROM visits WHERE experiment_no = ?1 ORDER BY hour";
}
