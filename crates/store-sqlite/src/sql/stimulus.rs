//! Statements about stimuli and images.

super::statements! {
    PUT_STIMULUS = "INSERT INTO stimuli
        (experiment_no, key, ordinal, question, colour, image_hash, image_width, image_height, image_smaller,
         target_style, target_shape, target_points)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        ON CONFLICT (experiment_no, key) DO UPDATE SET question = excluded.question, colour = excluded.colour,
        image_hash = excluded.image_hash, image_width = excluded.image_width,
        image_height = excluded.image_height, image_smaller = excluded.image_smaller,
        target_style = excluded.target_style, target_shape = excluded.target_shape,
        target_points = excluded.target_points
        RETURNING ordinal";
    COPY_STIMULI = "INSERT INTO stimuli
        (experiment_no, key, ordinal, question, colour, image_hash, image_width, image_height, image_smaller,
         target_style, target_shape, target_points)
        SELECT ?2, key, ordinal, question, colour, image_hash, image_width, image_height, image_smaller,
        target_style, target_shape, target_points FROM stimuli WHERE experiment_no = ?1";
    STIMULUS = "SELECT s.key, s.ordinal, s.question, s.colour, s.image_hash, s.image_width, s.image_height,
        s.image_smaller, s.target_style, s.target_shape, s.target_points
        FROM experiments e JOIN stimuli s USING (experiment_no)
        WHERE e.id = ?1 AND e.deleted_at IS NULL AND s.key = ?2";
    STIMULI = "SELECT s.key, s.ordinal, s.question, s.colour, s.image_hash, s.image_width, s.image_height,
        s.image_smaller, s.target_style, s.target_shape, s.target_points
        FROM experiments e CROSS JOIN stimuli s USING (experiment_no)
        WHERE e.id = ?1 AND e.deleted_at IS NULL ORDER BY s.ordinal";
    STIMULUS_COUNT = "SELECT count(*) FROM stimuli WHERE experiment_no = ?1";
    NEXT_ORDINAL = "SELECT coalesce(max(ordinal) + 1, 0) FROM stimuli WHERE experiment_no = ?1";
    SET_STIMULUS_COUNT = "UPDATE experiment_counters SET stimulus_count = ?2 WHERE experiment_no = ?1";
    DELETE_STIMULUS = "DELETE FROM stimuli WHERE experiment_no = ?1 AND key = ?2";
    ORDINALS = "SELECT ordinal FROM stimuli WHERE experiment_no = ?1 ORDER BY ordinal";
    MOVE_STIMULUS = "UPDATE stimuli SET ordinal = ?3 WHERE experiment_no = ?1 AND ordinal = ?2";
    INSERT_IMAGE = "INSERT INTO images (hash, media_type, bytes) VALUES (?1, ?2, ?3)
        ON CONFLICT (hash) DO NOTHING";
    IMAGE_EXISTS = "SELECT 1 FROM images WHERE hash = ?1";
    IMAGE = "SELECT media_type, bytes FROM images WHERE hash = ?1";
}
