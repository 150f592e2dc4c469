//! The AWS managed policies: names, versions, dates and documents.
//!
//! The index is decoded at the first question, a document's block (some dozen policies) when the document is asked
//! for; both stay decoded. The asset is made by `assets/make_managed_policies.py`.

use std::io::Read;
use std::sync::{LazyLock, OnceLock};

use serde::Deserialize;

static ASSET: &[u8] = include_bytes!("../../assets/managed-policies.zst");

/// A policy that AWS keeps, in its default version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// Its name: `AdministratorAccess`.
    pub name: String,
    /// Its path: `/`, `/service-role/`, `/aws-service-role/`, `/job-function/`, `/root-task/`.
    pub path: String,
    /// The default version: `v1`. The older ones are not known.
    pub version: String,
    /// When AWS made it, after RFC 3339 in UTC.
    pub created: String,
    /// When AWS last changed it, after RFC 3339 in UTC.
    pub updated: String,
    /// Its id (`ANPA…`); of policies made after 2022 a stable one of the right form, not AWS's own.
    pub id: String,
    block: usize,
    start: usize,
    length: usize,
}

impl ManagedPolicy {
    /// Its ARN in the partition `aws`.
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::aws:policy{}{}", self.path, self.name)
    }

    /// The document of the default version.
    pub fn document(&self) -> &'static str {
        let block = CATALOGUE.blocks.get(self.block).map_or("", Block::text);
        block.get(self.start..self.start + self.length).unwrap_or_default()
    }
}

/// Returns all AWS managed policies, sorted by name.
pub fn managed_policies() -> &'static [ManagedPolicy] {
    &CATALOGUE.policies
}

/// Finds an AWS managed policy by its name.
pub fn managed_policy(name: &str) -> Option<&'static ManagedPolicy> {
    let policies = managed_policies();
    policies.get(policies.binary_search_by(|policy| policy.name.as_str().cmp(name)).ok()?)
}

/// Finds an AWS managed policy by its ARN, of any partition.
pub fn managed_policy_by_arn(arn: &str) -> Option<&'static ManagedPolicy> {
    let (partition, resource) = arn.strip_prefix("arn:")?.split_once(":iam::aws:policy")?;
    let (path, name) = resource.rsplit_once('/')?;
    let known = !partition.is_empty() && !partition.contains(':');
    managed_policy(name).filter(|policy| known && policy.path.strip_suffix('/') == Some(path))
}

struct Catalogue {
    policies: Vec<ManagedPolicy>,
    blocks: Vec<Block>,
}

struct Block {
    compressed: &'static [u8],
    text: OnceLock<String>,
}

impl Block {
    fn text(&self) -> &str {
        self.text.get_or_init(|| decompress(self.compressed).unwrap_or_default())
    }
}

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| read(ASSET).unwrap_or(Catalogue { policies: Vec::new(), blocks: Vec::new() }));

#[derive(Deserialize)]
struct Index {
    blocks: Vec<usize>,
    policies: Vec<Row>,
}

/// Name, path, version, created, updated, id; the document's block, place and length.
#[derive(Deserialize)]
struct Row(String, String, String, String, String, String, usize, usize, usize);

/// Reads the index and cuts the blocks out. The asset is part of the program and a test reads all of it.
fn read(asset: &'static [u8]) -> Option<Catalogue> {
    let (length, rest) = asset.split_first_chunk::<4>()?;
    let (index, mut rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let index: Index = serde_json::from_str(&decompress(index)?).ok()?;
    let mut blocks = Vec::new();
    for length in index.blocks {
        let (compressed, after) = rest.split_at_checked(length)?;
        blocks.push(Block { compressed, text: OnceLock::new() });
        rest = after;
    }
    let policies = index
        .policies
        .into_iter()
        .map(|Row(name, path, version, created, updated, id, block, start, length)| ManagedPolicy {
            name,
            path,
            version,
            created,
            updated,
            id,
            block,
            start,
            length,
        })
        .collect();
    Some(Catalogue { policies, blocks })
}

fn decompress(data: &[u8]) -> Option<String> {
    let mut text = String::new();
    ruzstd::decoding::StreamingDecoder::new(data).ok()?.read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::time::Instant;

    use serde_json::Value;

    use super::*;

    #[test]
    fn the_catalogue_is_whole() {
        let policies = managed_policies();
        assert_eq!(policies.len(), 1582);
        assert!(policies.is_sorted_by(|a, b| a.name < b.name));
        assert_eq!(policies.iter().map(|policy| &policy.id).collect::<HashSet<_>>().len(), policies.len());
        for policy in policies {
            let document: Value =
                serde_json::from_str(policy.document()).unwrap_or_else(|e| panic!("{}: {e}", policy.name));
            assert!(document.get("Statement").is_some(), "{}", policy.name);
            assert!(policy.id.len() == 21 && policy.id.starts_with("ANPA"), "{}", policy.name);
            assert_eq!(managed_policy_by_arn(&policy.arn()), Some(policy));
        }
    }

    #[test]
    fn administrator_access_is_as_aws_has_it() {
        let policy = managed_policy("AdministratorAccess").unwrap();
        assert_eq!(policy.arn(), "arn:aws:iam::aws:policy/AdministratorAccess");
        assert_eq!((policy.version.as_str(), policy.id.as_str()), ("v1", "ANPAIWMBCKSKIEE64ZLYK"));
        assert_eq!(policy.created, "2015-02-06T18:39:46Z");
        assert!(policy.document().starts_with("{\n    \"Version\": \"2012-10-17\",\n    \"Statement\": ["));
    }

    #[test]
    fn arns_are_read_in_any_partition_and_only_as_a_whole() {
        let found = |arn| managed_policy_by_arn(arn).map(|policy| policy.name.as_str());
        let role = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
        assert_eq!(found(role), Some("AWSLambdaBasicExecutionRole"));
        assert_eq!(found("arn:aws-cn:iam::aws:policy/AmazonS3FullAccess"), Some("AmazonS3FullAccess"));
        for arn in [
            "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole",
            "arn:aws:iam::123456789012:policy/AmazonS3FullAccess",
            "arn:aws:iam::aws:policy/service-role/AmazonS3FullAccess",
            "arn:aws:iam::aws:policy/NoSuchPolicy",
            "AmazonS3FullAccess",
            "",
        ] {
            assert_eq!(found(arn), None, "{arn}");
        }
    }

    #[test]
    fn decoding_is_quick() {
        let start = Instant::now();
        let catalogue = read(ASSET).unwrap();
        let index = start.elapsed();
        catalogue.blocks[0].text();
        eprintln!("managed policies: index {index:?}, with a block {:?}", start.elapsed());
        // A debug build on a busy machine; a release build takes a few milliseconds.
        assert!(start.elapsed().as_millis() < 2_000);
    }
}
