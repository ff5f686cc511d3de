//! nameit-testkit
