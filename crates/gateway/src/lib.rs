//! nameit-gateway
