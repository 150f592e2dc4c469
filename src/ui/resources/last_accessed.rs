//! When the permissions of a user, group, role or policy were last used, service by service.
//!
//! AWS generates the report on request, as a job. It lists the services that the permissions allow, whatever Deny
//! statements and boundaries block, and counts every attempt, also one that failed.

use std::cmp::Reverse;

use crate::backend::Load;
use crate::base::arn::Arn;
use crate::model::{Access, ActionAccess, Denial, EntityAccess, Fact, LastAccessed, Named, ServiceAccess};
use crate::theme::Look;
use crate::ui::cell::Cell;
use crate::ui::content::{Column, Content, Row};
use crate::ui::page::{SessionStatus, View};
use crate::ui::place::Place;
use crate::ui::resources::Tab;
use crate::ui::time;

/// The tab, the same for every kind that has permissions.
pub const fn tab<R: Named>() -> Tab<R> {
    Tab { title: "Last accessed", short: "Last used", count: |_, _| None, content, loads }
}

fn loads<R: Named>(row: &R, _: &View<'_>) -> Vec<Load> {
    vec![Load::LastAccessed(row.arn().clone())]
}

/// Whether several entities share the permissions, so that the report shows who used them.
fn is_shared(arn: &Arn) -> bool {
    matches!(arn.resource_type(), "group" | "policy")
}

fn content<R: Named>(row: &R, view: &View<'_>) -> Content {
    let arn = row.arn();
    let mut content = Content::new();
    let report = match view.account.last_accessed(arn) {
        Fact::Known(report, _) => report,
        Fact::Unknown if view.standing == SessionStatus::Offline => {
            content.note(Cell::denied_by(&Denial::not_held()));
            return content;
        }
        // What failed stands above.
        Fact::Unknown if view.loads.failure(&Load::LastAccessed(arn.clone())).is_some() => {
            content.note(Cell::failed());
            return content;
        }
        Fact::Unknown => {
            content.note(Cell::new("AWS is generating the report, which takes some seconds.", Look::Unknown));
            return content;
        }
        other => {
            content.note(Cell::wide(other, "There is no report.", |_| Cell::unknown()));
            return content;
        }
    };
    let used = report.services.iter().filter(|service| service.last.is_some()).count();
    content.note(Cell::text(format!(
        "{used} of {} services that the permissions allow were used in the last 400 days.",
        report.services.len()
    )));
    content.note(Cell::new(
        format!("Report of {}. Activity in the four hours before it may be missing.", time::moment(report.made)),
        Look::Muted,
    ));
    let mut services: Vec<&ServiceAccess> = report.services.iter().collect();
    services.sort_by_key(|service| (Reverse(service.last.as_ref().map(|last| last.at)), &service.name));
    let rows = services.into_iter().map(|service| service_row(arn, report, service, view)).collect();
    content.table(columns(arn), rows, "The permissions allow no service.");
    content
}

fn columns(arn: &Arn) -> &'static [Column] {
    const OWN: &[Column] = &[
        Column::new("Service", 26),
        Column::new("Last accessed", 14),
        Column::new("Region", 11),
        Column::new("Granted by", 24),
    ];
    const GROUP: &[Column] = &[
        Column::new("Service", 26),
        Column::new("Last accessed", 14),
        Column::new("By", 20),
        Column::new("Granted by", 24),
    ];
    const POLICY: &[Column] = &[
        Column::new("Service", 26),
        Column::new("Last accessed", 14),
        Column::new("By", 20),
        Column::new("Entities", 8),
    ];
    match arn.resource_type() {
        "group" => GROUP,
        "policy" => POLICY,
        _ => OWN,
    }
}

fn service_row(arn: &Arn, report: &LastAccessed, service: &ServiceAccess, view: &View<'_>) -> Row {
    let policies = Cell::of(&service.granted_by, "-", |names| Cell::text(names.join(", ")));
    let last = match arn.resource_type() {
        "policy" => Cell::text(service.entities.to_string()),
        _ => policies,
    };
    let name = Cell::text(service.name.to_string());
    let row = access_row(name, arn, service.last.as_ref(), last, view);
    if service.last.is_none() {
        return row;
    }
    let actions = service.actions.iter().map(|action| action_row(arn, action, view));
    let key = service.namespace.to_string();
    if is_shared(arn) {
        let below = service
            .used_by
            .as_ref()
            .map(|entities| entities.iter().map(|entity| entity_row(entity, view)).chain(actions).collect::<Vec<_>>());
        let load = Load::LastAccessedEntities(arn.clone(), report.job.clone(), service.namespace.clone());
        return row.rows(key, below, "No entity has the permissions now.").reads(load);
    }
    match service.granted_by.seen().or_else(|| view.account.last_accessed(arn).seen()) {
        Some(seen) if !service.actions.is_empty() => row.rows(key, Fact::Known(actions.collect(), seen), ""),
        _ => row,
    }
}

fn action_row(arn: &Arn, action: &ActionAccess, view: &View<'_>) -> Row {
    access_row(Cell::text(action.name.to_string()), arn, action.last.as_ref(), Cell::text(""), view)
}

/// What was used, when, and by whom or where.
fn access_row(name: Cell, arn: &Arn, last: Option<&Access>, more: Cell, view: &View<'_>) -> Row {
    let Some(last) = last else {
        return Row::new(vec![name, Cell::absent("Not accessed"), Cell::absent("-"), more]);
    };
    let detail = if is_shared(arn) {
        last.by.as_ref().map(|by| by.name().to_owned())
    } else {
        last.region.as_deref().map(str::to_owned)
    };
    let detail = detail.map_or_else(|| Cell::absent("-"), Cell::text);
    Row::new(vec![name, Cell::text(time::ago(last.at, view.now)), detail, more])
}

fn entity_row(entity: &EntityAccess, view: &View<'_>) -> Row {
    let at = entity.at.map_or_else(|| Cell::absent("Not accessed"), |at| Cell::text(time::ago(at, view.now)));
    let row = Row::new(vec![Cell::text(entity.arn.name().to_owned()), at, Cell::text(""), Cell::text("")]);
    match view.account.resource_of(&entity.arn) {
        Some(place) => row.link(Place::Entity(place)),
        None => row,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{Account, Update};
    use crate::ui::resources::fixture::{account, arn, check, deploy, look, now, seen};

    fn access(days: i64, by: &str) -> Access {
        let at = now() - jiff::SignedDuration::from_hours(24 * days);
        Access { at, by: Some(arn(by)), region: Some("eu-west-1".into()) }
    }

    fn service(namespace: &str, last: Option<Access>) -> ServiceAccess {
        ServiceAccess {
            name: namespace.to_uppercase().into(),
            namespace: namespace.into(),
            entities: last.iter().count().try_into().unwrap(),
            last,
            actions: Vec::new(),
            granted_by: Fact::Known(vec!["Deploy".into()], seen()),
            used_by: Fact::Unknown,
        }
    }

    fn report(account: &mut Account, of: &Arn, services: Vec<ServiceAccess>) {
        let report = LastAccessed { job: "job".into(), made: now(), services };
        account.apply(Update::LastAccessed(of.clone(), Fact::Known(Box::new(report), seen())));
    }

    #[test]
    fn what_was_used_last_comes_first_and_what_was_not_is_said() {
        let mut account = account();
        let alice = account.users().get("alice").unwrap().clone();
        let services = vec![
            service("a4b", None),
            service("iam", Some(access(9, "user/alice"))),
            service("s3", Some(access(2, "user/alice"))),
        ];
        report(&mut account, &alice.arn, services);
        check(
            look(&account, |view| content(&*alice, view)),
            &[
                "2 of 3 services that the permissions allow were used in the last 400 days.",
                "Service Last accessed Region Granted by",
                "S3 2 days ago eu-west-1 Deploy",
                "IAM 9 days ago eu-west-1 Deploy",
                "A4B Not accessed - Deploy",
            ],
        );
    }

    #[test]
    fn a_policy_tells_who_used_it_service_by_service() {
        let mut account = account();
        report(&mut account, &deploy(), vec![service("s3", Some(access(2, "user/alice"))), service("sqs", None)]);
        let policy = account.policy(&deploy()).unwrap().clone();
        let lines = ["Service Last accessed By Entities", "▸ S3 2 days ago alice 1", "SQS Not accessed - 0"];
        check(look(&account, |view| content(&*policy, view)), &lines);
        let used_by = Fact::Known(Arc::from([EntityAccess { arn: arn("user/alice"), at: None }]), seen());
        account.apply(Update::LastAccessedEntities(deploy(), "s3".into(), used_by));
        let known = account.last_accessed(&deploy()).known().and_then(|report| report.service("s3").cloned());
        assert_eq!(known.unwrap().used_by.known().map(|list| list.len()), Some(1));
    }

    #[test]
    fn a_report_that_is_not_there_is_not_an_empty_one() {
        let account = account();
        let role = account.roles().get("Build").unwrap().clone();
        let line = "AWS is generating the report, which takes some seconds.";
        check(look(&account, |view| content(&*role, view)), &[line]);
    }
}
