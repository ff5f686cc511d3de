//! nameit-domain
