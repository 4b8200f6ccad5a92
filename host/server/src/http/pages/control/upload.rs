//! A form with a file in it. Its key comes first: nothing that somebody else's page sends is read.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Request};
use axum::http::StatusCode;
use bytes::Bytes;

use crate::http::Problem;
use crate::http::pages::{View, form};

/// The longest pause in an upload.
const PAUSE: Duration = Duration::from_secs(30);
/// The most bytes of what is no file, over all fields.
const MAX_FIELDS: usize = 64 * 1024;

/// What the form says.
#[derive(Debug, Default)]
pub(super) struct Upload {
    fields: BTreeMap<String, String>,
    pub(super) file: Sent,
}

/// The file in it.
#[derive(Debug, Default)]
pub(super) enum Sent {
    /// Nobody chose one.
    #[default]
    Nothing,
    Bytes(Vec<u8>),
    /// It has more bytes than it may have. They were not kept.
    TooLarge {
        size: usize,
    },
}

impl Upload {
    /// Reads a form in whose field `file` there is a file of at most `most` bytes.
    pub(super) async fn receive(
        view: &View,
        mut request: Request,
        file: &str,
        most: usize,
    ) -> Result<Self, Problem> {
        // Somewhat more is read and thrown away: a browser that is still sending does not hear what is wrong.
        DefaultBodyLimit::max(most.saturating_mul(2) + MAX_FIELDS).apply(&mut request);
        // No page of ours sends anything else here.
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| form::stale())?;
        let mut upload = Self::default();
        let (mut is_ours, mut left) = (false, MAX_FIELDS);
        while let Some(field) = next_field(&mut form).await? {
            let name = field.name().unwrap_or_default().to_owned();
            spend(&mut left, name.len() + 1)?;
            if !is_ours {
                let tag = if name == form::KEY { read(field, &mut left).await? } else { String::new() };
                view.must_have_made(&tag)?;
                is_ours = true;
            } else if name == file {
                upload.file = receive(field, most).await?;
            } else {
                upload.fields.insert(name, read(field, &mut left).await?);
            }
        }
        if is_ours { Ok(upload) } else { Err(form::stale()) }
    }

    /// A field; nothing, if it was not sent.
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

async fn next_field(form: &mut Multipart) -> Result<Option<Field<'_>>, Problem> {
    match tokio::time::timeout(PAUSE, form.next_field()).await {
        Ok(field) => field.map_err(|error| broken(&error)),
        Err(_) => Err(Problem::slow_body()),
    }
}

async fn next(field: &mut Field<'_>) -> Result<Option<Bytes>, Problem> {
    match tokio::time::timeout(PAUSE, field.chunk()).await {
        Ok(chunk) => chunk.map_err(|error| broken(&error)),
        Err(_) => Err(Problem::slow_body()),
    }
}

async fn read(mut field: Field<'_>, left: &mut usize) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = next(&mut field).await? {
        spend(left, chunk.len())?;
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| {
        let detail = "a field of the form is not text in UTF-8; load the page again and send it from there";
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_form", detail)
    })
}

fn spend(left: &mut usize, bytes: usize) -> Result<(), Problem> {
    *left = left.checked_sub(bytes).ok_or_else(|| {
        let detail =
            format!("the fields of the form have more than {MAX_FIELDS} bytes together; write less in them");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "bad_form", detail)
    })?;
    Ok(())
}

async fn receive(mut field: Field<'_>, most: usize) -> Result<Sent, Problem> {
    // A field for a file that nobody chose is sent all the same: without a name, and empty.
    let has_name = field.file_name().is_some_and(|name| !name.is_empty());
    let (mut bytes, mut size) = (Vec::new(), 0_usize);
    while let Some(chunk) = next(&mut field).await? {
        size += chunk.len();
        if size <= most {
            bytes.extend_from_slice(&chunk);
        } else {
            bytes = Vec::new();
        }
    }
    Ok(match size {
        0 if !has_name => Sent::Nothing,
        size if size > most => Sent::TooLarge { size },
        _ => Sent::Bytes(bytes),
    })
}

fn broken(error: &MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let detail = "the file is much larger than it may be; choose another";
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "file_too_large", detail)
        }
        status => {
            let detail = format!("the form did not arrive whole ({}); send it again", error.body_text());
            Problem::new(status, "bad_form", detail)
        }
    }
}
