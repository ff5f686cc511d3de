//! nameit-storage
