//! Uploading input files, so that models can fetch them (KIE docs: file upload API).

use bytes::Bytes;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::client::{KieClient, data_of};
use crate::failure::{Failure, FailureKind, Origin, ReadFailure};
use crate::json;
use crate::keys::KeyName;

/// A file to upload. The provider replaces a file of the same folder and name, and its caches may
/// serve the old one for a while, so every name must be new.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The content; up to 100 MB.
    pub bytes: Bytes,
    /// Its media type, such as `image/png`.
    pub mime: String,
    /// The folder, without slashes at its ends.
    pub folder: String,
    /// A name never used before, with its extension.
    pub file_name: String,
}

/// Where the provider put a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// A public address; count on 24 hours.
    pub url: String,
}

impl KieClient {
    /// Uploads as multipart/form-data.
    ///
    /// # Errors
    /// [`ReadFailure`].
    pub async fn upload_stream(
        &self,
        key: &KeyName,
        upload: &Upload,
    ) -> Result<Uploaded, ReadFailure> {
        let length = u64::try_from(upload.bytes.len())
            .map_err(|_| ReadFailure::NotAllowed("the file is too long"))?;
        let part = Part::stream_with_length(upload.bytes.clone(), length)
            .file_name(upload.file_name.clone())
            .mime_str(&upload.mime)
            .map_err(|_| ReadFailure::NotAllowed("the media type is malformed"))?;
        let form = Form::new()
            .text("uploadPath", folder(&upload.folder))
            .text("fileName", upload.file_name.clone())
            .part("file", part);
        self.upload(key, "file-stream-upload", |request| request.multipart(form)).await
    }

    /// Lets the provider fetch a public file. Addresses of Telegram files are refused: they hold
    /// the bot's token.
    ///
    /// # Errors
    /// [`ReadFailure`]; [`ReadFailure::NotAllowed`] for an address that must not leave.
    pub async fn upload_url(
        &self,
        key: &KeyName,
        url: &str,
        to_folder: &str,
        file_name: &str,
    ) -> Result<Uploaded, ReadFailure> {
        if holds_a_bot_token(url) {
            return Err(ReadFailure::NotAllowed("an address of a Telegram file holds the token"));
        }
        if json::link(&Value::from(url)).is_none() {
            return Err(ReadFailure::NotAllowed("not an http(s) address"));
        }
        let body =
            json!({ "fileUrl": url, "uploadPath": folder(to_folder), "fileName": file_name });
        self.upload(key, "file-url-upload", |request| request.json(&body)).await
    }

    async fn upload(
        &self,
        key: &KeyName,
        endpoint: &str,
        with_body: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<Uploaded, ReadFailure> {
        let (index, key) = self.0.ring.find(key)?;
        let url = format!("{}/api/{endpoint}", self.0.upload_url);
        let request = self.request(Method::POST, &url, key).timeout(self.0.timeouts.upload);
        let answer = self.send("upload", with_body(request)).await?;
        let result = data_of(&answer).and_then(|envelope| {
            if envelope.success != Some(true) {
                return Err(ReadFailure::Refused(Failure {
                    kind: FailureKind::Unknown,
                    ..Failure::classified(Origin::Call, envelope.code, &envelope.message)
                }));
            }
            json::field(&envelope.data, &["downloadUrl", "fileUrl"])
                .and_then(json::link)
                .map(|url| Uploaded { url: url.to_owned() })
                .ok_or_else(|| ReadFailure::Unreadable("no link in the upload's answer".into()))
        });
        self.note(index, result.as_ref().err());
        result
    }
}

fn folder(path: &str) -> String {
    path.trim_matches('/').to_owned()
}

/// Whether an address leads, directly or as a parameter of another one, to Telegram's file server.
fn holds_a_bot_token(url: &str) -> bool {
    let mut text = url.to_ascii_lowercase();
    // Percent-encoding can hide the marks, and can be applied more than once.
    for _ in 0..3 {
        if text.contains("api.telegram.org") || text.contains("/file/bot") {
            return true;
        }
        let decoded = percent_decoded(&text);
        if decoded == text {
            return false;
        }
        text = decoded;
    }
    // Deeper encodings have no honest use.
    true
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        let byte = (*first == b'%')
            .then(|| tail.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte {
            Some(byte) => {
                out.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                out.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&out).to_ascii_lowercase()
}

#[cfg(test)]
mod tests;
