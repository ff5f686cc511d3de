//! nameit-store-sqlite
