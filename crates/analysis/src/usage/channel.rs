//! Where a participant was recruited, from the parameters of the link.

/// A channel of recruitment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Channel {
    /// Its name in lower case; empty for [`ChannelOrigin::Direct`] and [`ChannelOrigin::Other`].
    pub name: String,
    /// How it is known.
    pub origin: ChannelOrigin,
}

/// How a channel is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChannelOrigin {
    /// By the parameters that a recruitment service or an advertising network always adds.
    Service,
    /// By a parameter that the researcher put into the link, such as `utm_source`.
    Link,
    /// The link had no parameters.
    Direct,
    /// The link had parameters, but none that names a channel.
    Other,
}

/// Services with the parameters that give them away, in lower case. All of a set must be there.
const SERVICES: [(&str, &[&str]); 9] = [
    ("prolific", &["prolific_pid"]),
    ("prolific", &["study_id", "session_id"]),
    ("mturk", &["workerid", "assignmentid"]),
    ("mturk", &["workerid", "hitid"]),
    ("cloudresearch", &["participantid", "assignmentid", "projectid"]),
    ("sona", &["survey_code"]),
    ("facebook", &["fbclid"]),
    ("google", &["gclid"]),
    ("bing", &["msclkid"]),
];

/// Parameters that researchers name a channel with, in lower case, the most telling first.
const NAMED_BY: [&str; 7] = ["utm_source", "source", "src", "ref", "referrer", "channel", "via"];

const NAME_MAX_CHARS: usize = 40;

/// The channel that the parameters of a link tell.
///
/// Names of parameters are compared without case. Only *which* service it was is kept of its parameters, never a
/// value, because those are ids of people. A value of `utm_source` and the like is trimmed and put in lower case;
/// it is ignored when it is long, holds an `@`, or more than four digits in a row, because then it names a
/// person rather than a channel.
pub fn channel(url_parameters: &[(String, String)]) -> Channel {
    let value = |wanted: &str| {
        let known = url_parameters.iter().find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
        known.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    };
    let service = SERVICES.iter().find(|(_, all)| all.iter().all(|wanted| value(wanted).is_some()));
    if let Some((name, _)) = service {
        return Channel { name: (*name).to_owned(), origin: ChannelOrigin::Service };
    }
    if let Some(name) =
        NAMED_BY.iter().filter_map(|wanted| value(wanted)).find(|value| names_no_person(value))
    {
        return Channel { name: name.to_lowercase(), origin: ChannelOrigin::Link };
    }
    let origin = if url_parameters.is_empty() { ChannelOrigin::Direct } else { ChannelOrigin::Other };
    Channel { name: String::new(), origin }
}

fn names_no_person(value: &str) -> bool {
    let digits = value.as_bytes().windows(5).any(|five| five.iter().all(u8::is_ascii_digit));
    value.chars().count() <= NAME_MAX_CHARS && !value.contains('@') && !digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(parameters: &[(&str, &str)]) -> (String, ChannelOrigin) {
        let parameters: Vec<_> =
            parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let channel = channel(&parameters);
        (channel.name, channel.origin)
    }

    #[test]
    fn services_are_known_by_their_parameters_and_ids_are_not_kept() {
        let service = |name: &str| (name.to_owned(), ChannelOrigin::Service);
        let prolific = [("PROLIFIC_PID", "5f3a"), ("STUDY_ID", "61"), ("SESSION_ID", "62")];
        assert_eq!(seen(&prolific), service("prolific"));
        assert_eq!(seen(&[("workerId", "A1"), ("hitId", "3"), ("assignmentId", "4")]), service("mturk"));
        assert_eq!(seen(&[("survey_code", "123")]), service("sona"));
        assert_eq!(seen(&[("utm_source", "mail"), ("prolific_pid", "5f3a")]), service("prolific"));
        assert_eq!(seen(&[("fbclid", "IwAR0")]), service("facebook"));
    }

    #[test]
    fn a_channel_can_be_named_in_the_link() {
        let link = |name: &str| (name.to_owned(), ChannelOrigin::Link);
        assert_eq!(seen(&[("UTM_Source", " Newsletter ")]), link("newsletter"));
        assert_eq!(seen(&[("ref", "flyer"), ("x", "1")]), link("flyer"));
        assert_eq!(seen(&[("utm_source", ""), ("via", "mastodon")]), link("mastodon"));
    }

    #[test]
    fn what_may_name_a_person_is_no_channel() {
        let other = (String::new(), ChannelOrigin::Other);
        assert_eq!(seen(&[("ref", "ada@example.org")]), other);
        assert_eq!(seen(&[("source", "student-20260117")]), other);
        assert_eq!(seen(&[("src", &"x".repeat(41))]), other);
        assert_eq!(seen(&[("DEMO_PID", "simulated-0001")]), other);
        assert_eq!(seen(&[]), (String::new(), ChannelOrigin::Direct));
    }
}
