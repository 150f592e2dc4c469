"""The Terraform AWS provider, where terraform and an unpacked provider are found; nothing is downloaded."""

import glob
import os
import shutil
import subprocess
from pathlib import Path

from emulator import arn

# Where an unpacked provider may lie: a mirror folder as `terraform providers mirror` lays it out.
MIRRORS = [os.environ.get("TF_PLUGIN_MIRROR", ""), "/opt/tf-plugins", os.path.expanduser("~/.terraform.d/plugins")]
PROVIDER = "registry.terraform.io/hashicorp/aws"

MAIN = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region                      = "us-east-1"
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = false
  endpoints {
    iam = "ENDPOINT"
    sts = "ENDPOINT"
  }
}
resource "aws_iam_user" "ada" {
  name = "ada"
  path = "/team/"
  tags = { Team = "blue" }
}
resource "aws_iam_group" "developers" {
  name = "Developers"
}
resource "aws_iam_user_group_membership" "ada" {
  user   = aws_iam_user.ada.name
  groups = [aws_iam_group.developers.name]
}
resource "aws_iam_policy" "read" {
  name   = "read"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:Get*", Resource = "*" }] })
}
resource "aws_iam_group_policy_attachment" "read" {
  group      = aws_iam_group.developers.name
  policy_arn = aws_iam_policy.read.arn
}
resource "aws_iam_role" "lambda" {
  name               = "LambdaExecutionRole"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }] })
}
resource "aws_iam_role_policy_attachment" "lambda" {
  role       = aws_iam_role.lambda.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}
resource "aws_iam_role_policy" "inline" {
  name   = "inline"
  role   = aws_iam_role.lambda.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "logs:*", Resource = "*" }] })
}
resource "aws_iam_instance_profile" "profile" {
  name = "profile"
  role = aws_iam_role.lambda.name
}
resource "aws_iam_access_key" "ada" {
  user = aws_iam_user.ada.name
}
resource "aws_iam_openid_connect_provider" "github" {
  url             = "https://token.actions.githubusercontent.com"
  client_id_list  = ["sts.amazonaws.com"]
  thumbprint_list = ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]
}
resource "aws_iam_account_alias" "alias" {
  account_alias = "example-corp"
}
resource "aws_iam_account_password_policy" "strict" {
  minimum_password_length = 14
  require_symbols         = true
}
"""


def case_a_configuration_is_applied_settled_and_destroyed(emulator):
    terraform = shutil.which("terraform")
    mirrors = [folder for folder in MIRRORS if folder and glob.glob(f"{folder}/{PROVIDER}/*")]
    if not terraform or not mirrors:
        print("note    terraform: not run, for terraform or an unpacked AWS provider was not found")
        return
    folder = Path(emulator.home) / "terraform"
    folder.mkdir()
    (folder / "main.tf").write_text(MAIN.replace("ENDPOINT", emulator.endpoint))
    (folder / "settings").write_text(f'provider_installation {{\n  filesystem_mirror {{ path = "{mirrors[0]}" }}\n}}\n')
    environment = {**emulator.environment(), "TF_CLI_CONFIG_FILE": str(folder / "settings"), "CHECKPOINT_DISABLE": "1"}

    def run(*arguments, codes=(0,)):
        done = subprocess.run([terraform, *arguments], cwd=folder, env=environment, capture_output=True, text=True,
                              timeout=600)
        assert done.returncode in codes, f"terraform {arguments[0]}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.returncode

    run("init", "-input=false", "-no-color")
    run("apply", "-input=false", "-auto-approve", "-no-color")
    # What was applied must read back the same: a plan that wants to change it again would end with 2.
    assert run("plan", "-detailed-exitcode", "-input=false", "-no-color", codes=(0, 2)) == 0, "the plan is not empty"
    assert emulator.iam.get_user(UserName="ada")["User"]["Arn"] == arn("user/team/ada")
    run("destroy", "-auto-approve", "-input=false", "-no-color")
    assert emulator.iam.list_users()["Users"] == [] and emulator.iam.list_roles()["Roles"] == []
