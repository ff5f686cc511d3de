//! nameit-analysis
