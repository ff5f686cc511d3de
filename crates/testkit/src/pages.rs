//! Pages as a browser without scripts uses them.

use reqwest::multipart::{Form, Part};

use crate::{Answer, Client, PASSWORD};

/// The token in the forms of a page.
#[track_caller]
pub fn csrf_of(page: &str) -> String {
    let field = page.split("name=\"csrf_token\"").nth(1).expect("the page has a form with a token");
    let value = field.split("value=\"").nth(1).and_then(|rest| rest.split('"').next());
    value.expect("the field has a value").to_owned()
}

// === impl Client ===

impl Client {
    /// Opens `page` and sends its form to `action`, with its token.
    pub async fn fill(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = csrf_of(&self.get(page).await.expect_page(200, "<form").text);
        let mut all = vec![("csrf_token", csrf.as_str())];
        all.extend_from_slice(fields);
        self.form(action, &all).await
    }

    /// Signs up; the client then holds the session's cookie.
    pub async fn sign_up_by_page(&self, handle: &str) -> Answer {
        let fields = [
            ("handle", handle),
            ("password", PASSWORD),
            ("display_name", "Dr Page"),
            ("affiliation", "University of Tests"),
        ];
        self.fill("/sign-up", "/sign-up", &fields).await
    }

    /// Makes a draft and gives the path of its pages.
    pub async fn draft_by_page(&self) -> String {
        let fields = [
            ("title", "Made by hand"),
            ("question", "What is this?"),
            ("language", "en"),
            ("consent_text", "I agree."),
            ("access", "public"),
            ("access_code", ""),
        ];
        let made = self.fill("/experiments/new", "/experiments/new", &fields).await;
        assert!(made.status.is_redirection(), "{} {}", made.status, made.text);
        let location = made.headers["location"].to_str().expect("locations are ASCII");
        location.split(['?', '#']).next().unwrap_or_default().trim_end_matches("/edit").to_owned()
    }

    /// Sends a file through the form of the editor; `to` is `stimuli` or `manifest`.
    pub async fn upload_by_page(&self, experiment: &str, to: &str, name: &str, file: Vec<u8>) -> Answer {
        let csrf = csrf_of(&self.get(&format!("{experiment}/edit")).await.expect_page(200, "<form").text);
        let field = if to == "manifest" { "manifest" } else { "files" };
        let part = Part::bytes(file).file_name(name.to_owned());
        let form = Form::new().part(field, part);
        let path = format!("{experiment}/{to}?csrf_token={csrf}");
        self.send(self.request("POST", &path).multipart(form)).await
    }
}
