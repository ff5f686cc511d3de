//! The demo: two experiments with stimuli and simulated participants, so that every plot has something to
//! show.
//!
//! Content only. `nameit demo` sends it through the public REST API, the button of an empty server through
//! the gateway's own services; neither is written here. The same seed gives the same participants.
//!
//! To add a scene: draw its objects in `scene/objects.rs`, place them in `scene/places.rs`.

use nameit_domain::{NewExperiment, Target, colour::Srgb};

mod colours;
mod experiments;
mod participants;
mod scene;
mod typing;

pub use experiments::{colours, experiments, scenes};
pub use participants::{Crowd, SimulatedAnswer, SimulatedParticipant};

/// Handle of the demo researcher.
pub const HANDLE: &str = "demo";

/// Name of the demo researcher as others see it.
pub const DISPLAY_NAME: &str = "Demo researcher";

/// An experiment to create, to publish and to take part in.
#[derive(Debug, Clone)]
pub struct Experiment {
    /// What it is.
    pub new: NewExperiment,
    /// What is shown, in order.
    pub stimuli: Vec<Stimulus>,
    /// How many simulated participants make its plots worth looking at.
    pub participants: usize,
}

/// One thing shown, and what people call it.
#[derive(Debug, Clone)]
pub struct Stimulus {
    /// Key within the experiment.
    pub key: String,
    /// What is shown.
    pub content: Content,
    /// Names with their weights; they need not add up to anything.
    pub names: Vec<(String, f64)>,
    /// Share of participants who say that they do not know.
    pub dont_know: f64,
}

/// What a demo stimulus shows.
#[derive(Debug, Clone)]
pub enum Content {
    /// A plain colour.
    Colour(Srgb),
    /// A drawn scene with one object marked.
    Scene {
        /// The picture.
        png: Vec<u8>,
        /// The marked object.
        target: Target,
    },
}
