//! Certificates for the connection to the collector.

use std::fs;

use opentelemetry_otlp::tonic_types::transport::{Certificate, ClientTlsConfig, Identity};

use super::settings::SettingsError;

/// Certificate files, each with the variable that names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Files {
    /// Who is trusted, instead of the usual authorities.
    pub(crate) authority: Option<(String, String)>,
    /// Who we are.
    pub(crate) certificate: Option<(String, String)>,
    /// The key of who we are.
    pub(crate) key: Option<(String, String)>,
}

impl Files {
    /// Reads the files.
    pub(super) fn read(&self) -> Result<ClientTlsConfig, SettingsError> {
        let tls = match &self.authority {
            Some(file) => {
                ClientTlsConfig::new().ca_certificate(Certificate::from_pem(read(file, "CERTIFICATE")?))
            }
            None => ClientTlsConfig::new().with_enabled_roots(),
        };
        match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => Ok(tls
                .identity(Identity::from_pem(read(certificate, "CERTIFICATE")?, read(key, "PRIVATE KEY")?))),
            (None, None) => Ok(tls),
            (Some((variable, _)), None) | (None, Some((variable, _))) => {
                Err(SettingsError::HalfIdentity { variable: variable.clone() })
            }
        }
    }
}

/// A file in PEM with a block of this kind in it; a file without one would be taken for "trust nobody".
fn read((variable, path): &(String, String), kind: &str) -> Result<String, SettingsError> {
    let unreadable =
        |reason: String| SettingsError::File { variable: variable.clone(), path: path.clone(), reason };
    let text = fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    if text.lines().any(|line| line.starts_with("-----BEGIN") && line.contains(kind)) {
        Ok(text)
    } else {
        Err(unreadable(format!("it holds no PEM block of kind {kind}")))
    }
}
