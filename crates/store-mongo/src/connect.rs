//! From a URI to a client: what the URI decides, and what it may not.
//!
//! Hosts, user, TLS, replica set and pool sizes are the operator's; how surely a write is kept is ours. A
//! URI that asks for less is refused, not quietly overruled.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use mongodb::error::{Error as DriverError, ErrorKind};
use mongodb::event::EventHandler;
use mongodb::event::command::CommandEvent;
use mongodb::options::{
    Acknowledgment, ClientOptions, ReadConcern, ReadConcernLevel, ReadPreference, SelectionCriteria, Tls,
    WriteConcern,
};
use mongodb::{Client, Database};

/// The database of a URI that names none.
const DATABASE: &str = "nameit";

/// How the server's operator sees our connections.
const APP_NAME: &str = "nameit-storage";

/// A server in the same region answers in milliseconds; who does not within this time is away.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// How long an operation waits for a primary. An election takes less; callers must hear before they give up.
const SERVER_SELECTION_TIMEOUT: Duration = Duration::from_secs(3);

/// How soon a server that fell silent, or came back, is noticed.
const HEARTBEAT: Duration = Duration::from_secs(3);

/// How long a write waits for a majority and its journals.
const MAJORITY_TIMEOUT: Duration = Duration::from_secs(6);

/// Connections to one server at most: one committer and some readers. More would only queue in the database.
const MAX_POOL_SIZE: u32 = 32;

/// Connections that are kept open, so that the first answers after a quiet hour wait for no handshake.
const MIN_POOL_SIZE: u32 = 2;

/// Idle connections go before the firewalls of hosting companies forget them (from four minutes on).
const MAX_IDLE_TIME: Duration = Duration::from_mins(2);

/// What is said beside the URI.
#[derive(Clone, Default)]
pub struct Options {
    /// The password, from a file or secret; it takes the place of one in the URI.
    pub password: Option<String>,
    /// Hears every command that is sent; for tests that look at query plans.
    #[doc(hidden)]
    pub command_events: Option<EventHandler<CommandEvent>>,
}

/// Why a URI is refused. Never holds the URI or a password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It is not the URI of a MongoDB database.
    #[error("the URI of a MongoDB database begins with mongodb:// or mongodb+srv://")]
    Scheme,
    /// The part before the hosts cannot be told from the rest.
    #[error(
        "user name and password of a MongoDB URI cannot hold : / ? # [ ] @ % as they are; \
         write them as percent codes, for example %40 for @, or give the password in a file"
    )]
    UserInfo,
    /// A password for nobody.
    #[error("there is a password but no user; begin the URI with mongodb://USER@HOST")]
    NoUser,
    /// The hosts cannot be read.
    #[error("the hosts of the MongoDB URI cannot be read; write HOST or HOST:PORT, several with commas")]
    Hosts,
    /// An option or the name of the database is wrong.
    #[error("the MongoDB URI is wrong: {message}")]
    Wrong {
        /// What is wrong.
        message: String,
    },
    /// It asks for less safety than was promised to participants.
    #[error(
        "{option} in the MongoDB URI would let acknowledged answers be lost or missed; \
         leave it out or write {right}"
    )]
    Unsafe {
        /// The option of the URI.
        option: &'static str,
        /// The only value that it may have.
        right: &'static str,
    },
    /// A certificate or key cannot be read.
    #[error("the TLS file {} cannot be read", path.display())]
    TlsFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Certificate or key cannot be used.
    #[error("the TLS options of the MongoDB URI cannot be used: {message}")]
    Tls {
        /// What is wrong.
        message: String,
    },
    /// The hosts behind a `mongodb+srv` name cannot be found.
    #[error("the servers of the mongodb+srv URI cannot be looked up: {message}")]
    Lookup {
        /// What the name service said.
        message: String,
    },
}

/// A handle of the URI's database. Connects in the background.
pub(crate) async fn client(uri: &str, options: Options) -> Result<Database, OpenError> {
    let settings = settings(uri, options).await?;
    let database = settings.default_database.clone().unwrap_or_else(|| DATABASE.to_owned());
    let client = Client::with_options(settings).map_err(|error| match *error.kind {
        ErrorKind::InvalidArgument { message, .. } => OpenError::Wrong { message },
        _ => OpenError::Tls { message: error.to_string() },
    })?;
    Ok(client.database(&database))
}

/// What the driver is told.
async fn settings(uri: &str, options: Options) -> Result<ClientOptions, OpenError> {
    let uri = with_password(uri, options.password.as_deref())?;
    let mut settings = ClientOptions::parse(&uri).await.map_err(|error| refusal(&error))?;
    refuse_less_safety(&settings)?;
    check_tls_files(&settings)?;
    settings.write_concern = Some(
        WriteConcern::builder().w(Acknowledgment::Majority).journal(true).w_timeout(MAJORITY_TIMEOUT).build(),
    );
    settings.read_concern = Some(ReadConcern::majority());
    settings.selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
    settings.command_event_handler = options.command_events;
    settings.app_name.get_or_insert_with(|| APP_NAME.to_owned());
    settings.connect_timeout.get_or_insert(CONNECT_TIMEOUT);
    settings.server_selection_timeout.get_or_insert(SERVER_SELECTION_TIMEOUT);
    settings.heartbeat_freq.get_or_insert(HEARTBEAT);
    settings.max_idle_time.get_or_insert(MAX_IDLE_TIME);
    let max_pool_size = *settings.max_pool_size.get_or_insert(MAX_POOL_SIZE);
    settings.min_pool_size.get_or_insert(MIN_POOL_SIZE.min(max_pool_size));
    settings.retry_reads.get_or_insert(true);
    settings.retry_writes.get_or_insert(true);
    Ok(settings)
}

/// The URI with `password` in its place. Checks the parts that may hold a secret, so that no later
/// complaint about another part can quote it.
fn with_password(uri: &str, password: Option<&str>) -> Result<String, OpenError> {
    let (scheme, rest) = uri.split_once("://").ok_or(OpenError::Scheme)?;
    if scheme != "mongodb" && scheme != "mongodb+srv" {
        return Err(OpenError::Scheme);
    }
    let (authority, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (user_info, hosts) = match authority.rsplit_once('@') {
        Some((user_info, hosts)) => (Some(user_info), hosts),
        None => (None, authority),
    };
    if rest.contains('@') || user_info.is_some_and(|info| !is_user_info(info)) {
        return Err(OpenError::UserInfo);
    }
    let address = |host: &str| mongodb::options::ServerAddress::parse(host).map(drop);
    hosts.split(',').try_for_each(address).map_err(|_| OpenError::Hosts)?;
    let user = user_info.map(|info| info.split_once(':').map_or(info, |(user, _)| user));
    match (user, password) {
        (_, None) => Ok(uri.to_owned()),
        (None | Some(""), Some(_)) => Err(OpenError::NoUser),
        (Some(user), Some(password)) => {
            Ok(format!("{scheme}://{user}:{}@{hosts}{rest}", percent_encoded(password)))
        }
    }
}

/// Whether this is `user` or `user:password` with every reserved character written as a percent code.
fn is_user_info(text: &str) -> bool {
    let reserved = |character| matches!(character, '/' | '?' | '#' | '[' | ']' | '@');
    let two_digits =
        |code: &str| code.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    !text.contains(reserved) && text.matches(':').count() <= 1 && text.split('%').skip(1).all(two_digits)
}

fn percent_encoded(text: &str) -> String {
    use fmt::Write as _;
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("writing to a String cannot fail");
        }
        encoded
    })
}

/// What the driver has against a URI whose user, password and hosts were looked at before.
fn refusal(error: &DriverError) -> OpenError {
    match &*error.kind {
        // The properties may be secrets, and the driver quotes them.
        ErrorKind::InvalidArgument { message, .. } if message.contains("authMechanismProperties") => {
            OpenError::Wrong {
                message: "authMechanismProperties are written NAME:VALUE,NAME:VALUE".to_owned(),
            }
        }
        ErrorKind::InvalidArgument { message, .. } => OpenError::Wrong { message: message.clone() },
        _ => OpenError::Lookup { message: error.kind.to_string() },
    }
}

fn refuse_less_safety(settings: &ClientOptions) -> Result<(), OpenError> {
    let write_concern = settings.write_concern.as_ref();
    if write_concern.and_then(|concern| concern.w.as_ref()).is_some_and(|w| *w != Acknowledgment::Majority) {
        return Err(OpenError::Unsafe { option: "w", right: "w=majority" });
    }
    if write_concern.and_then(|concern| concern.journal) == Some(false) {
        return Err(OpenError::Unsafe { option: "journal", right: "journal=true" });
    }
    if settings.read_concern.as_ref().is_some_and(|concern| concern.level != ReadConcernLevel::Majority) {
        return Err(OpenError::Unsafe { option: "readConcernLevel", right: "readConcernLevel=majority" });
    }
    match &settings.selection_criteria {
        None | Some(SelectionCriteria::ReadPreference(ReadPreference::Primary)) => Ok(()),
        Some(_) => Err(OpenError::Unsafe { option: "readPreference", right: "readPreference=primary" }),
    }
}

/// The driver looks at these files when it first connects, and would take one without certificates.
fn check_tls_files(settings: &ClientOptions) -> Result<(), OpenError> {
    let Some(Tls::Enabled(tls)) = &settings.tls else { return Ok(()) };
    for path in [&tls.ca_file_path, &tls.cert_key_file_path].into_iter().flatten() {
        check_pem(path).map_err(|source| OpenError::TlsFile { path: path.clone(), source })?;
    }
    Ok(())
}

fn check_pem(path: &Path) -> io::Result<()> {
    if std::fs::read_to_string(path)?.contains("-----BEGIN CERTIFICATE-----") {
        Ok(())
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidData, "it holds no certificate in PEM format"))
    }
}

// === impl Options ===

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("password", &self.password.as_ref().map(|_| "(hidden)"))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
