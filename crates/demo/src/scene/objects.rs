//! Things, each drawn in a square of 100 × 100 units.

mod indoors;
mod nature;
mod shore;

pub(super) use indoors::{apple, book, clock, cup, house, key, lamp, teapot};
pub(super) use nature::{cat, cloud, flower, mushroom, snail, sun, tree};
pub(super) use shore::{ball, boat, bucket, fish, kite, lighthouse, umbrella};
