//! Small files of each kind, as a person might send them.

/// A picture, PNG, large enough for every service.
#[must_use]
pub fn picture() -> &'static [u8] {
    include_bytes!("../assets/sample.png")
}

/// A film, MP4.
#[must_use]
pub fn film() -> &'static [u8] {
    include_bytes!("../assets/result.mp4")
}

/// A sound, MP3.
#[must_use]
pub fn sound() -> &'static [u8] {
    include_bytes!("../assets/result.mp3")
}
