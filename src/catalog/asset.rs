//! Reading the embedded assets: rows of zstd frames.

use std::io::Read;

/// Decodes the first frame of `bytes` and moves past it.
///
/// The assets are ours and a test decodes every frame of them, so damage yields an empty text rather than
/// an error that no caller could do anything about.
pub(super) fn frame(bytes: &mut &[u8]) -> String {
    let mut text = Vec::new();
    if let Ok(mut decoder) = ruzstd::decoding::StreamingDecoder::new(bytes)
        && decoder.read_to_end(&mut text).is_err()
    {
        text.clear();
    }
    String::from_utf8(text).unwrap_or_default()
}
