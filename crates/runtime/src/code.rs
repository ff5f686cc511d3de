//! One closed set of error codes, mapped to gRPC and HTTP in one place.

use tonic::Code;

/// What kind of error it is, by who has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// A value is wrong; the caller corrects it.
    InvalidArgument,
    /// Nobody is signed in, or the secret does not count.
    Unauthenticated,
    /// This person may not do this.
    PermissionDenied,
    /// There is no such thing (or none that this person may see).
    NotFound,
    /// Something unique exists already.
    AlreadyExists,
    /// The thing is in a state that forbids it.
    Conflict,
    /// The thing is over for good.
    Gone,
    /// Too many bytes.
    TooLarge,
    /// Not a kind of file that is taken.
    UnsupportedMedia,
    /// Too much at once; later is better.
    ResourceExhausted,
    /// A service or the database is away; later is better.
    Unavailable,
    /// It took too long; later may be better.
    DeadlineExceeded,
    /// Our fault.
    Internal,
}

// === impl ErrorCode ===

impl ErrorCode {
    /// Every code.
    pub const ALL: [Self; 13] = [
        Self::InvalidArgument,
        Self::Unauthenticated,
        Self::PermissionDenied,
        Self::NotFound,
        Self::AlreadyExists,
        Self::Conflict,
        Self::Gone,
        Self::TooLarge,
        Self::UnsupportedMedia,
        Self::ResourceExhausted,
        Self::Unavailable,
        Self::DeadlineExceeded,
        Self::Internal,
    ];

    /// The HTTP status.
    pub fn http_status(self) -> http::StatusCode {
        match self {
            Self::InvalidArgument => http::StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unauthenticated => http::StatusCode::UNAUTHORIZED,
            Self::PermissionDenied => http::StatusCode::FORBIDDEN,
            Self::NotFound => http::StatusCode::NOT_FOUND,
            Self::AlreadyExists | Self::Conflict => http::StatusCode::CONFLICT,
            Self::Gone => http::StatusCode::GONE,
            Self::TooLarge => http::StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMedia => http::StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::ResourceExhausted => http::StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => http::StatusCode::SERVICE_UNAVAILABLE,
            Self::DeadlineExceeded => http::StatusCode::GATEWAY_TIMEOUT,
            Self::Internal => http::StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The gRPC status.
    pub fn grpc_code(self) -> Code {
        match self {
            Self::InvalidArgument | Self::TooLarge | Self::UnsupportedMedia => Code::InvalidArgument,
            Self::Unauthenticated => Code::Unauthenticated,
            Self::PermissionDenied => Code::PermissionDenied,
            Self::NotFound => Code::NotFound,
            Self::AlreadyExists => Code::AlreadyExists,
            Self::Conflict | Self::Gone => Code::FailedPrecondition,
            Self::ResourceExhausted => Code::ResourceExhausted,
            Self::Unavailable => Code::Unavailable,
            Self::DeadlineExceeded => Code::DeadlineExceeded,
            Self::Internal => Code::Internal,
        }
    }

    /// The code that a service of ours meant with a gRPC status.
    pub fn from_grpc(code: Code) -> Self {
        match code {
            Code::InvalidArgument | Code::OutOfRange => Self::InvalidArgument,
            Code::Unauthenticated => Self::Unauthenticated,
            Code::PermissionDenied => Self::PermissionDenied,
            Code::NotFound => Self::NotFound,
            Code::AlreadyExists => Self::AlreadyExists,
            Code::FailedPrecondition => Self::Conflict,
            Code::ResourceExhausted => Self::ResourceExhausted,
            Code::Unavailable | Code::Aborted => Self::Unavailable,
            Code::DeadlineExceeded | Code::Cancelled => Self::DeadlineExceeded,
            Code::Ok | Code::Unknown | Code::Unimplemented | Code::Internal | Code::DataLoss => {
                Self::Internal
            }
        }
    }

    /// A title for people: what kind of error it is in a few words.
    pub fn title(self) -> &'static str {
        match self {
            Self::InvalidArgument => "A value is not valid",
            Self::Unauthenticated => "Please sign in",
            Self::PermissionDenied => "Not allowed",
            Self::NotFound => "Not found",
            Self::AlreadyExists => "Exists already",
            Self::Conflict => "Not possible now",
            Self::Gone => "Over",
            Self::TooLarge => "Too large",
            Self::UnsupportedMedia => "Not a supported kind of file",
            Self::ResourceExhausted => "Too much at once",
            Self::Unavailable => "Not available at the moment",
            Self::DeadlineExceeded => "Took too long",
            Self::Internal => "Something went wrong on our side",
        }
    }

    /// Whether the same call may succeed later.
    pub fn is_temporary(self) -> bool {
        matches!(self, Self::ResourceExhausted | Self::Unavailable | Self::DeadlineExceeded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_temporary_stays_temporary_across_a_hop() {
        for code in ErrorCode::ALL {
            assert_eq!(
                ErrorCode::from_grpc(code.grpc_code()).is_temporary(),
                code.is_temporary(),
                "{code:?}"
            );
        }
    }

    #[test]
    fn client_errors_and_server_errors_do_not_mix() {
        for code in ErrorCode::ALL {
            let ours =
                matches!(code, ErrorCode::Unavailable | ErrorCode::DeadlineExceeded | ErrorCode::Internal);
            assert_eq!(code.http_status().is_server_error(), ours, "{code:?}");
        }
    }
}
