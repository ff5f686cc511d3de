//! `nameit backup`: everything in a database as one file, also while a server uses it.

use std::path::PathBuf;

use anyhow::Context as _;
use nameit_domain::SystemClock;
use nameit_storage::archive::{self, Destination};
use nameit_storage::backend;
use nameit_storage::location::Location;

use crate::copy::{self, Bar, Format};

/// Writes everything in a database into one archive; the server may go on meanwhile.
///
/// The archive holds password hashes and the installation's key: keep it as safe as the database.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The archive to be made, or `-` for stdout.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The database, as a URI: `sqlite:PATH`, `mongodb://USER@HOST/NAME` or `mongodb+srv://…`; without it,
    /// what `nameit up` keeps in `nameit-data`.
    #[arg(long, env = "NAMEIT_STORAGE_DATABASE", value_name = "URI", hide_env_values = true)]
    from: Option<Location>,
    /// File that holds this URI, for example a mounted secret.
    #[arg(long, env = "NAMEIT_STORAGE_DATABASE_FILE", value_name = "FILE", conflicts_with = "from")]
    from_file: Option<PathBuf>,
    /// File that holds the password of the URI's user.
    #[arg(long, env = "NAMEIT_STORAGE_DATABASE_PASSWORD_FILE", value_name = "FILE")]
    from_password_file: Option<PathBuf>,
    /// How what was written is printed.
    #[arg(long, env = "NAMEIT_BACKUP_FORMAT", default_value = "table")]
    format: Format,
}

/// Writes the archive and tells what is in it.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let from = copy::location(args.from.as_ref(), args.from_file.as_ref(), args.from_password_file.as_ref())?;
    let to_stdout = args.file.as_os_str() == "-";
    let destination = if to_stdout { Destination::Stdout } else { Destination::File(args.file.clone()) };
    let digest = copy::run(async {
        let source = backend::open_source(&from).await.context("cannot open the database to back up")?;
        let mut bar = Bar::new();
        Ok(archive::backup(&*source, destination, &SystemClock, &mut |progress| bar.show(progress)).await?)
    })?;
    copy::tell(&digest, args.format, to_stdout)
}
