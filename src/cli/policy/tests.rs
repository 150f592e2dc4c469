//! The subcommands over files, as a shell would run them.

use super::*;
use crate::cli::output::tests::captured;
use clap::Parser;

#[derive(Parser)]
struct Program {
    #[command(flatten)]
    args: Args,
}

/// Runs over documents in files named `a` and `b`; gives the outcome and what was printed.
fn run_on(line: &str, a: &str, b: &str) -> (Result<Outcome, Failure>, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("a"), a).unwrap();
    std::fs::write(path("b"), b).unwrap();
    let words = line.split(' ').map(|word| if word.len() == 1 { path(word) } else { word.to_owned() });
    let program = Program::try_parse_from(std::iter::once("policy".to_owned()).chain(words)).unwrap();
    captured(|out| run(&program.args, out))
}

#[track_caller]
fn check(line: &str, a: &str, outcome: Outcome, expected: &str) {
    let (result, printed) = run_on(line, a, "");
    assert_eq!((result, printed.as_str()), (Ok(outcome), expected));
}

const POLICY: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:Decode*","sts:*"],"Resource":"*"}]}"#;

#[test]
fn documents_are_printed_byte_for_byte() {
    check("format a --compact", POLICY, Outcome::Fine, &format!("{POLICY}\n"));
    check("format a --check", POLICY, Outcome::Findings, "");
    check("format a --check --compact", POLICY, Outcome::Fine, "");
    let smaller = POLICY.replace("\"sts:Decode*\",", "");
    check("minimise a", POLICY, Outcome::Fine, &format!("{smaller}\n"));
    check("minimise a --check", &smaller, Outcome::Fine, "");
    let told = "statement 1: `sts:Decode*` is covered by `sts:*`\n";
    check("minimise a --check", POLICY, Outcome::Findings, told);
}

#[test]
fn wildcards_are_written_out() {
    let policy = POLICY.replace(",\"sts:*\"", "");
    let expected = format!("{}\n", policy.replace("Decode*", "DecodeAuthorizationMessage"));
    check("expand a", &policy, Outcome::Fine, &expected);
    check("expand --action sts:Decode*", "", Outcome::Fine, "sts:DecodeAuthorizationMessage\n");
    let (result, _) = run_on("expand --action sts:Assume", "", "");
    assert!(matches!(result, Err(Failure::Usage(_))));
}

#[test]
fn versions_that_differ_end_with_one() {
    let other = POLICY.replace("sts:*", "sqs:SendMessage");
    let (result, printed) = run_on("diff a b", POLICY, &other);
    assert_eq!(result, Ok(Outcome::Findings));
    assert!(printed.starts_with("newly allowed:\n  + sqs:SendMessage\n"), "{printed}");
    assert_eq!(run_on("diff a b", POLICY, POLICY), (Ok(Outcome::Fine), String::new()));
    let (_, json) = run_on("diff a b --output json", POLICY, &other);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["actions"], json!(["sqs:SendMessage"]));
}

#[test]
fn a_summary_is_a_table_or_json() {
    let (result, printed) = run_on("summary a", POLICY, "");
    assert_eq!(result, Ok(Outcome::Fine));
    let row = printed.lines().nth(2).unwrap();
    assert!(row.contains("AWS Security Token Service") && row.contains("Full access"), "{printed}");
    let (_, json) = run_on("summary a --output json", POLICY, "");
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["allow"][0]["service"], &json["allow"][0]["access"]["full"]), (&json!("sts"), &json!(true)));
    let (_, printed) = run_on("summary a --service sts", POLICY, "");
    assert!(printed.contains("AssumeRole ") && printed.contains("All resources"), "{printed}");
}

#[test]
fn a_document_that_is_no_json_is_refused_with_its_place() {
    let (result, printed) = run_on("format a", "{\n  \"a\": ,\n}", "");
    let Err(Failure::Run(told)) = result else { panic!("{result:?}") };
    assert!(told.message.contains("line 2, column 8"), "{}", told.message);
    assert_eq!(printed, "");
}

#[test]
fn json_that_is_no_policy_is_refused_where_it_must_be_understood() {
    for line in ["summary a", "expand a", "minimise a", "diff a b", "diff b a"] {
        for document in ["\"str\"", "{}", "[]"] {
            let (result, printed) = run_on(line, document, POLICY);
            let Err(Failure::Run(told)) = result else { panic!("{line}: {result:?}") };
            assert!(told.message.contains("is not a policy document"), "{}", told.message);
            assert!(told.hint.is_some() && printed.is_empty(), "{line}");
        }
    }
    check("format a --compact", "{}", Outcome::Fine, "{}\n");
}

#[test]
fn what_is_no_json_is_refused_with_the_place_where_it_broke_off() {
    let (refused, _) = run_on("format a", "{\"a\": 1\n\"b\": 2", "");
    let Err(Failure::Run(told)) = refused else { panic!("{refused:?}") };
    assert!(told.message.contains("is not valid JSON: line 2, column 1: "), "{}", told.message);
    let (refused, _) = run_on("format a", "{\"a\": 1", "");
    let Err(Failure::Run(told)) = refused else { panic!("{refused:?}") };
    assert!(told.message.contains("line 1, column 1: "), "{}", told.message);
}

#[test]
fn a_difference_of_many_lines_is_cut_with_a_mark() {
    let statement = |bucket: usize, name: &str| {
        let resource = format!("arn:aws:s3:::{name}{bucket}/{}", "x".repeat(1200));
        format!(r#"{{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "{resource}"}}"#)
    };
    let policy = |name: &str| {
        let statements: Vec<String> = (0..150).map(|bucket| statement(bucket, name)).collect();
        format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, statements.join(","))
    };
    let (result, printed) = run_on("diff a b", &policy("old"), &policy("new"));
    assert!(result.is_ok(), "{result:?}");
    assert!(printed.contains("more lines; `--output json` names the statements"), "{printed}");
    assert!(printed.lines().count() < 120 && printed.lines().all(|line| line.chars().count() < 1100), "{printed}");
}
