//! The types of condition values, read from text.

use std::net::IpAddr;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::Timestamp;

/// An integer or decimal number.
pub(crate) fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    // Adding zero makes one zero of the two, which `total_cmp` would tell apart.
    text.parse::<f64>().ok().filter(|value| plain && value.is_finite()).map(|value| value + 0.0)
}

/// A point in time as nanoseconds since 1970: a W3C form of ISO 8601, or seconds.
///
/// Four digits are a year, as the W3C note has it: no request is made within the first three hours of 1970.
pub(crate) fn date(text: &str) -> Option<i128> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if text.len() != 4 && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
        let seconds: i128 = seconds.parse().ok()?;
        if fraction.len() > 9 || fraction.contains('.') {
            return None;
        }
        let nanos: i128 = format!("{fraction:0<9}").parse().ok()?;
        let nanos = if text.starts_with('-') { -nanos } else { nanos };
        return seconds.checked_mul(1_000_000_000)?.checked_add(nanos);
    }
    let full = match text.len() {
        4 => format!("{text}-01-01T00:00:00Z"),
        7 => format!("{text}-01T00:00:00Z"),
        10 => format!("{text}T00:00:00Z"),
        _ => text.to_owned(),
    };
    full.parse::<Timestamp>().ok().map(Timestamp::as_nanosecond)
}

/// `true` or `false`, whatever the case.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// Bytes in base64, with or without padding.
pub(crate) fn binary(text: &str) -> Option<Vec<u8>> {
    const CONFIG: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&STANDARD, CONFIG).decode(text).ok()
}

/// The six parts of an ARN.
pub(crate) fn arn_parts(text: &str) -> Option<[&str; 6]> {
    let mut fields = text.splitn(6, ':');
    let mut parts = [""; 6];
    for part in &mut parts {
        *part = fields.next()?;
    }
    Some(parts)
}

/// A range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    address: IpAddr,
    /// How many leading bits count.
    bits: u8,
}

impl Network {
    /// Reads an address with or without a prefix length; bits after the prefix are ignored.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self { address, bits })
    }

    /// Whether an address lies in the range; the two families never mix.
    pub(crate) fn contains(self, address: IpAddr) -> bool {
        let (differing, width) = match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => (u128::from(own.to_bits() ^ other.to_bits()), 32),
            (IpAddr::V6(own), IpAddr::V6(other)) => (own.to_bits() ^ other.to_bits(), 128),
            _ => return false,
        };
        let host_bits = width - u32::from(self.bits);
        differing.checked_shr(host_bits).unwrap_or(0) == 0
    }
}
