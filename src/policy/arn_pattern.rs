//! An ARN as a policy writes it: wildcards and variables in any field, and not always all six.

/// The fields of an ARN pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArnPattern<'t> {
    fields: [&'t str; 6],
    count: usize,
}

impl<'t> ArnPattern<'t> {
    /// Splits a text at the colons that are not inside a variable; the sixth field keeps its colons.
    pub fn parse(text: &'t str) -> Self {
        let mut fields = [""; 6];
        let mut count = 0;
        let mut rest = text;
        for slot in &mut fields {
            count += 1;
            let colon = (count < 6).then(|| colon_outside_variables(rest)).flatten();
            *slot = rest.get(..colon.unwrap_or(rest.len())).unwrap_or_default();
            let Some(colon) = colon else { break };
            rest = rest.get(colon + 1..).unwrap_or_default();
        }
        Self { fields, count }
    }

    /// How many fields were written, at most six.
    pub fn count(&self) -> usize {
        self.count
    }

    /// What stands where `arn` should.
    pub fn prefix(&self) -> &'t str {
        self.fields[0]
    }

    /// The partition.
    pub fn partition(&self) -> &'t str {
        self.fields[1]
    }

    /// The service.
    pub fn service(&self) -> &'t str {
        self.fields[2]
    }

    /// The Region.
    pub fn region(&self) -> &'t str {
        self.fields[3]
    }

    /// The account.
    pub fn account(&self) -> &'t str {
        self.fields[4]
    }

    /// All after the fifth colon.
    pub fn resource(&self) -> &'t str {
        self.fields[5]
    }
}

fn colon_outside_variables(text: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let rest = text.get(from..)?;
        let colon = rest.find(':')?;
        match rest.find("${") {
            Some(open) if open < colon => {
                let inside = rest.get(open..)?;
                from += open + inside.find('}').map_or(inside.len(), |close| close + 1);
            }
            _ => return Some(from + colon),
        }
    }
}

/// Whether a field leaves something open: a wildcard or a variable.
pub fn is_open(field: &str) -> bool {
    field.contains(['*', '?']) || field.contains("${")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_split_outside_variables() {
        let arn = ArnPattern::parse("arn:aws:sqs:${aws:RequestedRegion}:1:a:b");
        assert_eq!((arn.count(), arn.region(), arn.resource()), (6, "${aws:RequestedRegion}", "a:b"));
        assert_eq!(ArnPattern::parse("arn:aws:s3").count(), 3);
        assert_eq!(ArnPattern::parse("${open:").count(), 1);
        assert!(is_open("a*") && is_open("${a}") && !is_open("a"));
    }
}
