//! The standard `OTEL_*` variables.
//!
//! Headers, timeouts and compression are read by the OTLP exporter, limits of spans by the SDK, attributes
//! of the resource by its detectors; what they do not read, or would take in silence when it is wrong, is
//! read here.

use std::io;
use std::time::Duration;

use http::Uri;
use opentelemetry_otlp::ExporterBuildError;
use opentelemetry_otlp::tonic_types::transport::ClientTlsConfig;
use opentelemetry_sdk::trace::Sampler;

use super::queue::Bounds;
use super::tls::Files;

/// Where each signal goes, and how.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) traces: Option<Target>,
    pub(crate) logs: Option<Target>,
    pub(crate) metrics: Option<Target>,
    pub(crate) sampler: Sampler,
    pub(crate) spans: Bounds,
    pub(crate) lines: Bounds,
    pub(crate) metric_interval: Duration,
}

/// Where a signal goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    variable: String,
    uri: Uri,
    files: Files,
}

/// What is wrong with the variables. The texts hold no values that may be secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("{variable} is not the address of a collector; write for example `http://collector:4317`")]
    Endpoint { variable: String },
    #[error("{variable} is `{value}`, but there is only {known}")]
    Choice { variable: String, value: String, known: &'static str },
    #[error("{variable} is `{value}`; it must be {wanted}")]
    Number { variable: String, value: String, wanted: &'static str },
    #[error("the file {path} that {variable} names cannot be used: {reason}")]
    File { variable: String, path: String, reason: String },
    #[error("{variable} needs its other half: name both a client certificate and a client key, or neither")]
    HalfIdentity { variable: String },
    #[error("the exporter of {variable} cannot be made: {reason}")]
    Refused { variable: String, reason: String },
    #[error("the thread that exports telemetry cannot be started")]
    Thread(#[source] io::Error),
}

/// Looks a variable up; what is empty counts as unset, as the specification wants it.
struct Variables<'a>(&'a dyn Fn(&str) -> Option<String>);

// === impl Settings ===

impl Settings {
    /// Reads the variables of this process; nothing when nothing is to be exported.
    pub(crate) fn from_env() -> Result<Option<Self>, SettingsError> {
        Self::read(&|name| std::env::var(name).ok())
    }

    fn read(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Option<Self>, SettingsError> {
        let variables = Variables(lookup);
        if variables.get("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return Ok(None);
        }
        let settings = Self {
            traces: variables.target("TRACES")?,
            logs: variables.target("LOGS")?,
            metrics: variables.target("METRICS")?,
            sampler: variables.sampler()?,
            spans: variables.bounds("BSP", 5000)?,
            lines: variables.bounds("BLRP", 1000)?,
            metric_interval: variables.millis("OTEL_METRIC_EXPORT_INTERVAL", 60_000)?,
        };
        let is_any = settings.traces.is_some() || settings.logs.is_some() || settings.metrics.is_some();
        Ok(is_any.then_some(settings))
    }
}

// === impl Target ===

impl Target {
    /// The whole address.
    pub(super) fn uri(&self) -> String {
        self.uri.to_string()
    }

    /// Scheme, host and port: without a user and a password that may stand in the address.
    pub(super) fn shown(&self) -> String {
        let host = self.uri.host().unwrap_or_default();
        let port = self.uri.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{host}{port}", self.uri.scheme_str().unwrap_or_default())
    }

    /// Certificates, when the connection is encrypted.
    pub(super) fn tls(&self) -> Result<Option<ClientTlsConfig>, SettingsError> {
        if self.uri.scheme_str() == Some("https") { self.files.read().map(Some) } else { Ok(None) }
    }

    /// The exporter does not take the address or the certificates.
    pub(super) fn refused(&self, error: &ExporterBuildError) -> SettingsError {
        // Its text quotes the address.
        let reason = error.to_string().replace(&self.uri(), &self.shown());
        SettingsError::Refused { variable: self.variable.clone(), reason }
    }
}

// === impl Variables ===

impl Variables<'_> {
    fn get(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.trim().is_empty())
    }

    /// The variable of a signal, else the one of all signals: its name and its value.
    fn of_signal(&self, signal: &str, what: &str) -> Option<(String, String)> {
        let names = [format!("OTEL_EXPORTER_OTLP_{signal}_{what}"), format!("OTEL_EXPORTER_OTLP_{what}")];
        names.into_iter().find_map(|name| self.get(&name).map(|value| (name, value)))
    }

    fn target(&self, signal: &str) -> Result<Option<Target>, SettingsError> {
        let variable = format!("OTEL_{signal}_EXPORTER");
        match self.get(&variable).as_deref().map(str::trim) {
            None | Some("otlp") => {}
            Some("none") => return Ok(None),
            Some(value) => {
                return Err(SettingsError::Choice {
                    variable,
                    value: value.to_owned(),
                    known: "`otlp` and `none`",
                });
            }
        }
        let Some((variable, value)) = self.of_signal(signal, "ENDPOINT") else { return Ok(None) };
        if let Some((variable, value)) = self.of_signal(signal, "PROTOCOL")
            && value != "grpc"
        {
            return Err(SettingsError::Choice { variable, value, known: "`grpc`" });
        }
        let uri: Option<Uri> = value.trim().parse().ok();
        let uri =
            uri.filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some());
        let Some(uri) = uri else { return Err(SettingsError::Endpoint { variable }) };
        let files = Files {
            authority: self.of_signal(signal, "CERTIFICATE"),
            certificate: self.of_signal(signal, "CLIENT_CERTIFICATE"),
            key: self.of_signal(signal, "CLIENT_KEY"),
        };
        Ok(Some(Target { variable, uri, files }))
    }

    fn sampler(&self) -> Result<Sampler, SettingsError> {
        let variable = "OTEL_TRACES_SAMPLER";
        let name = self.get(variable).unwrap_or_else(|| "parentbased_always_on".to_owned());
        let (is_parent_based, root) = match name.strip_prefix("parentbased_") {
            Some(root) => (true, root),
            None => (false, name.as_str()),
        };
        let root = match root {
            "always_on" => Sampler::AlwaysOn,
            "always_off" => Sampler::AlwaysOff,
            "traceidratio" => Sampler::TraceIdRatioBased(self.ratio()?),
            _ => {
                return Err(SettingsError::Choice {
                    variable: variable.to_owned(),
                    value: name,
                    known: "`always_on`, `always_off` and `traceidratio`, each also with `parentbased_` before it",
                });
            }
        };
        Ok(if is_parent_based { Sampler::ParentBased(Box::new(root)) } else { root })
    }

    fn ratio(&self) -> Result<f64, SettingsError> {
        let variable = "OTEL_TRACES_SAMPLER_ARG";
        let Some(value) = self.get(variable) else { return Ok(1.0) };
        match value.trim().parse() {
            Ok(ratio) if (0.0..=1.0).contains(&ratio) => Ok(ratio),
            _ => {
                Err(SettingsError::Number { variable: variable.to_owned(), value, wanted: "between 0 and 1" })
            }
        }
    }

    fn bounds(&self, processor: &str, delay: u64) -> Result<Bounds, SettingsError> {
        let queue_max = self.count(&format!("OTEL_{processor}_MAX_QUEUE_SIZE"), 2048)?;
        let batch_max = self.count(&format!("OTEL_{processor}_MAX_EXPORT_BATCH_SIZE"), 512)?;
        let delay = self.millis(&format!("OTEL_{processor}_SCHEDULE_DELAY"), delay)?;
        // A message that the queue cannot fill would never be called full.
        Ok(Bounds { queue_max, batch_max: batch_max.min(queue_max), delay })
    }

    fn millis(&self, variable: &str, default: u64) -> Result<Duration, SettingsError> {
        let default = usize::try_from(default).expect("the defaults are small");
        let millis = self.count(variable, default)?;
        Ok(Duration::from_millis(u64::try_from(millis).expect("machines have at most 64 bits")))
    }

    fn count(&self, variable: &str, default: usize) -> Result<usize, SettingsError> {
        let Some(value) = self.get(variable) else { return Ok(default) };
        match value.trim().parse() {
            Ok(number) if number > 0 => Ok(number),
            _ => Err(SettingsError::Number {
                variable: variable.to_owned(),
                value,
                wanted: "a whole number above 0",
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Option<Settings>, SettingsError> {
        let lookup = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Settings::read(&lookup)
    }

    #[test]
    fn nothing_is_exported_unless_an_endpoint_is_named() {
        assert!(read(&[]).unwrap().is_none());
        assert!(read(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "")]).unwrap().is_none());
        let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317");
        assert!(read(&[endpoint, ("OTEL_SDK_DISABLED", "true")]).unwrap().is_none());
        let none = [("OTEL_TRACES_EXPORTER", "none"), ("OTEL_LOGS_EXPORTER", "none")];
        let settings = read(&[endpoint, none[0], none[1]]).unwrap().unwrap();
        assert!(settings.traces.is_none() && settings.logs.is_none() && settings.metrics.is_some());
    }

    #[test]
    fn each_signal_may_go_elsewhere() {
        let settings = read(&[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:secret@collector:4317/"),
            ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "https://logs.example.org"),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "100"),
        ])
        .unwrap()
        .unwrap();
        assert_eq!(settings.traces.unwrap().shown(), "http://collector:4317");
        assert_eq!(settings.logs.unwrap().shown(), "https://logs.example.org");
        assert_eq!((settings.spans.queue_max, settings.spans.batch_max), (100, 100));
        assert_eq!((settings.lines.queue_max, settings.lines.batch_max), (2048, 512));
    }

    #[test]
    fn a_wrong_variable_is_named_and_secrets_are_not() {
        let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317");
        for (name, value) in [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "user:secret@collector"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "ftp://collector"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_TRACES_EXPORTER", "jaeger"),
            ("OTEL_TRACES_SAMPLER", "sometimes"),
            ("OTEL_BLRP_SCHEDULE_DELAY", "soon"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "0"),
        ] {
            let error = read(&[(name, value), endpoint]).unwrap_err().to_string();
            assert!(error.contains(name) && !error.contains("secret"), "{error}");
        }
        let ratio = [("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "2")];
        assert!(read(&[ratio[0], ratio[1]]).unwrap_err().to_string().contains("OTEL_TRACES_SAMPLER_ARG"));
    }

    #[test]
    fn samplers_are_those_of_the_specification() {
        let sampler = |name| {
            let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317");
            let variables = [endpoint, ("OTEL_TRACES_SAMPLER", name), ("OTEL_TRACES_SAMPLER_ARG", "0.5")];
            format!("{:?}", read(&variables).unwrap().unwrap().sampler)
        };
        assert_eq!(sampler(""), "ParentBased(AlwaysOn)");
        assert_eq!(sampler("always_off"), "AlwaysOff");
        assert_eq!(sampler("parentbased_traceidratio"), "ParentBased(TraceIdRatioBased(0.5))");
    }
}
