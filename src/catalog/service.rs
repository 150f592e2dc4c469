//! One service as the catalogue holds it: its actions, resource types and condition keys.

use std::fmt;

use super::Catalog;
use crate::base::{wildcard, work};

/// What an action does, as the console groups it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccessLevel {
    /// Shows that things exist.
    List,
    /// Reads contents and attributes.
    Read,
    /// Creates, changes or deletes.
    Write,
    /// Grants or changes permissions.
    PermissionsManagement,
    /// Changes tags only.
    Tagging,
}

impl AccessLevel {
    /// All levels in the console's order.
    pub const ALL: [Self; 5] = [Self::List, Self::Read, Self::Write, Self::PermissionsManagement, Self::Tagging];

    /// The console's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::List => "List",
            Self::Read => "Read",
            Self::Write => "Write",
            Self::PermissionsManagement => "Permissions management",
            Self::Tagging => "Tagging",
        }
    }

    /// Reads the console's word, or its first letter, capitals aside.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| {
            let name = level.name();
            name.eq_ignore_ascii_case(text) || name.get(..1).is_some_and(|first| first.eq_ignore_ascii_case(text))
        })
    }
}

impl fmt::Display for AccessLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What the values of a condition key are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// Text.
    String,
    /// An ARN.
    Arn,
    /// `true` or `false`.
    Bool,
    /// A number.
    Numeric,
    /// A point in time.
    Date,
    /// An address or range of addresses.
    IpAddress,
    /// Bytes in base64.
    Binary,
}

impl ValueType {
    /// The word that AWS uses for it in texts, such as `Boolean`.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Arn => "ARN",
            Self::Bool => "Boolean",
            Self::Numeric => "Numeric",
            Self::Date => "Date",
            Self::IpAddress => "IP address",
            Self::Binary => "Binary",
        }
    }

    /// Reads a type as AWS's service reference writes it, such as `ArrayOfString`; the flag says multi-valued.
    pub fn parse(text: &str) -> Option<(Self, bool)> {
        let (word, multi) = text.strip_prefix("ArrayOf").map_or((text, false), |word| (word, true));
        let kind = match word {
            "String" => Self::String,
            "ARN" => Self::Arn,
            "Bool" | "Boolean" => Self::Bool,
            "Numeric" | "Long" => Self::Numeric,
            "Date" => Self::Date,
            "IPAddress" => Self::IpAddress,
            "Binary" => Self::Binary,
            _ => return None,
        };
        Some((kind, multi))
    }
}

/// A condition key of a service, or a global one that the service fills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionKey {
    /// The name as AWS writes it; a variable part is `${TagKey}`.
    pub name: Box<str>,
    /// What its values are.
    pub value: ValueType,
    /// Whether a request may carry several values, so that conditions want `ForAllValues` or `ForAnyValue`.
    pub multi: bool,
    pattern: Option<Box<str>>,
}

impl ConditionKey {
    /// A key of a name, where `${…}` stands for what varies.
    pub fn new(name: &str, value: ValueType, multi: bool) -> Self {
        Self { name: name.into(), value, multi, pattern: name.contains("${").then(|| template(name, "?*").into()) }
    }

    /// Whether this is the key that a policy names, capitals aside: `aws:requesttag/team` is `aws:RequestTag/${TagKey}`.
    pub fn is(&self, name: &str) -> bool {
        match &self.pattern {
            None => self.name.eq_ignore_ascii_case(name),
            Some(pattern) => wildcard::matches_ignore_case(pattern, name) || self.name.eq_ignore_ascii_case(name),
        }
    }

    /// Whether the name has a part that varies, such as a tag's key.
    pub fn is_template(&self) -> bool {
        self.pattern.is_some()
    }
}

/// Replaces every `${…}` of a template.
pub(super) fn template(text: &str, with: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        out.push_str(with);
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

/// A type of resource that actions of a service work on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceType {
    /// The name in the service authorization reference, such as `bucket`.
    pub name: Box<str>,
    /// The ARN formats, nearly always one, such as `arn:${Partition}:s3:::${BucketName}`.
    pub arns: Box<[ArnFormat]>,
    keys: u16,
}

/// How ARNs of a resource type look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArnFormat {
    /// With a variable such as `${BucketName}` for what varies.
    pub template: Box<str>,
    /// With `*` for what varies: `arn:*:s3:::*`.
    pub pattern: Box<str>,
    /// Where the pattern's first five colons stand, its length for those that are missing: every check asks for fields.
    colons: [usize; 5],
}

impl ArnFormat {
    fn new(text: &str) -> Self {
        let pattern = template(text, "*");
        let mut colons = [pattern.len(); 5];
        for (slot, (at, _)) in colons.iter_mut().zip(pattern.match_indices(':')) {
            *slot = at;
        }
        Self { template: text.into(), pattern: pattern.into(), colons }
    }

    /// Whether some ARN is of this format and matched by a pattern; wildcards do not cross the first five colons.
    fn overlaps(&self, fields: &[&str; 6]) -> bool {
        self.fields().zip(fields).all(|(own, other)| wildcard::overlap(own, other))
    }

    /// Whether every ARN that a pattern matches is of this format.
    fn covers(&self, fields: &[&str; 6]) -> bool {
        self.fields().zip(fields).all(|(own, other)| wildcard::covers(own, other))
    }

    fn is_wider_than(&self, other: &Self) -> bool {
        self.covers(&fields(&other.pattern)) && !other.covers(&fields(&self.pattern))
    }

    /// The n-th field of the pattern (0 is `arn`, 5 the resource with all its colons); `*` is what varies.
    pub fn field(&self, number: usize) -> &str {
        let start = number.checked_sub(1).map_or(0, |before| self.colons.get(before).map_or(usize::MAX, |at| at + 1));
        let end = self.colons.get(number).copied().unwrap_or(self.pattern.len());
        self.pattern.get(start..end).unwrap_or_default()
    }

    fn fields(&self) -> impl Iterator<Item = &str> {
        let missing = if self.pattern.ends_with('*') { "*" } else { "" };
        (0..6).map(move |number| {
            let is_there = number == 0 || self.colons.get(number - 1).is_some_and(|at| *at < self.pattern.len());
            if is_there { self.field(number) } else { missing }
        })
    }
}

/// The six fields of an ARN pattern; a wildcard at the end stands for the fields that are missing.
fn fields(pattern: &str) -> [&str; 6] {
    let mut fields = [if pattern.ends_with('*') { "*" } else { "" }; 6];
    for (slot, field) in fields.iter_mut().zip(pattern.splitn(6, ':')) {
        *slot = field;
    }
    fields
}

impl ResourceType {
    pub(super) fn new<'t>(name: &str, arns: impl Iterator<Item = &'t str>, keys: u16) -> Self {
        Self { name: name.into(), arns: arns.map(ArnFormat::new).collect(), keys }
    }

    /// The usual ARN format as a template.
    pub fn template(&self) -> &str {
        self.arns.first().map_or("", |format| &format.template)
    }

    /// Whether a resource of this type could be meant by what a policy names, wildcards included.
    pub fn may_be(&self, pattern: &str) -> bool {
        self.arns.iter().any(|format| format.overlaps(&fields(pattern)))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) resource: u16,
    pub(super) required: bool,
    pub(super) keys: u16,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ActionRow {
    pub(super) name: Box<str>,
    pub(super) level: AccessLevel,
    pub(super) keys: u16,
    pub(super) links: Box<[Link]>,
    pub(super) dependents: Box<[Box<str>]>,
    pub(super) text: Text,
}

/// Where the description of an action is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Text {
    /// On a line of the description block, counted from the service's first.
    Line(usize),
    /// Here, because it does not come from the asset.
    Own(Box<str>),
}

/// A service with all that the catalogue knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    prefix: Box<str>,
    pub(super) actions: Vec<ActionRow>,
    pub(super) resources: Vec<ResourceType>,
    pub(super) keys: Vec<ConditionKey>,
    pub(super) sets: Vec<Box<[u16]>>,
    /// How many keys come from the asset: those are sorted, and have a line in the description block.
    sorted_keys: usize,
}

impl Service {
    pub(super) fn new(prefix: &str) -> Self {
        Self {
            prefix: prefix.into(),
            actions: Vec::new(),
            resources: Vec::new(),
            keys: Vec::new(),
            sets: vec![Box::default()],
            sorted_keys: 0,
        }
    }

    /// Reads all services of a block; its format is stated in `assets/make_catalogue.py`.
    pub(super) fn read_block(text: &str) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        for line in text.lines() {
            let mut fields = line.split('\t');
            let mark = fields.next().unwrap_or_default();
            let mut next = || fields.next().unwrap_or_default();
            if mark == "#" {
                found.push(Self::new(next()));
                continue;
            }
            let Some(service) = found.last_mut() else { continue };
            match mark {
                "k" => {
                    let (value, multi) = value_mark(next());
                    service.keys.push(ConditionKey::new(next(), value, multi));
                }
                "=" => service.sets.push(numbers(next())),
                "r" => {
                    let (name, arns) = (next(), next());
                    let arns: Vec<_> = arns.split(' ').map(|rest| ["arn:${Partition}:", rest].concat()).collect();
                    let arns = arns.iter().map(String::as_str);
                    service.resources.push(ResourceType::new(name, arns, number(next())));
                }
                "a" => {
                    let (level, name) = (next(), next());
                    let keys = number(next());
                    let links = next().split_ascii_whitespace().map(link).collect();
                    let dependents = next().split_ascii_whitespace().map(Box::from).collect();
                    let level = AccessLevel::parse(level).unwrap_or(AccessLevel::Write);
                    let text = Text::Line(service.keys.len() + service.actions.len());
                    service.actions.push(ActionRow { name: name.into(), level, keys, links, dependents, text });
                }
                _ => {}
            }
        }
        for service in &mut found {
            service.sorted_keys = service.keys.len();
        }
        found
    }

    /// The prefix of its actions, such as `s3`.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Its resource types.
    pub fn resources(&self) -> &[ResourceType] {
        &self.resources
    }

    /// The resource type of a name.
    pub fn resource(&self, name: &str) -> Option<&ResourceType> {
        self.resources.iter().find(|r| r.name.eq_ignore_ascii_case(name))
    }

    /// The numbers of the resource types that an entry of a policy's `Resource` can mean; policy variables in it count
    /// as wildcards.
    ///
    /// Names of buckets, tables and the like hold no slash, which their formats do not say. So a type is left out
    /// where a narrower one, such as the objects in a bucket, takes in all that the entry can mean.
    pub fn types_named(&self, entry: &str) -> Vec<usize> {
        // Most formats differ from an entry in their first two fields.
        work::spend(10 + 2 * self.resources.len() as u64);
        let pattern = template(entry, "*");
        // A service may have a hundred types: the entry is split once for all of them.
        let fields = fields(&pattern);
        let may = |r: &&ResourceType| pattern == "*" || r.arns.iter().any(|format| format.overlaps(&fields));
        let found: Vec<(usize, &ResourceType)> = self.resources.iter().enumerate().filter(|(_, r)| may(r)).collect();
        // Few formats take in all of an entry: only those are compared with the others.
        let all_in = |other: &&ResourceType| other.arns.iter().any(|format| format.covers(&fields));
        let covering: Vec<&ResourceType> = found.iter().map(|(_, other)| *other).filter(all_in).collect();
        let narrower = |wide: &ResourceType| {
            let is_wider =
                |other: &ResourceType| wide.arns.iter().all(|w| other.arns.iter().all(|n| w.is_wider_than(n)));
            covering.iter().any(|other| is_wider(other))
        };
        found.iter().filter(|(_, r)| !narrower(r)).map(|(number, _)| *number).collect()
    }

    /// Its condition keys, the global ones that it fills included.
    pub fn keys(&self) -> &[ConditionKey] {
        &self.keys
    }

    /// How many actions it has.
    pub fn action_count(&self) -> usize {
        self.actions.len()
    }

    /// The key that a policy names, with its number in [`Service::keys`].
    pub fn key(&self, name: &str) -> Option<(u16, &ConditionKey)> {
        let sorted = self.keys.get(..self.sorted_keys).unwrap_or_default();
        let exact = sorted.binary_search_by(|key| compare(&key.name, name)).ok();
        let at = exact.or_else(|| self.keys.iter().position(|key| key.is(name)))?;
        Some((u16::try_from(at).ok()?, self.keys.get(at)?))
    }

    /// The condition keys that a resource type fills.
    pub fn keys_of(&self, resource: &ResourceType) -> impl Iterator<Item = &ConditionKey> {
        self.set(resource.keys).iter().filter_map(|at| self.keys.get(usize::from(*at)))
    }

    /// Whether it has an action of a name (without prefix), capitals aside.
    pub fn has_action(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    pub(super) fn set(&self, number: u16) -> &[u16] {
        self.sets.get(usize::from(number)).map_or(&[], |set| set)
    }

    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.actions.binary_search_by(|row| compare(&row.name, name)).ok()
    }

    /// The actions that a name pattern can mean, as a range: those that begin like it up to its first wildcard.
    pub(super) fn beginning_like(&self, pattern: &str) -> &[ActionRow] {
        let plain = pattern.split(['*', '?']).next().unwrap_or_default();
        let head = |row: &ActionRow| {
            let own = row.name.bytes().take(plain.len()).map(|b| b.to_ascii_lowercase());
            own.cmp(plain.bytes().map(|b| b.to_ascii_lowercase()))
        };
        let start = self.actions.partition_point(|row| head(row).is_lt());
        let end = self.actions.partition_point(|row| head(row).is_le());
        self.actions.get(start..end).unwrap_or_default()
    }

    /// The line of a key in the description block.
    pub(super) fn line_of(&self, key: u16) -> Option<usize> {
        let line = usize::from(key);
        (line < self.sorted_keys).then_some(line)
    }

    /// Restores the order that lookups need; of two actions of one name the later added wins.
    pub(super) fn sort(&mut self) {
        self.actions.reverse();
        self.actions.sort_by(|a, b| compare(&a.name, &b.name));
        self.actions.dedup_by(|next, kept| kept.name.eq_ignore_ascii_case(&next.name));
    }
}

fn value_mark(mark: &str) -> (ValueType, bool) {
    match mark {
        "S" => (ValueType::String, true),
        "a" => (ValueType::Arn, false),
        "A" => (ValueType::Arn, true),
        "b" => (ValueType::Bool, false),
        "B" => (ValueType::Bool, true),
        "n" => (ValueType::Numeric, false),
        "d" => (ValueType::Date, false),
        "i" => (ValueType::IpAddress, false),
        _ => (ValueType::String, false),
    }
}

fn number(text: &str) -> u16 {
    text.parse().unwrap_or_default()
}

fn numbers(text: &str) -> Box<[u16]> {
    text.split(',').filter_map(|n| n.parse().ok()).collect()
}

fn link(text: &str) -> Link {
    let (head, keys) = text.split_once('/').map_or((text, 0), |(head, keys)| (head, number(keys)));
    let (resource, required) = head.strip_suffix('!').map_or((head, false), |head| (head, true));
    Link { resource: number(resource), required, keys }
}

/// Orders names as the asset is sorted: by their ASCII lower case.
pub(super) fn compare(one: &str, other: &str) -> std::cmp::Ordering {
    one.bytes().map(|b| b.to_ascii_lowercase()).cmp(other.bytes().map(|b| b.to_ascii_lowercase()))
}

/// An action of the catalogue.
#[derive(Clone, Copy)]
pub struct Action<'c> {
    pub(super) catalog: &'c Catalog,
    pub(super) service: &'c Service,
    pub(super) row: &'c ActionRow,
}

/// Where AWS's reference lists a key for an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Support {
    /// On the action itself.
    Action,
    /// On the action, for one of the resource types that it works on.
    Link,
    /// Only on a resource type that the action works on; a key for requests may not hold for this action.
    ResourceType,
}

/// A resource type that an action works on.
#[derive(Debug, Clone, Copy)]
pub struct ResourceLink<'c> {
    /// The type.
    pub resource: &'c ResourceType,
    /// Its number in [`Service::resources`].
    pub number: usize,
    /// Whether the action always works on one of it, so that a policy must name one.
    pub required: bool,
}

impl<'c> Action<'c> {
    /// The name without prefix, as AWS writes it: `GetObject`.
    pub fn name(self) -> &'c str {
        &self.row.name
    }

    /// Prefix and name: `s3:GetObject`.
    pub fn full_name(self) -> String {
        [self.service.prefix(), ":", &self.row.name].concat()
    }

    /// The service it belongs to.
    pub fn service(self) -> &'c Service {
        self.service
    }

    /// What it does.
    pub fn level(self) -> AccessLevel {
        self.row.level
    }

    /// AWS's sentence on it; empty where there is none.
    pub fn description(self) -> &'c str {
        match &self.row.text {
            Text::Own(text) => text,
            Text::Line(line) => self.catalog.text(self.service.prefix(), *line),
        }
    }

    /// The resource types it works on; none means that a policy must say `*`.
    pub fn resources(self) -> impl Iterator<Item = ResourceLink<'c>> {
        self.row.links.iter().filter_map(move |link| {
            let number = usize::from(link.resource);
            let resource = self.service.resources.get(number)?;
            Some(ResourceLink { resource, number, required: link.required })
        })
    }

    /// The numbers in [`Service::keys`] of all condition keys that can be in its request context, by way of the
    /// action itself or of a resource that it works on. May repeat.
    pub fn key_numbers(self) -> impl Iterator<Item = u16> {
        let service = self.service;
        let of_links = self.row.links.iter().flat_map(move |link| {
            let resource = service.resources.get(usize::from(link.resource));
            service.set(link.keys).iter().chain(service.set(resource.map_or(0, |r| r.keys)))
        });
        service.set(self.row.keys).iter().chain(of_links).copied()
    }

    /// The condition keys of the action, each once, in the order of the names. Global keys that AWS fills for
    /// every action are not among them.
    pub fn keys(self) -> impl Iterator<Item = &'c ConditionKey> {
        let mut numbers: Vec<u16> = self.key_numbers().collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_iter().filter_map(move |at| self.service.keys.get(usize::from(at)))
    }

    /// Whether a key can be in its request context, the global keys that AWS fills everywhere aside.
    pub fn supports(self, key: &str) -> bool {
        self.support(key).is_some()
    }

    /// By which line of AWS's reference a key can be in its request context; the nearest one.
    pub fn support(self, key: &str) -> Option<Support> {
        let (wanted, _) = self.service.key(key)?;
        let holds = |set: u16| self.service.set(set).binary_search(&wanted).is_ok();
        if holds(self.row.keys) {
            return Some(Support::Action);
        }
        if self.row.links.iter().any(|link| holds(link.keys)) {
            return Some(Support::Link);
        }
        let mut types = self.resources().map(|link| link.resource.keys);
        types.any(holds).then_some(Support::ResourceType)
    }

    /// Full names of the actions that are needed with it, as far as AWS states them.
    pub fn dependents(self) -> impl Iterator<Item = &'c str> {
        self.row.dependents.iter().map(AsRef::as_ref)
    }
}

impl fmt::Debug for Action<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service.prefix(), self.row.name)
    }
}

impl PartialEq for Action<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.service.prefix() == other.service.prefix() && self.row.name == other.row.name
    }
}
