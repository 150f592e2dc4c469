//! Services, actions, condition keys and AWS managed policies, decoded lazily from assets.
//!
//! [`Catalog::bundled`] is ready after its index is read; a block of services is decoded when one of them is
//! first asked for, descriptions apart from the rest. What AWS's service reference does not say is in tables
//! of our own: [`globals`] (global condition keys), [`rules`] (keys that are sensitive, belong together, …),
//! [`regions`], [`federation`] (identity providers), [`resource_policies`] (resources that carry policies),
//! [`use_cases`] (of roles for AWS services), [`service_linked`] (service-linked roles).
//!
//! The asset is made by `assets/make_catalogue.py`, which states its format; [`overlay`] adds what is newer.

mod asset;
pub(crate) mod common;
pub(crate) mod dangers;
pub(crate) mod federation;
pub(crate) mod globals;
pub mod managed;
pub(crate) mod overlay;
pub(crate) mod principals;
pub(crate) mod regions;
pub(crate) mod resource_policies;
pub(crate) mod rules;
pub(crate) mod service;
pub(crate) mod service_linked;
pub(crate) mod suggest;
pub(crate) mod use_cases;

use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use crate::base::{wildcard, work};
pub use overlay::Overlay;
pub use service::{
    AccessLevel, Action, ArnFormat, ConditionKey, ResourceLink, ResourceType, Service, Support, ValueType,
};

/// What the bundled catalogue is extended by.
static ADDED: Mutex<Option<Overlay>> = Mutex::new(None);

static ASSET: &[u8] = include_bytes!("../assets/catalogue.zst");

/// A service as the index knows it: enough for lists, without decoding the service.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The prefix of its actions, such as `s3`.
    pub prefix: Box<str>,
    /// The name, such as `Amazon S3`.
    pub name: Box<str>,
    home: Home,
}

#[derive(Debug, Clone)]
enum Home {
    /// In the asset: number of the block, of the description block, and the first line there.
    Asset { block: usize, texts: usize, line: usize },
    /// In the overlay.
    Own(Box<Service>),
}

/// A block of descriptions and where its lines begin.
#[derive(Debug)]
struct Texts {
    text: String,
    lines: Vec<usize>,
}

/// A package that the data comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSource {
    /// The package's name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What is known of AWS's services.
#[derive(Debug)]
pub struct Catalog {
    date: String,
    sources: Vec<DataSource>,
    entries: Vec<Entry>,
    /// ARN service names that are no prefix, with who defines resource types under them.
    arn_services: Vec<(String, Vec<String>)>,
    /// Prefixes of condition keys that belong to a service of another prefix.
    key_prefixes: Vec<(String, String)>,
    rcp_services: Vec<String>,
    service_principals: Vec<String>,
    frames: Vec<&'static [u8]>,
    text_frames: Vec<&'static [u8]>,
    blocks: Vec<OnceLock<Vec<Service>>>,
    texts: Vec<OnceLock<Texts>>,
    overlay: Overlay,
}

impl Catalog {
    /// The catalogue that came with the program, with what it was extended by; the same one for all who ask.
    pub fn bundled() -> &'static Self {
        static BUNDLED: LazyLock<Catalog> = LazyLock::new(|| {
            // Whoever asks first ends the time in which it can be extended.
            let added = ADDED.lock().unwrap_or_else(PoisonError::into_inner).take();
            Catalog::with_overlay(added.unwrap_or_default())
        });
        &BUNDLED
    }

    /// Adds what the user knows of to the bundled catalogue; at the start, before anyone asks for it.
    pub fn extend(overlay: Overlay) {
        *ADDED.lock().unwrap_or_else(PoisonError::into_inner) = Some(overlay);
    }

    /// The bundled catalogue with what the user added to it.
    pub fn with_overlay(overlay: Overlay) -> Self {
        let mut rest = ASSET;
        let index = asset::frame(&mut rest);
        let mut catalog = Self::read_index(&index, rest);
        if let Some(date) = overlay.date() {
            catalog.date = date.to_owned();
        }
        overlay.add_services(&mut catalog.entries);
        catalog.overlay = overlay;
        catalog
    }

    fn read_index(index: &str, mut rest: &'static [u8]) -> Self {
        let mut catalog = Self {
            date: String::new(),
            sources: Vec::new(),
            entries: Vec::with_capacity(512),
            arn_services: Vec::new(),
            key_prefixes: Vec::new(),
            rcp_services: Vec::new(),
            service_principals: Vec::new(),
            frames: Vec::new(),
            text_frames: Vec::new(),
            blocks: Vec::new(),
            texts: Vec::new(),
            overlay: Overlay::default(),
        };
        for line in index.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            match fields.as_slice() {
                ["d", date] => catalog.date = String::from(*date),
                ["v", name, version] => {
                    catalog.sources.push(DataSource { name: (*name).to_owned(), version: (*version).to_owned() });
                }
                ["b", length] => catalog.frames.push(take(&mut rest, length)),
                ["t", length] => catalog.text_frames.push(take(&mut rest, length)),
                ["s", prefix, name, block, texts, line] => catalog.entries.push(Entry {
                    prefix: (*prefix).into(),
                    name: (*name).into(),
                    home: Home::Asset { block: count(block), texts: count(texts), line: count(line) },
                }),
                ["n", name, who @ ..] => {
                    catalog.arn_services.push(((*name).to_owned(), who.iter().map(|w| (*w).to_owned()).collect()));
                }
                ["x", prefix, service] => catalog.key_prefixes.push(((*prefix).to_owned(), (*service).to_owned())),
                ["r", services @ ..] => catalog.rcp_services = services.iter().map(|s| (*s).to_owned()).collect(),
                ["p", principal] => catalog.service_principals.push((*principal).to_owned()),
                _ => {}
            }
        }
        catalog.blocks.resize_with(catalog.frames.len(), OnceLock::new);
        catalog.texts.resize_with(catalog.text_frames.len(), OnceLock::new);
        catalog
    }

    /// The day of the data, such as `2026-09-26`; the overlay's where it states one.
    pub fn date(&self) -> &str {
        &self.date
    }

    /// The packages that the data comes from.
    pub fn sources(&self) -> &[DataSource] {
        &self.sources
    }

    /// All services by prefix, without decoding them.
    pub fn services(&self) -> &[Entry] {
        &self.entries
    }

    /// The index's line for a service, capitals aside.
    pub fn entry(&self, prefix: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| service::compare(&entry.prefix, prefix)).ok()?;
        self.entries.get(at)
    }

    /// Whether there is such a service, without decoding it.
    pub fn has_service(&self, prefix: &str) -> bool {
        self.entry(prefix).is_some()
    }

    /// The service of a prefix, capitals aside.
    pub fn service(&self, prefix: &str) -> Option<&Service> {
        self.entry(prefix).and_then(|entry| self.decode(entry))
    }

    fn decode<'c>(&'c self, entry: &'c Entry) -> Option<&'c Service> {
        match &entry.home {
            Home::Own(service) => Some(service),
            Home::Asset { block, .. } => {
                let services = self.blocks.get(*block)?.get_or_init(|| {
                    let mut frame = self.frames.get(*block).copied().unwrap_or_default();
                    let mut services = Service::read_block(&asset::frame(&mut frame));
                    self.overlay.extend(&mut services);
                    services
                });
                services.iter().find(|service| service.prefix() == &*entry.prefix)
            }
        }
    }

    /// The n-th description of a service; the description blocks are decoded apart from the services.
    fn text(&self, prefix: &str, number: usize) -> &str {
        let Some(Entry { home: Home::Asset { texts, line, .. }, .. }) = self.entry(prefix) else { return "" };
        let Some(cell) = self.texts.get(*texts) else { return "" };
        let block = cell.get_or_init(|| {
            let mut frame = self.text_frames.get(*texts).copied().unwrap_or_default();
            let text = asset::frame(&mut frame);
            let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
            Texts { text, lines }
        });
        let at = line + number;
        let (Some(start), Some(end)) = (block.lines.get(at), block.lines.get(at + 1)) else { return "" };
        block.text.get(*start..*end).map_or("", |text| text.trim_end_matches('\n'))
    }

    /// The action of a full name, capitals aside: `s3:getobject`.
    pub fn action(&self, name: &str) -> Option<Action<'_>> {
        let (prefix, name) = name.split_once(':')?;
        let service = self.service(prefix)?;
        let row = service.actions.get(service.find(name)?)?;
        Some(Action { catalog: self, service, row })
    }

    /// The actions of a service by name.
    pub fn actions_of<'c>(&'c self, service: &'c Service) -> impl Iterator<Item = Action<'c>> {
        service.actions.iter().map(move |row| Action { catalog: self, service, row })
    }

    /// Every action of the catalogue by full name; decodes all services.
    pub fn actions(&self) -> impl Iterator<Item = Action<'_>> {
        self.entries.iter().filter_map(|entry| self.decode(entry)).flat_map(|service| self.actions_of(service))
    }

    /// The actions that an entry of a policy's `Action` stands for: `s3:Get*`, `*`, `s3:GetObject`.
    ///
    /// Only the services that its prefix can mean are decoded.
    pub fn matching<'c>(&'c self, pattern: &str) -> impl Iterator<Item = Action<'c>> {
        let (prefix, name) = match pattern {
            "*" => ("*", "*"),
            other => other.split_once(':').unwrap_or((other, "")),
        };
        let entries = match self.entries.binary_search_by(|entry| service::compare(&entry.prefix, prefix)) {
            Ok(at) => self.entries.get(at..=at).unwrap_or_default(),
            Err(_) if wildcard::is_pattern(prefix) => &self.entries,
            Err(_) => &[],
        };
        let services = entries
            .iter()
            .take_while(|_| !work::is_spent())
            .filter(move |entry| wildcard::matches_ignore_case(prefix, &entry.prefix))
            .filter_map(|entry| self.decode(entry));
        services.flat_map(move |service| self.matching_in(service, name))
    }

    /// The actions of a service that a pattern of names stands for: `Get*`.
    pub fn matching_in<'c>(&'c self, service: &'c Service, name: &str) -> impl Iterator<Item = Action<'c>> {
        let rows = service.beginning_like(name).iter();
        let rows = rows.take_while(|_| !work::is_spent());
        rows.filter(move |row| wildcard::matches_ignore_case(name, &row.name)).map(move |row| Action {
            catalog: self,
            service,
            row,
        })
    }

    /// The prefix of the service that a condition key belongs to, whether or not it has such a key:
    /// `s3:prefix` is of `s3`, `saml:aud` and `token.actions.githubusercontent.com:sub` of `sts`.
    /// Global keys (`aws:…`) belong to none.
    pub fn key_service(&self, key: &str) -> Option<&str> {
        let (prefix, _) = key.split_once(':')?;
        if let Some(entry) = self.entry(prefix) {
            return Some(&entry.prefix);
        }
        let is = |known: &str| known.eq_ignore_ascii_case(prefix) || is_templated(known, prefix);
        self.key_prefixes.iter().find(|(known, _)| is(known)).map(|(_, service)| service.as_str())
    }

    /// The condition key of a service that a policy names, capitals aside. Global keys are in [`globals`].
    pub fn key(&self, name: &str) -> Option<&ConditionKey> {
        self.service(self.key_service(name)?)?.key(name).map(|(_, key)| key)
    }

    /// AWS's sentence on a service's condition key; empty where there is none.
    pub fn key_description(&self, name: &str) -> &str {
        let found = self.key_service(name).and_then(|prefix| self.service(prefix));
        let line = found.and_then(|service| service.line_of(service.key(name)?.0));
        match (found, line) {
            (Some(service), Some(line)) => self.text(service.prefix(), line),
            _ => "",
        }
    }

    /// Whether ARNs with such a service field exist, capitals aside.
    pub fn has_arn_service(&self, name: &str) -> bool {
        self.has_service(name) || self.arn_services.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// The resource types whose ARNs have a service field, with the service that defines each.
    ///
    /// Most are defined by the service of that prefix; some services name resources of others.
    pub fn arn_types<'c>(&'c self, name: &'c str) -> impl Iterator<Item = (&'c Service, &'c ResourceType)> {
        let others = self.arn_services.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        let prefixes = others.map(|(_, who)| who.as_slice()).unwrap_or_default().iter().map(String::as_str);
        std::iter::once(name).chain(prefixes).filter_map(|prefix| self.service(prefix)).flat_map(move |service| {
            let types = service
                .resources()
                .iter()
                .filter(move |r| r.arns.iter().any(|arn| arn.field(2).eq_ignore_ascii_case(name)));
            types.map(move |resource| (service, resource))
        })
    }

    /// Prefixes of the services that resource control policies can restrict.
    pub fn rcp_services(&self) -> &[String] {
        &self.rcp_services
    }

    /// Known service principals, such as `ec2.amazonaws.com`, sorted.
    pub fn service_principals(&self) -> &[String] {
        &self.service_principals
    }
}

/// Whether a key prefix with a variable part, such as `token.actions.${Domain}.ghe.com`, stands for this one.
fn is_templated(known: &str, prefix: &str) -> bool {
    known.contains("${") && wildcard::matches_ignore_case(&service::template(known, "?*"), prefix)
}

fn take(rest: &mut &'static [u8], length: &str) -> &'static [u8] {
    let (frame, after) = rest.split_at_checked(count(length)).unwrap_or((rest, &[]));
    *rest = after;
    frame
}

fn count(text: &str) -> usize {
    text.parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names<'c>(actions: impl Iterator<Item = Action<'c>>) -> Vec<String> {
        actions.map(Action::full_name).collect()
    }

    #[test]
    fn every_block_of_the_asset_decodes() {
        let catalog = Catalog::with_overlay(Overlay::default());
        assert!(catalog.services().len() > 400);
        for entry in catalog.services() {
            let service = catalog.service(&entry.prefix).unwrap_or_else(|| panic!("{} is lost", entry.prefix));
            assert!(
                service.actions.is_sorted_by(|a, b| service::compare(&a.name, &b.name).is_lt()),
                "{}",
                entry.prefix
            );
            assert!(service.keys.is_sorted_by(|a, b| service::compare(&a.name, &b.name).is_lt()), "{}", entry.prefix);
        }
        assert!(catalog.actions().count() > 20_000);
        assert!(catalog.actions().all(|action| !action.description().is_empty() || action.name() == "*"));
    }

    #[test]
    fn an_action_tells_level_resources_keys_and_description() {
        let action = Catalog::bundled().action("S3:getobject").unwrap();
        assert_eq!((action.full_name().as_str(), action.level()), ("s3:GetObject", AccessLevel::Read));
        assert!(action.description().starts_with("Grants permission to retrieve objects"));
        assert!(
            action
                .resources()
                .any(|link| link.resource.template() == "arn:${Partition}:s3:::${BucketName}/${ObjectName}")
        );
        assert!(action.supports("s3:ExistingObjectTag/team") && !action.supports("s3:prefix"));
        assert!(Catalog::bundled().action("s3:ListBucket").unwrap().supports("s3:prefix"));
    }

    #[test]
    fn dependent_actions_are_known() {
        let run = Catalog::bundled().action("ec2:RunInstances").unwrap();
        assert!(run.dependents().any(|name| name == "iam:PassRole"));
    }

    #[test]
    fn wildcards_stand_for_actions_of_the_services_they_can_mean() {
        let catalog = Catalog::bundled();
        let objects = names(catalog.matching("s3:Get*Object"));
        assert_eq!(objects, ["s3:GetObject"]);
        assert!(names(catalog.matching("s3:GetObject*")).len() > 5);
        assert_eq!(names(catalog.matching("IAM:passrole")), ["iam:PassRole"]);
        assert!(names(catalog.matching("i?m:PassRole")).contains(&"iam:PassRole".to_owned()));
        assert_eq!(catalog.matching("*").count(), catalog.actions().count());
        assert_eq!(catalog.matching("nothing:*").count() + catalog.matching("s3").count(), 0);
    }

    #[test]
    fn condition_keys_are_found_by_name_and_by_template() {
        let catalog = Catalog::bundled();
        assert_eq!(&*catalog.key("S3:Prefix").unwrap().name, "s3:prefix");
        assert_eq!(catalog.key("kms:EncryptionContext:app").unwrap().value, ValueType::String);
        assert_eq!(catalog.key_service("token.actions.githubusercontent.com:sub"), Some("sts"));
        assert_eq!(catalog.key_service("saml:aud"), Some("sts"));
        assert!(catalog.key("s3:nothing").is_none() && catalog.key_service("nothing:at").is_none());
        assert!(!catalog.key_description("s3:prefix").is_empty());
    }

    #[test]
    fn arn_services_lead_to_the_types_that_use_them() {
        let types: Vec<_> = Catalog::bundled().arn_types("catalog").map(|(s, r)| (s.prefix(), &*r.name)).collect();
        assert!(types.contains(&("servicecatalog", "Product")), "{types:?}");
        assert!(Catalog::bundled().has_arn_service("elasticloadbalancing"));
        assert!(!Catalog::bundled().has_arn_service("nothing"));
    }

    #[test]
    fn an_overlay_adds_services_and_actions() {
        let text = r#"
            date = "2026-11-20"
            [services.newthing]
            name = "AWS New Thing"
            resources = { thing = "arn:${Partition}:newthing:::thing/${Id}" }
            keys = { "newthing:Colour" = "ArrayOfString" }
            actions = { GetThing = { level = "Read", resources = ["thing!"], keys = ["newthing:Colour"], description = "Reads." } }
            [services.s3.actions]
            GetNews = { level = "List", resources = ["bucket"], keys = ["s3:prefix"] }
        "#;
        let catalog = Catalog::with_overlay(Overlay::parse(text).unwrap());
        assert_eq!(catalog.date(), "2026-11-20");
        let thing = catalog.action("newthing:GetThing").unwrap();
        assert!(thing.supports("newthing:colour") && thing.resources().all(|link| link.required));
        assert_eq!(thing.description(), "Reads.");
        let news = catalog.action("s3:getnews").unwrap();
        assert!(news.supports("s3:prefix") && news.resources().count() == 1);
        assert!(catalog.action("s3:GetObject").unwrap().description().starts_with("Grants permission to retrieve"));
    }

    #[test]
    fn what_is_wrong_in_an_overlay_is_told() {
        let told = |text: &str| Overlay::parse(text).unwrap_err().message;
        assert!(told("[services.a]\ncolour = 1").contains("line 2"));
        assert!(told("[services.a.actions]\nGet = { level = \"Odd\" }").contains("`Odd`"));
        assert!(told("[services.a.keys]\n\"a:b\" = \"Odd\"").contains("`Odd`"));
    }
}
