//! What holds of every kind of plot: samples looked at, and properties of any input.

mod files;
mod properties;
mod reports;
mod samples;
