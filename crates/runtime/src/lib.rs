//! nameit-runtime
