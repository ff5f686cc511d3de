//! What an operator can set. Parsing binds nothing and connects to nothing.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::operator::OperatorCode;

/// Settings of the gateway.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct Config {
    /// Where pages, REST and gRPC are served.
    #[arg(
        id = "gateway_listen",
        long = "listen",
        env = "NAMEIT_GATEWAY_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDR"
    )]
    pub listen: SocketAddr,
    /// The address that browsers use, for links and QR codes; the listening address if not set.
    /// With https:// cookies are sent over https only.
    #[arg(long, env = "NAMEIT_GATEWAY_PUBLIC_URL", value_name = "URL", value_parser = parse_public_url)]
    pub public_url: Option<String>,
    /// Who gets to the operators' page.
    #[command(flatten)]
    pub operator: OperatorAccess,
    /// Bounds.
    #[command(flatten)]
    pub limits: Limits,
    /// What a password costs.
    #[command(flatten)]
    pub password: PasswordCost,
}

/// Who gets to the page `/operate`, where the installation tests itself. Without a code there is no such page.
#[derive(Debug, Clone, clap::Args)]
pub struct OperatorAccess {
    /// Code that opens the operators' page `/operate`; better in a file.
    #[arg(long, env = "NAMEIT_GATEWAY_OPERATOR_CODE", value_name = "CODE", hide_env_values = true)]
    pub operator_code: Option<OperatorCode>,
    /// File that holds this code, for example a mounted secret.
    #[arg(
        long,
        env = "NAMEIT_GATEWAY_OPERATOR_CODE_FILE",
        value_name = "FILE",
        conflicts_with = "operator_code"
    )]
    pub operator_code_file: Option<PathBuf>,
}

/// Where the gateway finds the other services, when it runs as a process of its own.
#[derive(Debug, Clone, clap::Args)]
pub struct Addresses {
    /// Address of storage.
    #[arg(long, env = "NAMEIT_STORAGE", default_value = "http://127.0.0.1:50051", value_name = "URI")]
    pub storage: String,
    /// Address of datamining.
    #[arg(long, env = "NAMEIT_DATAMINING", default_value = "http://127.0.0.1:50052", value_name = "URI")]
    pub datamining: String,
}

/// Bounds of what the gateway takes on; over them callers get 429 or 503 with Retry-After.
#[derive(Debug, Clone, clap::Args)]
pub struct Limits {
    /// Connections at once; further ones wait in the listen queue.
    #[arg(long, env = "NAMEIT_GATEWAY_CONNECTIONS_MAX", default_value_t = 4_096)]
    pub connections_max: usize,
    /// Requests being worked on at once.
    #[arg(long, env = "NAMEIT_GATEWAY_REQUESTS_MAX", default_value_t = 2_048)]
    pub requests_max: usize,
    /// Writes of participants waiting for storage.
    #[arg(long, env = "NAMEIT_GATEWAY_INGEST_QUEUE", default_value_t = 8_192)]
    pub ingest_queue: usize,
    /// Milliseconds that a participant's request waits until its write is durable; then it is asked to come
    /// again. A little more than one message to storage may take.
    #[arg(long, env = "NAMEIT_GATEWAY_INGEST_PATIENCE_MS", default_value_t = 12_000)]
    pub ingest_patience_ms: u64,
    /// Messages with writes in flight to storage. With two, one gathers and is decoded while the other is made
    /// durable; on a disk whose flushes are slow, one makes larger batches.
    #[arg(long, env = "NAMEIT_GATEWAY_INGEST_SENDERS", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=2))]
    pub ingest_senders: u8,
    /// Live report streams at once.
    #[arg(long, env = "NAMEIT_GATEWAY_STREAMS_MAX", default_value_t = 512)]
    pub streams_max: usize,
    /// Live report streams of one experiment at once.
    #[arg(long, env = "NAMEIT_GATEWAY_STREAMS_PER_EXPERIMENT", default_value_t = 32)]
    pub streams_per_experiment: usize,
    /// New accounts in a minute.
    #[arg(long, env = "NAMEIT_GATEWAY_ACCOUNTS_PER_MINUTE", default_value_t = 60)]
    pub accounts_per_minute: u32,
    /// Attempts to sign in with one handle in a minute.
    #[arg(long, env = "NAMEIT_GATEWAY_SIGN_INS_PER_MINUTE", default_value_t = 20)]
    pub sign_ins_per_minute: u32,
    /// Wrong access codes for one experiment in a minute.
    #[arg(long, env = "NAMEIT_GATEWAY_WRONG_CODES_PER_MINUTE", default_value_t = 60)]
    pub wrong_codes_per_minute: u32,
    /// Bytes of images kept in memory.
    #[arg(long, env = "NAMEIT_GATEWAY_IMAGE_CACHE_BYTES", default_value_t = 64 << 20)]
    pub image_cache_bytes: u64,
}

/// What hashing a password costs (Argon2id). The defaults are OWASP's.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct PasswordCost {
    /// Memory in KiB.
    #[arg(long, env = "NAMEIT_GATEWAY_PASSWORD_MEMORY_KIB", default_value_t = 19_456, hide = true)]
    pub password_memory_kib: u32,
    /// Passes over the memory.
    #[arg(long, env = "NAMEIT_GATEWAY_PASSWORD_PASSES", default_value_t = 2, hide = true)]
    pub password_passes: u32,
}

/// Time that a request may take before it is given up with 503.
pub(crate) const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Time that an upload may take.
pub(crate) const UPLOAD_TIMEOUT: Duration = Duration::from_mins(2);
/// Bytes of a body, where a route says nothing else.
pub(crate) const BODY_MAX_BYTES: usize = 64 << 10;
/// Bytes of a JSON body or a form.
pub(crate) const JSON_MAX_BYTES: usize = 256 << 10;
/// Bytes of an uploaded image.
pub(crate) const IMAGE_MAX_BYTES: usize = 25 << 20;
/// Bytes of a manifest: 10,000 stimuli with long questions.
pub(crate) const MANIFEST_MAX_BYTES: usize = 8 << 20;

/// Reads the address that links begin with: `http://` or `https://`, a host, perhaps a port and a path.
fn parse_public_url(text: &str) -> Result<String, String> {
    let wrong =
        || "write http:// or https:// and the host, for example https://nameit.example.org".to_owned();
    let uri: http::Uri = text.parse().map_err(|_| wrong())?;
    let has_scheme = matches!(uri.scheme_str(), Some("http" | "https"));
    let has_host = uri.host().is_some_and(|host| !host.is_empty());
    let is_bare = uri.query().is_none() && !text.contains(['@', '#']);
    if has_scheme && has_host && is_bare { Ok(text.trim_end_matches('/').to_owned()) } else { Err(wrong()) }
}

// === impl Config ===

impl Default for Config {
    fn default() -> Self {
        /// Parses an empty command line, so that the defaults stand in one place.
        #[derive(clap::Parser)]
        struct Defaults {
            #[command(flatten)]
            config: Config,
        }
        <Defaults as clap::Parser>::try_parse_from(["nameit-gateway"])
            .map(|defaults| defaults.config)
            .expect("the defaults of all settings are valid")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_begin_with_the_address_of_a_web_server() {
        assert_eq!(
            parse_public_url("https://nameit.example.org/").as_deref(),
            Ok("https://nameit.example.org")
        );
        assert!(parse_public_url("http://127.0.0.1:8080").is_ok());
        for wrong in
            ["javascript:alert(1)", "nameit.example.org", "ftp://host", "https://", "https://a@b", ""]
        {
            assert!(parse_public_url(wrong).is_err(), "{wrong:?} must be refused");
        }
    }
}
