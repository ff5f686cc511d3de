//! nameit-store
