//! Policies are checked where they are written: in folders, Terraform, CloudFormation and SAM.

use serde_json::Value;

use crate::backend::program::{Program, Ran};

const TERRAFORM: &str = r#"
# jsonencode({ Statement = "in a comment" })
resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRol"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_policy" "read" {
  policy = <<EOT
{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "s3:GetObjet", "Resource": "${aws_s3_bucket.data.arn}/*"},
    {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": ${jsonencode(var.buckets)}}
  ]
}
EOT
}

data "aws_iam_policy_document" "write" {
  statement {
    actions   = ["s3:PutObject", "s3:PutNothing"]
    resources = ["${aws_s3_bucket.data.arn}/&{aws:username}/*"]
    condition {
      test     = "StringEqualz"
      variable = "aws:SourceVpc"
      values   = [var.vpc]
    }
  }
}
"#;

const TEMPLATE: &str = r#"AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Action: sts:AssumeRole
            Principal:
              AWS: !GetAtt Other.Arn
      Policies:
        - PolicyName: own
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: s3:GetObjet
                Resource: !Sub "arn:${AWS::Partition}:s3:::${Bucket}/*"
              - !If [Wide, {Effect: Allow, Action: "*", Resource: "*"}, !Ref "AWS::NoValue"]
"#;

const SAM: &str = r#"{"Transform": "AWS::Serverless-2016-10-31", "Resources": {"F": {"Type": "AWS::Serverless::Function",
 "Properties": {"Policies": [{"Version": "2012-10-17", "Statement": [
   {"Effect": "Allow", "Action": "sqs:Nope", "Resource": {"Fn::GetAtt": ["Queue", "Arn"]}}]}]}}}}"#;

fn program() -> Program {
    Program::new()
        .file("infra/main.tf", TERRAFORM)
        .file("infra/template.yaml", TEMPLATE)
        .file("infra/sam.json", SAM)
        .file("infra/package.json", "{\"name\": \"x\"}")
        .file("infra/.terraform/skipped.tf", TERRAFORM)
}

#[track_caller]
fn check(program: &Program, code: i32, args: &str) -> Ran {
    let words: Vec<&str> = args.split_ascii_whitespace().collect();
    let ran = program.run(&words, "");
    assert_eq!(ran.code, code, "{args}: {ran:?}");
    ran
}

/// The findings of a file as `line:code`.
fn found(told: &Value, file: &str) -> Vec<String> {
    let reports = told.as_array().unwrap().iter().filter(|report| report["file"] == file);
    let findings = reports.flat_map(|report| report["findings"].as_array().unwrap());
    let place = |finding: &Value| {
        let line = &finding["locations"][0]["span"]["start"]["line"];
        format!("{line}:{}", finding["issueCode"].as_str().unwrap())
    };
    findings.filter(|finding| finding["findingType"] == "ERROR").map(place).collect()
}

#[test]
fn errors_are_found_on_their_lines_and_what_is_not_known_is_no_error() {
    let ran = check(&program(), 1, "validate infra --output json");
    let told: Value = serde_json::from_str(&ran.data).unwrap();
    let of = |file: &str| found(&told, file);
    let lines = ["9:INVALID_ACTION", "20:INVALID_ACTION", "28:INVALID_ACTION", "31:INVALID_OPERATOR"];
    let terraform = of("infra/main.tf");
    assert_eq!(terraform.len(), lines.len(), "{terraform:?}");
    for line in &lines[..2] {
        assert!(terraform.contains(&(*line).to_owned()), "{line}: {terraform:?}");
    }
    assert_eq!(of("infra/template.yaml"), ["19:INVALID_ACTION"]);
    assert_eq!(of("infra/sam.json"), ["3:INVALID_ACTION"]);
    assert!(!ran.data.contains("package.json") && !ran.data.contains(".terraform"), "{}", ran.data);
    assert!(!ran.data.contains("IAMTUI-KNOWN"), "{}", ran.data);
}

#[test]
fn findings_are_written_for_code_scanning_test_reports_and_github() {
    let program = program();
    let told: Value = serde_json::from_str(&check(&program, 1, "validate infra --output sarif").data).unwrap();
    let results = told["runs"][0]["results"].as_array().unwrap();
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!((&told["version"], &place["artifactLocation"]["uri"]), (&"2.1.0".into(), &"infra/main.tf".into()));
    let junit = check(&program, 1, "validate infra/template.yaml --output junit").data;
    assert!(
        junit.contains("<testcase name=\"INVALID_ACTION line 19\"") && junit.ends_with("</testsuites>\n"),
        "{junit}"
    );
    let github = check(&program, 1, "validate infra/template.yaml --output github").data;
    assert!(github.contains("::error file=infra/template.yaml,line=19,"), "{github}");
}

#[test]
fn what_a_baseline_knows_is_told_no_more_and_what_is_new_is() {
    let program = program();
    check(&program, 0, "validate infra --write-baseline known.json");
    check(&program, 0, "validate infra --baseline known.json");
    // A line more above it changes nothing; another mistake does.
    let moved = format!("\n\n{TERRAFORM}").replace("s3:PutNothing", "s3:PutLess");
    std::fs::write(program.home().join("infra/main.tf"), moved).unwrap();
    let ran = check(&program, 1, "validate infra --baseline known.json");
    assert!(ran.data.contains("s3:PutLess") && !ran.data.contains("GetObjet"), "{}", ran.data);
    check(&program, 3, "validate infra --baseline infra/package.json");
}

#[test]
fn a_template_that_is_no_yaml_or_grows_without_end_is_told_by_its_line() {
    let bomb = "Resources: &a\n  x: &b [AWS::IAM, *a, *a]\n  y: [*b, *b, *b]\n";
    let program = Program::new().file("bad.yaml", "Resources: [AWS::IAM\n").file("bomb.yaml", bomb);
    let ran = check(&program, 3, "validate bad.yaml");
    assert!(ran.messages.contains("bad.yaml:"), "{}", ran.messages);
    check(&program, 0, "validate bomb.yaml");
    let deep = format!("Resources: AWS::IAM\nx: {}", "[".repeat(100_000));
    let program =
        Program::new().file("deep.yaml", &deep).file("deep.tf", &format!("x = jsonencode({}", "[".repeat(100_000)));
    check(&program, 3, "validate deep.yaml");
    check(&program, 0, "validate deep.tf");
}
