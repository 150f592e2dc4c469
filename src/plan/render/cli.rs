//! The AWS CLI: one command a step, and the whole plan as a bash script.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::api::{self, Iam, Kind, cli_name};
use crate::base::text::visible;
use crate::plan::call::Output;
use crate::plan::{Call, Plan, SecretFrom, Step, Work};

use super::words::{Names, shell};

/// The shell variables of a plan: outputs by step and field, secrets by step and parameter.
type Variables = Names<(String, String)>;

/// The steps of a plan as commands. Naming their variables looks at the whole plan, which is done once.
#[derive(Debug)]
pub struct Commands {
    variables: Variables,
}

impl Commands {
    /// The commands of a plan.
    pub fn of(plan: &Plan) -> Self {
        Self { variables: variables(plan) }
    }

    /// One step, or what takes it back, as a command, or as a comment where it is no call.
    ///
    /// Outputs of other steps and secrets are shell variables, named as in [`script`].
    pub fn line(&self, step: &Step) -> String {
        match &step.work {
            Work::Call(call) => command(call, &step.id, &self.variables),
            Work::Ask(ask) => format!("# {}", visible(&ask.title())),
        }
    }

    /// All steps of the plan.
    pub fn lines(plan: &Plan) -> Vec<String> {
        let commands = Self::of(plan);
        plan.steps.iter().map(|step| commands.line(step)).collect()
    }
}

/// The whole plan as a script that stops at the first error.
pub fn script(plan: &Plan) -> String {
    let (variables, taken) = (variables(plan), taken(plan));
    let mut out = String::from("#!/usr/bin/env bash\n");
    let _ = writeln!(out, "# {}", visible(&plan.title));
    let _ = writeln!(out, "# needs: {}\nset -euo pipefail", plan.needs().join(" "));
    for step in &plan.steps {
        out.push('\n');
        let _ = writeln!(out, "# {}", visible(&step.title()));
        if !step.why.is_empty() {
            let _ = writeln!(out, "#   why: {}", visible(&step.why));
        }
        if !step.risk.is_empty() {
            let _ = writeln!(out, "#   risk: {}", visible(&step.risk));
        }
        match &step.work {
            Work::Call(call) => out.push_str(&lines(&taken, step, call, &variables)),
            Work::Ask(ask) => {
                for name in ask.gives() {
                    let variable = variable(&variables, &step.id, name);
                    let _ = writeln!(out, "read -rp {} {variable}", quoted(&format!("{name}: ")));
                }
                if ask.gives().is_empty() {
                    let question = quoted(&format!("{}, then press Enter: ", visible(&ask.title())));
                    let _ = writeln!(out, "read -rp {question} _");
                }
            }
        }
    }
    out
}

/// One call in the script: secrets are asked for before it, outputs that are needed are kept after it.
fn lines(taken: &Taken<'_>, step: &Step, call: &Call, variables: &Variables) -> String {
    let mut out = String::new();
    for (parameter, from) in call.secrets() {
        let variable = variable(variables, &step.id, parameter);
        if from == SecretFrom::File {
            let prompt = quoted(&format!("file of {parameter} to {}: ", visible(&step.title())));
            let _ = writeln!(out, "read -rp {prompt} {variable}");
            continue;
        }
        let prompt = quoted(&format!("{parameter} to {}: ", visible(&step.title())));
        let _ = writeln!(out, "read -rsp {prompt} {variable} && echo");
    }
    let command = command(call, &step.id, variables);
    let taken = taken.get(step.id.as_str()).map_or(&[][..], Vec::as_slice);
    if taken.is_empty() {
        out.push_str(&command);
        out.push('\n');
        return out;
    }
    // What is kept in a variable is not printed: a secret that the answer gives once is fetched along.
    let secrets = secret_outputs(call);
    let fields: Vec<&str> = taken.iter().map(String::as_str).chain(secrets.iter().map(String::as_str)).collect();
    let query = quoted(&format!("[{}]", fields.join(",")));
    let names: Vec<String> = fields.iter().map(|field| variable(variables, &step.id, field)).collect();
    let _ = writeln!(out, "ANSWER=$({command} --query {query} --output text)");
    let _ = writeln!(out, "IFS=$'\\t' read -r {} <<<\"$ANSWER\"", names.join(" "));
    for field in &secrets {
        let name = field.rsplit('.').next().unwrap_or(field);
        let variable = variable(variables, &step.id, field);
        let _ = writeln!(out, "printf '%s: %s\\n' {} \"${variable}\"", quoted(name));
    }
    out
}

fn command(call: &Call, step: &str, variables: &Variables) -> String {
    let mut out = format!("aws {} {}", call.operation().cli_service(), cli_name(call.operation().name()));
    if call.input().values().any(reads_a_file) {
        // The CLI would read the file that such a text names; JSON is taken as it is.
        let input = json_argument(&Value::Object(call.input().clone()), variables);
        return format!("{out} --cli-input-json {input}");
    }
    for (name, value) in call.input() {
        let option = cli_name(name);
        let _ = match value {
            Value::Bool(true) => write!(out, " --{option}"),
            Value::Bool(false) => write!(out, " --no-{option}"),
            // With an equals sign, a text that begins with a dash is no option.
            Value::String(text) if text.starts_with('-') => write!(out, " --{option}={}", quoted(text)),
            value => write!(out, " --{option} {}", argument(value, name, step, variables)),
        };
    }
    if call.iam() == Some(Iam::CreateVirtualMFADevice) {
        // The CLI asks for more than the API: it writes the secret of the device to a file of this name.
        let file = quoted(&format!("./{}.png", call.text("VirtualMFADeviceName").unwrap_or("device")));
        let _ = write!(out, " --outfile {file} --bootstrap-method QRCodePNG");
    }
    out
}

fn argument(value: &Value, name: &str, step: &str, variables: &Variables) -> String {
    if let Some(output) = Output::of(value) {
        return format!("\"${}\"", variable(variables, output.step, output.field));
    }
    match SecretFrom::of(value) {
        Some(SecretFrom::File) => return format!("\"file://${}\"", variable(variables, step, name)),
        Some(SecretFrom::Generate | SecretFrom::Prompt) => return format!("\"${}\"", variable(variables, step, name)),
        None => {}
    }
    match value {
        Value::String(text) => quoted(text),
        Value::Array(elements) => {
            let plain = |text: &str| is_plain(text) && !text.starts_with('-');
            if let Some(texts) = elements.iter().map(Value::as_str).collect::<Option<Vec<_>>>()
                && texts.iter().all(|text| plain(text))
            {
                return texts.join(" ");
            }
            json_argument(value, variables)
        }
        value => quoted(&value.to_string()),
    }
}

/// A value as JSON in quotes, variables standing outside of them.
fn json_argument(value: &Value, variables: &Variables) -> String {
    let mut names = Vec::new();
    let marked = marked(value, variables, &mut names);
    let mut out = quoted(&marked.to_string());
    for (mark, name) in names {
        out = out.replace(&mark, &format!("'\"${name}\"'"));
    }
    out
}

/// The value with a mark in place of each output.
fn marked(value: &Value, variables: &Variables, names: &mut Vec<(String, String)>) -> Value {
    if let Some(output) = Output::of(value) {
        // A unit separator is in no name that AWS takes, and JSON writes it as six plain characters.
        let mark = format!("\\u001f{}\\u001f", names.len());
        names.push((mark, variable(variables, output.step, output.field)));
        return format!("\u{1f}{}\u{1f}", names.len() - 1).into();
    }
    match value {
        Value::Array(elements) => elements.iter().map(|element| marked(element, variables, names)).collect(),
        Value::Object(object) => {
            let members = object.iter().map(|(name, value)| (name.clone(), marked(value, variables, names)));
            Value::Object(members.collect())
        }
        plain => plain.clone(),
    }
}

/// Whether the CLI would take the value for the name of a file to read.
fn reads_a_file(value: &Value) -> bool {
    match value {
        Value::String(text) => text.starts_with("file://") || text.starts_with("fileb://"),
        Value::Array(elements) => elements.iter().any(reads_a_file),
        _ => false,
    }
}

fn variables(plan: &Plan) -> Variables {
    let mut names = Variables::numbered("_");
    // Taken by the script itself or by the shell and the CLI.
    for word in ["ANSWER", "IFS", "PATH", "HOME", "_"] {
        names.give((String::new(), word.to_owned()), word);
    }
    let taken = taken(plan);
    for step in &plan.steps {
        match &step.work {
            Work::Ask(ask) => {
                for name in ask.gives() {
                    names.give((step.id.clone(), (*name).to_owned()), &shell(name));
                }
            }
            Work::Call(call) => {
                let secrets: Vec<String> = call.secrets().map(|(name, _)| name.to_owned()).collect();
                let taken = taken.get(step.id.as_str()).cloned().unwrap_or_default();
                for field in taken.into_iter().chain(secret_outputs(call)).chain(secrets) {
                    let word = shell(field.rsplit('.').next().unwrap_or(&field));
                    names.give((step.id.clone(), field), &word);
                }
            }
        }
    }
    names
}

fn variable(variables: &Variables, step: &str, field: &str) -> String {
    variables.of(&(step.to_owned(), field.to_owned())).unwrap_or("UNKNOWN").to_owned()
}

/// The fields of each step's output that later steps take, each once.
type Taken<'p> = HashMap<&'p str, Vec<String>>;

fn taken(plan: &Plan) -> Taken<'_> {
    let mut taken = Taken::new();
    for output in plan.steps.iter().filter_map(Step::call).flat_map(Call::outputs) {
        let fields = taken.entry(output.step).or_default();
        if !fields.iter().any(|field| field == output.field) {
            fields.push(output.field.to_owned());
        }
    }
    taken
}

/// The secrets that a call answers with, such as `AccessKey.SecretAccessKey`.
fn secret_outputs(call: &Call) -> Vec<String> {
    let Some(operation) = call.model() else { return Vec::new() };
    let mut found = Vec::new();
    for member in &operation.output().members {
        if let Kind::Structure(inner) = &api::model().shape(member.shape).kind {
            let secret = inner.members.iter().filter(|field| api::model().shape(field.shape).sensitive);
            found.extend(secret.map(|field| format!("{}.{}", member.name, field.name)));
        }
    }
    found
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_@%+=:,./-".contains(&byte))
}

/// A text as one word of bash.
fn quoted(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    if text.chars().any(|ch| ch.is_control() && ch != '\n') {
        // In these quotes bash reads escapes, so that nothing in the script acts on a terminal.
        let mut out = String::from("$'");
        for ch in text.chars() {
            match ch {
                '\'' => out.push_str("\\'"),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                ch if ch.is_control() => {
                    let _ = write!(out, "\\u{:04x}", u32::from(ch));
                }
                ch => out.push(ch),
            }
        }
        out.push('\'');
        return out;
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::plan::{Ask, Inverse, output};

    #[track_caller]
    fn check(call: Call, command: &str) {
        let mut plan = Plan::new("");
        plan.push(Step::new(call, ""));
        assert_eq!(Commands::of(&plan).line(&plan.steps[0]), command);
    }

    #[test]
    fn a_call_is_one_command() {
        check(
            Call::create_user("Jesse").with("Path", "/dev/").with("Tags", json!([{"Key": "team", "Value": "it's"}])),
            r#"aws iam create-user --user-name Jesse --path /dev/ --tags '[{"Key":"team","Value":"it'\''s"}]'"#,
        );
        check(
            Call::update_login_profile("a").with("PasswordResetRequired", false),
            "aws iam update-login-profile --user-name a --no-password-reset-required",
        );
        check(Call::untag_user("a", json!(["team", "site"])), "aws iam untag-user --user-name a --tag-keys team site");
        check(Call::delete_user("-rf"), "aws iam delete-user --user-name=-rf");
        check(
            Call::create_virtual_mfa_device("ada"),
            "aws iam create-virtual-mfa-device --virtual-mfa-device-name ada --outfile ./ada.png --bootstrap-method \
             QRCodePNG",
        );
    }

    #[test]
    fn a_text_that_names_a_file_is_not_read_by_the_cli() {
        check(
            Call::create_policy("p", "file:///etc/passwd"),
            r#"aws iam create-policy --cli-input-json '{"PolicyName":"p","PolicyDocument":"file:///etc/passwd"}'"#,
        );
    }

    #[test]
    fn what_would_act_on_a_terminal_is_escaped() {
        check(
            Call::create_policy("p", "\u{1b}[31m$(reboot)`x`\n"),
            r"aws iam create-policy --policy-name p --policy-document $'\u001b[31m$(reboot)`x`\n'",
        );
        check(Call::delete_user("$(reboot)"), "aws iam delete-user --user-name '$(reboot)'");
    }

    #[test]
    fn a_plan_is_a_script() {
        let mut plan = Plan::new("create user Jesse");
        plan.push(Step::requested(Call::create_user("Jesse")));
        let login = Call::create_login_profile("Jesse").with("Password", SecretFrom::Generate.value());
        plan.push(Step::new(login, "").undo(Inverse::of([Call::delete_login_profile("Jesse")])));
        let key = plan.push(Step::new(Call::create_access_key("Jesse"), "").risk("it works until it is deactivated"));
        let tag = json!([{"Key": output(&key, "AccessKey.AccessKeyId"), "Value": "laptop"}]);
        plan.push(Step::new(Call::tag_user("Jesse", tag), ""));
        plan.push(Step::ask(Ask::HandOver { user: "Jesse".into() }, ""));
        insta::assert_snapshot!(script(&plan), @r#"
        #!/usr/bin/env bash
        # create user Jesse
        # needs: iam:CreateAccessKey iam:CreateLoginProfile iam:CreateUser iam:TagUser
        set -euo pipefail

        # create user Jesse
        aws iam create-user --user-name Jesse

        # create a console password for user Jesse
        read -rsp 'Password to create a console password for user Jesse: ' PASSWORD && echo
        aws iam create-login-profile --user-name Jesse --password "$PASSWORD"

        # create an access key for user Jesse
        #   risk: it works until it is deactivated
        ANSWER=$(aws iam create-access-key --user-name Jesse --query '[AccessKey.AccessKeyId,AccessKey.SecretAccessKey]' --output text)
        IFS=$'\t' read -r ACCESS_KEY_ID SECRET_ACCESS_KEY <<<"$ANSWER"
        printf '%s: %s\n' SecretAccessKey "$SECRET_ACCESS_KEY"

        # tag user Jesse
        aws iam tag-user --user-name Jesse --tags '[{"Key":"'"$ACCESS_KEY_ID"'","Value":"laptop"}]'

        # hand over the new access key of Jesse
        read -rp 'hand over the new access key of Jesse, then press Enter: ' _
        "#);
    }
}
