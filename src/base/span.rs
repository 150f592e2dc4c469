//! A span of time as it is typed: `30m`, `4h`, `2d`, `1w`.

use jiff::SignedDuration;

use super::error::UserError;

/// The longest span that is taken: a year.
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Reads a span.
pub fn parse(text: &str) -> Result<SignedDuration, UserError> {
    let told = || {
        UserError::new(format!("`{text}` is no span of time")).hint("Write a number and m, h, d or w, such as `4h`.")
    };
    let text = text.trim();
    let unit = text.chars().next_back().ok_or_else(told)?;
    let minutes: i64 = match unit {
        'm' => 1,
        'h' => 60,
        'd' => 24 * 60,
        'w' => 7 * 24 * 60,
        _ => return Err(told()),
    };
    let count: i64 = text.trim_end_matches(unit).trim().parse().map_err(|_| told())?;
    let span = count.checked_mul(minutes).and_then(|minutes| minutes.checked_mul(60)).map(SignedDuration::from_secs);
    match span {
        Some(span) if span > SignedDuration::ZERO && span <= LONGEST => Ok(span),
        Some(span) if span > LONGEST => Err(UserError::new("the span of time is longer than a year")),
        _ => Err(told()),
    }
}

/// A span to be read, in its largest unit: `3 h`, `2 days`.
pub fn told(span: SignedDuration) -> String {
    let minutes = span.as_secs().max(0) / 60;
    match minutes {
        0 => "less than a minute".to_owned(),
        1..120 => format!("{minutes} min"),
        120..2880 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_told() {
        for (text, span) in [("30m", "30 min"), ("4h", "4 h"), ("2d", "2 days"), ("1w", "7 days"), (" 90 m ", "90 min")]
        {
            assert_eq!(told(parse(text).unwrap()), span, "{text}");
        }
        for wrong in ["", "4", "h", "-1h", "0h", "4x", "4hh2", "999999999999999w", "400d"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
