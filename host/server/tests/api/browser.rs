//! What a browser without scripts does: keeps cookies, follows links, sends the forms that a page has.

use std::collections::BTreeMap;

use reqwest::header::{ACCEPT, COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Method, StatusCode};

use crate::house::{House, Person, http_client};

/// Somebody before a browser.
pub struct Browser {
    address: String,
    pub cookies: BTreeMap<String, String>,
    /// The key of the forms of the page that was seen last.
    pub form_key: String,
}

/// A page, or what came in its place.
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Page {
    /// Where the answer sends one.
    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |to| to.to_str().unwrap())
    }
}

impl Browser {
    pub fn new(house: &House) -> Self {
        Self { address: house.address.clone(), cookies: BTreeMap::new(), form_key: String::new() }
    }

    /// Signed in with somebody's token.
    pub async fn of(person: &Person) -> Self {
        let mut browser = Self::new(&person.house);
        browser.get("/sign-in").await;
        let token = person.token.clone().unwrap();
        let page = browser.send("/sign-in", &[("token", &token)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        browser
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.ask(Method::GET, path, None, &[]).await
    }

    /// Sends a form as the page that was seen last would.
    pub async fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let key = self.form_key.clone();
        let fields = [fields, &[("form_key", key.as_str())]].concat();
        self.ask(Method::POST, path, Some(&fields), &[("sec-fetch-site", "same-origin")]).await
    }

    pub async fn ask(
        &mut self,
        method: Method,
        path: &str,
        form: Option<&[(&str, &str)]>,
        headers: &[(&str, &str)],
    ) -> Page {
        http_client();
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = client
            .request(method, format!("{}{path}", self.address))
            .header(ACCEPT, "text/html")
            .header(COOKIE, cookies.join("; "));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(form) = form {
            let body = serde_urlencoded::to_string(form).unwrap();
            request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        for cookie in headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            match cookie.contains("Max-Age=0") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        let text = String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned();
        if let Some((_, rest)) = text.split_once("name=\"form_key\" value=\"") {
            self.form_key = rest.split('"').next().unwrap().to_owned();
        }
        Page { status, headers, text }
    }
}
