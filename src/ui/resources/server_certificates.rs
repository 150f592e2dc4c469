//! Server certificates, which the console does not show at all.

use std::sync::Arc;

use jiff::Timestamp;

use crate::backend::{Load, Urgency};
use crate::base::arn::Arn;
use crate::model::{Account, Fact, ResourceRef, ServerCertificate, ServerCertificateName, Tags};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::content::Content;
use crate::ui::page::View;
use crate::ui::place::Kind;
use crate::ui::time;
use crate::ui::widgets::fields::Field;

use super::{Arrival, Column, Resource, Shown, SortKey, Tab, tag_content};

/// Server certificates.
#[derive(Debug)]
pub struct ServerCertificates;

const CERTIFICATE: Tab<ServerCertificate> = Tab {
    title: "Certificate",
    short: "Certificate",
    count: |_, _| None,
    content: certificate_sheet,
    loads: |certificate, _| vec![Load::ServerCertificate(certificate.name.clone())],
};

const TAGS: Tab<ServerCertificate> = Tab {
    title: "Tags",
    short: "Tags",
    count: |certificate, _| certificate.facts.tags.known().map(Vec::len),
    content: |certificate, _| {
        tag_content(&ResourceRef::ServerCertificate(certificate.name.clone()), &certificate.facts.tags)
    },
    loads: |certificate, _| vec![Load::ServerCertificate(certificate.name.clone())],
};

/// The days before its end from which on a certificate is marked.
const SOON: i64 = 30;

impl Resource for ServerCertificates {
    type Row = ServerCertificate;
    type Key = ServerCertificateName;

    const KIND: Kind = Kind::ServerCertificates;

    const COLUMNS: &'static [Column<ServerCertificate>] = &[
        Column {
            id: "name",
            title: "Certificate name",
            width: 30,
            shown: Shown::Always,
            cell: |certificate, _| Cell::text(certificate.name.to_string()),
            key: |certificate, _| SortKey::text(certificate.name.as_str()),
        },
        Column {
            id: "expires",
            title: "Expiration",
            width: 22,
            shown: Shown::Always,
            cell: expires,
            key: |certificate, _| moment(certificate.expires),
        },
        Column {
            id: "uploaded",
            title: "Upload date",
            width: 14,
            shown: Shown::Always,
            cell: |certificate, _| date(certificate.uploaded),
            key: |certificate, _| moment(certificate.uploaded),
        },
        Column {
            id: "path",
            title: "Path",
            width: 18,
            shown: Shown::Always,
            cell: |certificate, _| Cell::text(certificate.arn.path().to_owned()),
            key: |certificate, _| SortKey::text(certificate.arn.path()),
        },
        Column {
            id: "id",
            title: "Certificate ID",
            width: 23,
            shown: Shown::OnRequest,
            cell: |certificate, _| Cell::text(certificate.id.to_string()),
            key: |certificate, _| SortKey::text(&certificate.id),
        },
        Column {
            id: "arn",
            title: "ARN",
            width: 60,
            shown: Shown::WhereRoom,
            cell: |certificate, _| Cell::text(certificate.arn.to_string()),
            key: |certificate, _| SortKey::text(certificate.arn.as_str()),
        },
    ];

    const TABS: &'static [Tab<ServerCertificate>] = &[CERTIFICATE, TAGS];

    fn rows(account: &Account) -> Vec<Arc<ServerCertificate>> {
        account.server_certificates().rows().to_vec()
    }

    fn arrivals<'a>(view: &View<'a>) -> Vec<Arrival<'a>> {
        vec![Arrival::of(view.account.server_certificates())]
    }

    fn loads() -> Vec<(Load, Urgency)> {
        vec![(Load::ServerCertificates, Urgency::Now)]
    }

    fn find(account: &Account, entity: &ResourceRef) -> Option<Arc<ServerCertificate>> {
        if let ResourceRef::ServerCertificate(name) = entity {
            account.server_certificates().get(name).cloned()
        } else {
            None
        }
    }

    fn key(certificate: &ServerCertificate) -> &ServerCertificateName {
        &certificate.name
    }

    fn entity(certificate: &ServerCertificate) -> Option<ResourceRef> {
        Some(ResourceRef::ServerCertificate(certificate.name.clone()))
    }

    fn name(certificate: &ServerCertificate) -> &str {
        certificate.name.as_str()
    }

    fn arn(certificate: &ServerCertificate) -> Option<&Arn> {
        Some(&certificate.arn)
    }

    fn tags(certificate: &ServerCertificate) -> Option<&Fact<Tags>> {
        Some(&certificate.facts.tags)
    }

    fn summary(certificate: &ServerCertificate, view: &View<'_>) -> Vec<Field> {
        vec![
            Field::new("Expiration", expires(certificate, view)),
            Field::new("Uploaded", date(certificate.uploaded)),
            Field::new("ARN", Cell::text(certificate.arn.to_string())),
            Field::new("Certificate ID", Cell::text(certificate.id.to_string())),
        ]
    }

    /// The list tells all that its columns show.
    fn details(_certificate: &ServerCertificate, _view: &View<'_>) -> Vec<Load> {
        Vec::new()
    }
}

fn moment(at: Option<Timestamp>) -> SortKey {
    at.map_or(SortKey::Nothing, |at| SortKey::Number(at.as_second()))
}

fn date(at: Option<Timestamp>) -> Cell {
    at.map_or_else(|| Cell::absent("not reported"), |at| Cell::text(time::date(at)))
}

fn expires(certificate: &ServerCertificate, view: &View<'_>) -> Cell {
    let Some(at) = certificate.expires else { return Cell::absent("not reported") };
    let day = time::date(at);
    match time::days(view.now, at) {
        _ if at <= view.now => Cell::new(format!("▲ {day} expired"), Look::Danger),
        0 => Cell::new(format!("▲ {day} today"), Look::Warning),
        left if left <= SOON => Cell::new(format!("▲ {day} in {left} d"), Look::Warning),
        _ => Cell::text(day),
    }
}

fn certificate_sheet(certificate: &ServerCertificate, _: &View<'_>) -> Content {
    let mut content = Content::new();
    for (heading, text) in
        [("Certificate body", &certificate.facts.body), ("Certificate chain", &certificate.facts.chain)]
    {
        content.heading(heading);
        content.note(Cell::wide(text, "There is none.", |text| Cell::text(text.trim_end().to_owned())));
    }
    content
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{arn, check, look, now, seen};
    use super::*;
    use crate::model::ServerCertificateFacts;

    fn certificate(days: i64) -> ServerCertificate {
        ServerCertificate {
            name: "shop".into(),
            arn: arn("server-certificate/cloudfront/shop"),
            id: "ASCA".into(),
            uploaded: None,
            expires: Some(now() + jiff::SignedDuration::from_hours(24 * days)),
            facts: ServerCertificateFacts {
                body: Fact::Known("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n".into(), seen()),
                chain: Fact::Absent(seen()),
                tags: Fact::Unknown,
            },
        }
    }

    #[test]
    fn what_expires_soon_is_marked_before_it_does() {
        look(&Account::default(), |view| {
            let told = |days| expires(&certificate(days), view);
            assert_eq!(told(-1).role, Look::Danger);
            assert_eq!((told(20).role, &*told(20).text), (Look::Warning, "▲ 2026-02-04 in 20 d"));
            assert_eq!(told(200).role, Look::Text);
        });
    }

    #[test]
    fn the_certificate_is_shown_and_a_missing_chain_is_told() {
        look(&Account::default(), |view| {
            let lines =
                ["Certificate body", "-----BEGIN CERTIFICATE-----", "MIIB", "Certificate chain", "There is none."];
            check(certificate_sheet(&certificate(1), view), &lines);
        });
    }
}
