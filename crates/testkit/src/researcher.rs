//! Somebody with an account.

use serde_json::json;

use crate::{Client, ExperimentBuilder};

/// The password of every researcher in tests.
pub const PASSWORD: &str = "correct horse battery";

/// A researcher who is signed in with a token.
#[derive(Debug, Clone)]
pub struct Researcher {
    /// Calls as this researcher.
    pub client: Client,
    /// Signs in with this.
    pub handle: String,
}

// === impl Researcher ===

impl Researcher {
    /// Makes the account and takes a token.
    pub async fn sign_up(client: &Client, handle: &str) -> Self {
        let account = json!({"handle": handle, "password": PASSWORD, "display_name": format!("Dr {handle}")});
        client.post("/api/v1/accounts", &account).await.expect_ok();
        let sign_in = json!({"handle": handle, "password": PASSWORD});
        let token = client.post("/api/v1/tokens", &sign_in).await.expect_ok().text_of("token");
        Self { client: client.with_token(&token), handle: handle.to_owned() }
    }

    /// An experiment to be built.
    pub fn experiment(&self) -> ExperimentBuilder {
        ExperimentBuilder::new(self.clone())
    }
}
