//! Splits a JSON text into tokens; never fails, and every byte that is no white space is in some token.

use super::syntax::{Span, SyntaxError, SyntaxErrorKind, Token, TokenKind};

/// The tokens of a text and what is wrong inside single tokens.
pub fn tokens(text: &str) -> (Vec<Token>, Vec<SyntaxError>) {
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0, errors: Vec::new() };
    let mut tokens = Vec::with_capacity(text.len() / 8 + 8);
    while let Some(token) = lexer.token() {
        tokens.push(token);
    }
    (tokens, lexer.errors)
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    errors: Vec<SyntaxError>,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
    }

    fn error(&mut self, kind: SyntaxErrorKind, start: usize, end: usize) {
        self.errors.push(SyntaxError { kind, span: Span::new(start, end) });
    }

    fn token(&mut self) -> Option<Token> {
        self.skip_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'));
        let start = self.at;
        let first = self.peek()?;
        self.at += 1;
        let kind = match first {
            b'{' => TokenKind::OpenBrace,
            b'}' => TokenKind::CloseBrace,
            b'[' => TokenKind::OpenBracket,
            b']' => TokenKind::CloseBracket,
            b':' => TokenKind::Colon,
            b',' => TokenKind::Comma,
            b'"' => self.string(start),
            b'-' | b'0'..=b'9' => self.number(start),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' => self.word(start),
            b'/' => self.comment(start, self.peek()),
            b'\'' => self.single_quotes(start),
            _ => self.stray(start),
        };
        Some(Token { kind, span: Span::new(start, self.at) })
    }

    fn string(&mut self, start: usize) -> TokenKind {
        let mut escaped = false;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return if escaped { TokenKind::EscapedString } else { TokenKind::String };
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape();
                }
                None | Some(b'\n' | b'\r') => {
                    self.error(SyntaxErrorKind::UnclosedString, start, self.at);
                    return TokenKind::OpenString;
                }
                Some(0..=0x1f) => {
                    self.error(SyntaxErrorKind::ControlCharacter, self.at, self.at + 1);
                    self.at += 1;
                }
                Some(_) => self.at += 1,
            }
        }
    }

    /// Steps over a backslash and what belongs to it.
    fn escape(&mut self) {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                let digits = self.bytes.iter().skip(self.at).take(4).take_while(|b| b.is_ascii_hexdigit()).count();
                self.at += digits;
                if digits < 4 {
                    self.error(SyntaxErrorKind::BadEscape, start, self.at);
                }
            }
            // The byte after it may begin a longer character or end the line: the string goes on with it.
            _ => self.error(SyntaxErrorKind::BadEscape, start, self.at),
        }
    }

    fn number(&mut self, start: usize) -> TokenKind {
        self.skip_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
        if !is_number(self.text.get(start..self.at).unwrap_or_default()) {
            self.error(SyntaxErrorKind::BadNumber, start, self.at);
        }
        TokenKind::Number
    }

    fn word(&mut self, start: usize) -> TokenKind {
        self.skip_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$'));
        match self.text.get(start..self.at) {
            Some("true") => TokenKind::True,
            Some("false") => TokenKind::False,
            Some("null") => TokenKind::Null,
            _ => self.unexpected(start),
        }
    }

    fn comment(&mut self, start: usize, second: Option<u8>) -> TokenKind {
        match second {
            Some(b'/') => self.skip_while(|b| b != b'\n'),
            Some(b'*') => {
                let inside = self.text.get(self.at + 1..).unwrap_or_default();
                self.at = inside.find("*/").map_or(self.bytes.len(), |end| self.at + 1 + end + 2);
            }
            _ => {}
        }
        self.unexpected(start)
    }

    fn single_quotes(&mut self, start: usize) -> TokenKind {
        self.skip_while(|b| !matches!(b, b'\'' | b'\n'));
        if self.peek() == Some(b'\'') {
            self.at += 1;
        }
        self.unexpected(start)
    }

    /// Any other character; whole, so that spans never cut one.
    fn stray(&mut self, start: usize) -> TokenKind {
        self.skip_while(|b| b & 0xc0 == 0x80);
        self.unexpected(start)
    }

    fn unexpected(&mut self, start: usize) -> TokenKind {
        self.error(SyntaxErrorKind::Unexpected, start, self.at);
        TokenKind::Error
    }
}

/// Whether a text is a number as RFC 8259 writes it.
fn is_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, TokenKind)]) {
        let (tokens, _) = tokens(text);
        let found: Vec<_> = tokens.iter().map(|token| (token.span.of(text), token.kind)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn tokens_cover_all_but_white_space() {
        use TokenKind::{CloseBrace, Colon, Comma, EscapedString, Null, Number, OpenBrace, String, True};
        check(
            "{ \"a\\n\":\t1.5e3,\n\"é\" : true,null}",
            &[
                ("{", OpenBrace),
                ("\"a\\n\"", EscapedString),
                (":", Colon),
                ("1.5e3", Number),
                (",", Comma),
                ("\"é\"", String),
                (":", Colon),
                ("true", True),
                (",", Comma),
                ("null", Null),
                ("}", CloseBrace),
            ],
        );
    }

    #[test]
    fn an_open_string_ends_with_its_line() {
        check("\"s3:Get\n\"x\"", &[("\"s3:Get", TokenKind::OpenString), ("\"x\"", TokenKind::String)]);
    }

    #[test]
    fn what_json_does_not_know_is_kept_whole() {
        check(
            "// note\n/* a */ 'x' Effect é",
            &[
                ("// note", TokenKind::Error),
                ("/* a */", TokenKind::Error),
                ("'x'", TokenKind::Error),
                ("Effect", TokenKind::Error),
                ("é", TokenKind::Error),
            ],
        );
    }

    #[test]
    fn numbers_follow_the_rfc() {
        for good in ["0", "-1", "1.25", "1e9", "-0.5E-3"] {
            assert!(is_number(good), "{good}");
        }
        for bad in ["", "-", "01", "1.", ".5", "1e", "+1", "0x1"] {
            assert!(!is_number(bad), "{bad}");
        }
    }
}
