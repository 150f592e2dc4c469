//! `iamtui catalog`: what is known of AWS's services, to read and to search with other tools.

use clap::{Args as ClapArgs, Subcommand};
use serde_json::{Value, json};

use super::output::{Format, Output, columns};
use super::{Failure, Outcome};
use crate::base::error::UserError;
use crate::catalog::{AccessLevel, Action, Catalog, ConditionKey, Overlay, Service, globals, overlay};
use crate::config::Folders;

/// List services, actions and condition keys that are known offline
#[derive(Debug, Clone, ClapArgs)]
#[command(after_long_help = overlay::EXAMPLE)]
pub struct Args {
    #[command(subcommand)]
    what: What,
    /// Output format
    #[arg(long, value_enum, default_value_t, global = true)]
    output: Format,
}

#[derive(Debug, Clone, Subcommand)]
enum What {
    /// Every service with its prefix
    Services,
    /// The actions of a service
    Actions {
        /// The prefix, such as s3
        service: String,
        /// Only those of one access level: list, read, write, permissions management, tagging
        #[arg(long)]
        level: Option<String>,
    },
    /// One action with its resources, condition keys and what else it needs
    Action {
        /// The full name, such as s3:GetObject
        name: String,
    },
    /// The resource types of a service with their ARNs
    Resources {
        /// The prefix, such as s3
        service: String,
    },
    /// Condition keys: of a service, of an action, or the global ones
    Keys {
        /// A prefix such as s3 or an action such as s3:GetObject
        of: Option<String>,
    },
    /// Known service principals
    Principals,
    /// The day of the data and where it comes from
    Date,
}

/// The catalogue with the user's additions.
pub(super) fn load() -> Result<Catalog, Failure> {
    // Without a home folder there are no additions, and none are missed.
    let added = Folders::find().ok().map(|folders| overlay(&folders)).transpose()?.flatten();
    Ok(Catalog::with_overlay(added.unwrap_or_default()))
}

/// What the user adds to the catalogue.
pub(super) fn overlay(folders: &Folders) -> Result<Option<Overlay>, Failure> {
    let text = folders.read("catalog.toml").map_err(|error| Failure::Run(error.into()))?;
    Ok(text.as_deref().map(Overlay::parse).transpose()?)
}

/// Runs the command.
pub fn run(args: &Args, out: &mut Output) -> Result<Outcome, Failure> {
    let catalog = load()?;
    show(&args.what, args.output, &catalog, out).map_err(Failure::Usage)?;
    Ok(Outcome::Fine)
}

fn show(what: &What, output: Format, catalog: &Catalog, out: &mut Output) -> Result<(), UserError> {
    match what {
        What::Services => {
            let rows = catalog.services().iter().map(|entry| [entry.prefix.to_string(), entry.name.to_string()]);
            table(["prefix", "name"], rows.collect(), output, out);
        }
        What::Actions { service, level } => {
            let service = service_of(service, catalog)?;
            let level = level.as_deref().map(level_of).transpose()?;
            let actions = catalog.actions_of(service).filter(|action| level.is_none_or(|l| action.level() == l));
            let row =
                |action: Action<'_>| [action.full_name(), action.level().to_string(), action.description().to_owned()];
            table(["action", "level", "description"], actions.map(row).collect(), output, out);
        }
        What::Action { name } => one_action(action_of(name, catalog)?, output, out),
        What::Resources { service } => {
            let service = service_of(service, catalog)?;
            let formats = service.resources().iter().flat_map(|r| r.arns.iter().map(move |arn| (r, arn)));
            let rows = formats.map(|(resource, arn)| [resource.name.to_string(), arn.template.to_string()]);
            table(["type", "arn"], rows.collect(), output, out);
        }
        What::Keys { of } => keys(of.as_deref(), output, catalog, out)?,
        What::Principals => {
            let rows = catalog.service_principals().iter().map(|name| [name.clone()]);
            table(["principal"], rows.collect(), output, out);
        }
        What::Date => {
            let sources = catalog.sources().iter().map(|source| [source.name.clone(), source.version.clone()]);
            match output {
                Format::Json => {
                    let sources: Vec<Value> =
                        sources.map(|[name, version]| json!({"name": name, "version": version})).collect();
                    out.json(&json!({"date": catalog.date(), "sources": sources}));
                }
                Format::Text => {
                    out.text(catalog.date());
                    columns(&sources.collect::<Vec<_>>(), out);
                }
            }
        }
    }
    Ok(())
}

/// Prints rows as columns, or as an array of objects with the names as keys.
fn table<const N: usize>(names: [&str; N], rows: Vec<[String; N]>, output: Format, out: &mut Output) {
    match output {
        Format::Text => columns(&rows, out),
        Format::Json => {
            let object = |row: [String; N]| -> Value {
                names.iter().zip(row).map(|(name, cell)| ((*name).to_owned(), Value::String(cell))).collect()
            };
            out.json(&rows.into_iter().map(object).collect::<Value>());
        }
    }
}

fn one_action(action: Action<'_>, output: Format, out: &mut Output) {
    let keys = || action.keys().map(|key| key.name.to_string());
    match output {
        Format::Json => {
            let resources: Vec<Value> = action
                .resources()
                .map(|link| {
                    let arns: Vec<&str> = link.resource.arns.iter().map(|arn| &*arn.template).collect();
                    json!({"type": &*link.resource.name, "required": link.required, "arns": arns})
                })
                .collect();
            let value = json!({
                "action": action.full_name(),
                "level": action.level().name(),
                "description": action.description(),
                "resources": resources,
                "keys": keys().collect::<Vec<_>>(),
                "dependents": action.dependents().collect::<Vec<_>>(),
            });
            out.json(&value);
        }
        Format::Text => {
            let mut rows = vec![["action".to_owned(), action.full_name()]];
            let mut add = |name: &str, text: String| rows.push([name.to_owned(), text]);
            add("level", action.level().to_string());
            add("description", action.description().to_owned());
            for link in action.resources() {
                let name = if link.required { "resource, required" } else { "resource" };
                add(name, format!("{} {}", link.resource.name, link.resource.template()));
            }
            if action.resources().next().is_none() {
                add("resource", "*".to_owned());
            }
            keys().for_each(|key| add("condition key", key));
            action.dependents().for_each(|name| add("needs", name.to_owned()));
            columns(&rows, out);
        }
    }
}

fn keys(of: Option<&str>, output: Format, catalog: &Catalog, out: &mut Output) -> Result<(), UserError> {
    let word = |key: &ConditionKey| {
        let name = key.value.name();
        if key.multi { format!("several {name}") } else { name.to_owned() }
    };
    let row = |key: &ConditionKey| [key.name.to_string(), word(key), catalog.key_description(&key.name).to_owned()];
    let rows = match of {
        None => globals::ALL
            .iter()
            .map(|key| {
                let kind = ConditionKey::new(key.name, key.value, key.is_multi());
                [key.name.to_owned(), word(&kind), format!("{}; in {}", key.about, key.presence)]
            })
            .collect(),
        Some(name) if name.contains(':') => action_of(name, catalog)?.keys().map(row).collect(),
        Some(prefix) => service_of(prefix, catalog)?.keys().iter().map(row).collect(),
    };
    table(["key", "type", "description"], rows, output, out);
    Ok(())
}

fn service_of<'c>(prefix: &str, catalog: &'c Catalog) -> Result<&'c Service, UserError> {
    catalog.service(prefix).ok_or_else(|| {
        let told = UserError::new(format!("there is no service `{prefix}` in the catalogue of {}", catalog.date()));
        match catalog.suggest_service(prefix) {
            Some(meant) => told.hint(format!("Did you mean `{meant}`?")),
            None => told.hint("`iamtui catalog services` lists them."),
        }
    })
}

fn action_of<'c>(name: &str, catalog: &'c Catalog) -> Result<Action<'c>, UserError> {
    catalog.action(name).ok_or_else(|| {
        let told = UserError::new(format!("there is no action `{name}` in the catalogue of {}", catalog.date()));
        match catalog.suggest_action(name) {
            Some(meant) => told.hint(format!("Did you mean `{meant}`?")),
            None => told.hint("`iamtui catalog actions SERVICE` lists the actions of a service."),
        }
    })
}

fn level_of(name: &str) -> Result<AccessLevel, UserError> {
    AccessLevel::parse(name).ok_or_else(|| {
        UserError::new(format!("there is no access level `{name}`"))
            .hint("Levels are list, read, write, permissions management and tagging.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::output::tests::captured;

    fn run_on(what: &What, output: Format) -> (Result<(), UserError>, String) {
        captured(|out| show(what, output, Catalog::bundled(), out))
    }

    #[track_caller]
    fn check(what: &What, expected: &str) {
        let (result, printed) = run_on(what, Format::Text);
        assert!(result.is_ok() && printed.lines().any(|line| line == expected), "{expected}\n{printed}");
        let (_, json) = run_on(what, Format::Json);
        assert!(serde_json::from_str::<Value>(&json).is_ok());
    }

    #[test]
    fn everything_is_listed_in_columns() {
        check(&What::Principals, "ec2.amazonaws.com");
        check(&What::Date, Catalog::bundled().date());
        check(
            &What::Action { name: "IAM:passrole".to_owned() },
            "resource, required  role arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}",
        );
        let (_, printed) = run_on(&What::Services, Format::Text);
        assert!(printed.lines().any(|line| line.starts_with("s3  ") && line.ends_with("Amazon S3")));
        let actions = What::Actions { service: "sts".to_owned(), level: Some("tagging".to_owned()) };
        let (_, printed) = run_on(&actions, Format::Text);
        assert!(printed.contains("sts:TagSession              Tagging"), "{printed}");
        let (_, printed) = run_on(&What::Resources { service: "s3".to_owned() }, Format::Text);
        assert!(printed.lines().any(|line| line.starts_with("bucket  ") && line.ends_with(":s3:::${BucketName}")));
    }

    #[test]
    fn keys_are_global_or_of_a_service_or_of_an_action() {
        let starts = |of: Option<&str>, wanted: &str| {
            let (_, printed) = run_on(&What::Keys { of: of.map(str::to_owned) }, Format::Text);
            assert!(printed.lines().any(|line| line.starts_with(wanted)), "{printed}");
        };
        starts(None, "aws:SourceIp ");
        starts(Some("s3"), "s3:prefix ");
        starts(Some("s3:ListBucket"), "s3:prefix ");
    }

    #[test]
    fn what_is_not_there_is_told_with_a_suggestion() {
        let hint = |what: &What| run_on(what, Format::Text).0.unwrap_err().hint.unwrap();
        assert_eq!(hint(&What::Action { name: "s3:GetObjct".to_owned() }), "Did you mean `s3:GetObject`?");
        assert_eq!(hint(&What::Resources { service: "dynamo".to_owned() }), "Did you mean `dynamodb`?");
    }
}
