//! The parts of a connection string that tests exchange.

use std::fmt;

/// A connection string, cut where tests put something in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Uri {
    /// With the two slashes.
    scheme: String,
    /// User and password with the `@`, or nothing.
    credentials: String,
    hosts: String,
    database: String,
    /// `name=value` each.
    options: Vec<String>,
}

// === impl Uri ===

impl Uri {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text.split_once("://").ok_or("a connection string begins with mongodb://")?;
        let (rest, options) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (credentials, hosts) = match authority.rsplit_once('@') {
            Some((credentials, hosts)) => (format!("{credentials}@"), hosts),
            None => (String::new(), authority),
        };
        if hosts.is_empty() {
            return Err("the connection string names no host".to_owned());
        }
        Ok(Self {
            scheme: format!("{scheme}://"),
            credentials,
            hosts: hosts.to_owned(),
            database: database.to_owned(),
            options: options.split('&').filter(|option| !option.is_empty()).map(str::to_owned).collect(),
        })
    }

    /// The first host, with its port.
    pub(crate) fn address(&self) -> String {
        let first = self.hosts.split(',').next().unwrap_or_default();
        let has_port = first.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        if has_port { first.to_owned() } else { format!("{first}:27017") }
    }

    /// Another database on the same server. Whoever logs in does so where he did before.
    pub(crate) fn with_database(&self, name: &str) -> Self {
        let mut other = self.clone();
        if !self.credentials.is_empty() {
            let source = if self.database.is_empty() { "admin" } else { &self.database };
            other.set_default("authSource", source);
        }
        name.clone_into(&mut other.database);
        other
    }

    /// The same through another address, and through no other than that.
    pub(crate) fn through(&self, address: &str) -> Self {
        let mut other = self.clone();
        address.clone_into(&mut other.hosts);
        other.options.retain(|option| !is_named(option, "replicaSet"));
        other.set_default("directConnection", "true");
        other
    }

    fn set_default(&mut self, name: &str, value: &str) {
        if !self.options.iter().any(|option| is_named(option, name)) {
            self.options.push(format!("{name}={value}"));
        }
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scheme, credentials, hosts, database, options } = self;
        write!(formatter, "{scheme}{credentials}{hosts}/{database}")?;
        if options.is_empty() { Ok(()) } else { write!(formatter, "?{}", options.join("&")) }
    }
}

/// Names of options are compared without regard to case, as the drivers do.
fn is_named(option: &str, name: &str) -> bool {
    option.split('=').next().is_some_and(|found| found.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Uri {
        Uri::parse(text).unwrap()
    }

    #[test]
    fn what_is_read_is_written_again() {
        for text in [
            "mongodb://127.0.0.1:27017/",
            "mongodb://ana:p%40ss@db.example/?authSource=admin&tls=true",
            "mongodb+srv://db.example/names",
        ] {
            assert_eq!(parse(text).to_string(), text);
        }
        assert_eq!(parse("mongodb://db.example").to_string(), "mongodb://db.example/");
    }

    #[test]
    fn a_database_is_put_in_and_the_log_in_stays() {
        for (server, database) in [
            ("mongodb://h:1", "mongodb://h:1/x"),
            ("mongodb://h:1/old?tls=true", "mongodb://h:1/x?tls=true"),
            ("mongodb://u:p@h:1/", "mongodb://u:p@h:1/x?authSource=admin"),
            ("mongodb://u:p@h:1/users", "mongodb://u:p@h:1/x?authSource=users"),
            ("mongodb://u:p@h:1/users?authsource=a", "mongodb://u:p@h:1/x?authsource=a"),
        ] {
            assert_eq!(parse(server).with_database("x").to_string(), database);
        }
    }

    #[test]
    fn another_address_replaces_all_hosts() {
        let replica_set = parse("mongodb://u:p@a:1,b:2/x?replicaSet=rs0&w=majority");
        assert_eq!(
            replica_set.through("127.0.0.1:9").to_string(),
            "mongodb://u:p@127.0.0.1:9/x?w=majority&directConnection=true"
        );
    }

    #[test]
    fn the_address_has_a_port() {
        assert_eq!(parse("mongodb://a:1,b:2/x").address(), "a:1");
        assert_eq!(parse("mongodb://u:p@db.example/x").address(), "db.example:27017");
        assert_eq!(parse("mongodb://[::1]/x").address(), "[::1]:27017");
    }

    #[test]
    fn what_is_no_connection_string_is_refused() {
        assert!(Uri::parse("localhost:27017").is_err());
        assert!(Uri::parse("mongodb:///x").is_err());
    }
}
