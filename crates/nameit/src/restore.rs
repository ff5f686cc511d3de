//! `nameit restore`: an archive into an empty database.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use nameit_storage::location::Location;
use nameit_storage::{archive, backend};

use crate::copy::{self, Bar, Format};

/// Fills an empty database with an archive and compares it with the archive afterwards.
///
/// The whole archive is checked before anything is changed.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The archive, as `nameit backup` has made it.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The database to fill, as a URI: `sqlite:PATH`, `mongodb://USER@HOST/NAME` or `mongodb+srv://…`; without
    /// it, what `nameit up` keeps in `nameit-data`.
    #[arg(long, env = "NAMEIT_STORAGE_DATABASE", value_name = "URI", hide_env_values = true)]
    to: Option<Location>,
    /// File that holds this URI, for example a mounted secret.
    #[arg(long, env = "NAMEIT_STORAGE_DATABASE_FILE", value_name = "FILE", conflicts_with = "to")]
    to_file: Option<PathBuf>,
    /// File that holds the password of the URI's user.
    #[arg(long, env = "NAMEIT_STORAGE_DATABASE_PASSWORD_FILE", value_name = "FILE")]
    to_password_file: Option<PathBuf>,
    /// Goes on with a restore of the same archive that was broken off: what is there already stays.
    #[arg(long, env = "NAMEIT_RESTORE_RESUME")]
    resume: bool,
    /// How what was restored is printed.
    #[arg(long, env = "NAMEIT_RESTORE_FORMAT", default_value = "table")]
    format: Format,
}

/// Fills the database and tells what is in it.
pub fn run(args: &Args) -> anyhow::Result<()> {
    if args.file.as_os_str() == "-" {
        bail!("a restore reads the archive twice, so it needs a file; save what comes from stdin first");
    }
    let to = copy::location(args.to.as_ref(), args.to_file.as_ref(), args.to_password_file.as_ref())?;
    let digest = copy::run(async {
        let mut bar = Bar::new();
        let mut progress = |progress| bar.show(progress);
        let checked = archive::check(&args.file, &mut progress).await?;
        let target = backend::open_archive(&to).await.context("cannot open the database to fill")?;
        Ok(archive::restore(checked, &*target, copy::if_not_empty(args.resume), &mut progress).await?)
    })?;
    copy::tell(&digest, args.format, false)
}
