//! How common actions and condition keys are: in how many of AWS's managed policies each is written.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::managed::managed_policies;

static COUNTS: LazyLock<HashMap<String, u32>> = LazyLock::new(count);

/// The number of managed policies in which a text such as `s3:GetObject` or `aws:SourceIp` is written, whatever its
/// case; of a service prefix such as `s3`, the number of those that speak of the service.
pub fn uses(text: &str) -> u32 {
    COUNTS.get(text.to_ascii_lowercase().as_str()).copied().unwrap_or(0)
}

/// Reads the policies by their quotes alone: that is enough to find names, and quick.
fn count() -> HashMap<String, u32> {
    let mut counts = HashMap::new();
    for policy in managed_policies() {
        let is_name = |text: &&str| text.len() < 96 && text.bytes().all(|byte| byte.is_ascii_graphic());
        let written: HashSet<String> =
            policy.document().split('"').filter(is_name).map(str::to_ascii_lowercase).collect();
        let names: HashSet<&str> =
            written.iter().filter_map(|text| text.split_once(':')).map(|(head, _)| head).collect();
        for name in names.iter().copied().chain(written.iter().map(String::as_str).filter(|text| text.contains(':'))) {
            match counts.get_mut(name) {
                Some(count) => *count += 1,
                None => drop(counts.insert(name.to_owned(), 1)),
            }
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_policies_hold_is_common() {
        assert!(uses("s3:GetObject") > 50, "{}", uses("s3:GetObject"));
        assert!(uses("S3:getobject") == uses("s3:GetObject"));
        assert!(uses("s3:GetObject") > uses("s3:GetObjectTorrent"));
        assert!(uses("ec2") > uses("ec2-images"));
        assert!(uses("aws:ResourceTag/") == 0 && uses("iam:PassedToService") > uses("iam:PolicyARN"));
        assert_eq!(uses("no:Such"), 0);
    }
}
