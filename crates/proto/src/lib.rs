//! nameit-proto
