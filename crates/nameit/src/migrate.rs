//! `nameit migrate`: everything in one database into another one, of whichever backend.

use std::path::PathBuf;

use anyhow::Context as _;
use nameit_storage::location::Location;
use nameit_storage::{archive, backend};

use crate::copy::{self, Bar, Format};

/// Copies everything from one database into another, empty one and compares the two afterwards.
///
/// The server of the first may go on meanwhile, but what it takes after the copy began may not be copied: to
/// move for good, stop it first.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The database to copy, as a URI: `sqlite:PATH`, `mongodb://USER@HOST/NAME` or `mongodb+srv://…`; without
    /// it, what `nameit up` keeps in `nameit-data`.
    #[arg(long, env = "NAMEIT_STORAGE_DATABASE", value_name = "URI", hide_env_values = true)]
    from: Option<Location>,
    /// File that holds this URI, for example a mounted secret.
    #[arg(long, env = "NAMEIT_STORAGE_DATABASE_FILE", value_name = "FILE", conflicts_with = "from")]
    from_file: Option<PathBuf>,
    /// File that holds the password of its user.
    #[arg(long, env = "NAMEIT_STORAGE_DATABASE_PASSWORD_FILE", value_name = "FILE")]
    from_password_file: Option<PathBuf>,
    /// The database to fill, as a URI.
    #[arg(
        long,
        env = "NAMEIT_MIGRATE_TO",
        value_name = "URI",
        hide_env_values = true,
        required_unless_present = "to_file"
    )]
    to: Option<Location>,
    /// File that holds this URI, for example a mounted secret.
    #[arg(long, env = "NAMEIT_MIGRATE_TO_FILE", value_name = "FILE", conflicts_with = "to")]
    to_file: Option<PathBuf>,
    /// File that holds the password of its user.
    #[arg(long, env = "NAMEIT_MIGRATE_TO_PASSWORD_FILE", value_name = "FILE")]
    to_password_file: Option<PathBuf>,
    /// Goes on with a copy from an unchanged database that was broken off: what is there already stays.
    #[arg(long, env = "NAMEIT_MIGRATE_RESUME")]
    resume: bool,
    /// How what was copied is printed.
    #[arg(long, env = "NAMEIT_MIGRATE_FORMAT", default_value = "table")]
    format: Format,
}

/// Copies, compares and tells what was copied.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let from = copy::location(args.from.as_ref(), args.from_file.as_ref(), args.from_password_file.as_ref())?;
    let to = copy::location(args.to.as_ref(), args.to_file.as_ref(), args.to_password_file.as_ref())?;
    let digest = copy::run(async {
        let source = backend::open_source(&from).await.context("cannot open the database to copy")?;
        let target = backend::open_archive(&to).await.context("cannot open the database to fill")?;
        let mut bar = Bar::new();
        let resume = copy::if_not_empty(args.resume);
        Ok(archive::migrate(&*source, &*target, resume, &mut |progress| bar.show(progress)).await?)
    })?;
    copy::tell(&digest, args.format, false)
}
