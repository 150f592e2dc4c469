# Every resource and data source of IAM that the provider has. `round` changes what can be updated in place.

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
    iam           = "ENDPOINT"
    organizations = "ENDPOINT"
    sts           = "ENDPOINT"
  }
}

variable "round" {
  type    = number
  default = 1
}

locals {
  read  = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:Get*", Resource = "*" }] })
  write = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:Put*", Resource = "*" }] })
  now   = var.round == 1 ? local.read : local.write
  tags  = { Round = tostring(var.round), Kept = "yes" }
}

# Users and what belongs to them

resource "aws_iam_user" "ada" {
  name                 = "ada"
  path                 = var.round == 1 ? "/team/" : "/crew/"
  permissions_boundary = var.round == 1 ? null : "arn:aws:iam::aws:policy/PowerUserAccess"
  force_destroy        = true
  tags                 = local.tags
}
resource "aws_iam_user" "bob" {
  name = "bob"
}
resource "aws_iam_access_key" "ada" {
  user   = aws_iam_user.ada.name
  status = var.round == 1 ? "Active" : "Inactive"
}
resource "aws_iam_user_login_profile" "ada" {
  user                    = aws_iam_user.ada.name
  password_reset_required = true
}
resource "aws_iam_user_policy" "ada" {
  name   = "own"
  user   = aws_iam_user.ada.name
  policy = local.now
}
resource "aws_iam_user_policies_exclusive" "ada" {
  user_name    = aws_iam_user.ada.name
  policy_names = [aws_iam_user_policy.ada.name]
}
resource "aws_iam_user_policy_attachment" "ada" {
  user       = aws_iam_user.ada.name
  policy_arn = aws_iam_policy.read.arn
}
resource "aws_iam_user_policy_attachments_exclusive" "ada" {
  user_name   = aws_iam_user.ada.name
  policy_arns = [aws_iam_user_policy_attachment.ada.policy_arn]
}
resource "aws_iam_user_ssh_key" "ada" {
  username   = aws_iam_user.ada.name
  encoding   = "SSH"
  public_key = file("ssh-key.pub")
  status     = var.round == 1 ? "Active" : "Inactive"
}
resource "aws_iam_service_specific_credential" "ada" {
  service_name = "codecommit.amazonaws.com"
  user_name    = aws_iam_user.ada.name
  status       = var.round == 1 ? "Active" : "Inactive"
}
resource "aws_iam_signing_certificate" "ada" {
  user_name        = aws_iam_user.ada.name
  certificate_body = file("certificate.pem")
  status           = var.round == 1 ? "Active" : "Inactive"
}
resource "aws_iam_virtual_mfa_device" "phone" {
  virtual_mfa_device_name = "phone"
  tags                    = local.tags
}

# User groups

resource "aws_iam_group" "developers" {
  name = var.round == 1 ? "developers" : "engineers"
  path = "/team/"
}
resource "aws_iam_group" "others" {
  name = "others"
}
resource "aws_iam_user_group_membership" "ada" {
  user   = aws_iam_user.ada.name
  groups = [aws_iam_group.developers.name]
}
resource "aws_iam_group_membership" "others" {
  name  = "others"
  group = aws_iam_group.others.name
  users = var.round == 1 ? [aws_iam_user.bob.name] : [aws_iam_user.bob.name, aws_iam_user.ada.name]
}
resource "aws_iam_group_policy" "others" {
  name   = "own"
  group  = aws_iam_group.others.name
  policy = local.now
}
resource "aws_iam_group_policies_exclusive" "others" {
  group_name   = aws_iam_group.others.name
  policy_names = [aws_iam_group_policy.others.name]
}
resource "aws_iam_group_policy_attachment" "others" {
  group      = aws_iam_group.others.name
  policy_arn = aws_iam_policy.read.arn
}
resource "aws_iam_group_policy_attachments_exclusive" "others" {
  group_name  = aws_iam_group.others.name
  policy_arns = [aws_iam_group_policy_attachment.others.policy_arn]
}

# Policies

resource "aws_iam_policy" "read" {
  name        = "read"
  path        = "/team/"
  description = "Reads"
  policy      = local.now
  tags        = local.tags
}
resource "aws_iam_policy" "shared" {
  name   = "shared"
  policy = local.read
}
resource "aws_iam_policy_attachment" "shared" {
  name       = "shared"
  policy_arn = aws_iam_policy.shared.arn
  users      = [aws_iam_user.bob.name]
  roles      = var.round == 1 ? [aws_iam_role.bare.name] : []
}

# Roles

resource "aws_iam_role" "lambda" {
  name                 = "lambda"
  path                 = "/service/"
  description          = "Round ${var.round}"
  max_session_duration = 3600 * var.round
  permissions_boundary = var.round == 1 ? null : "arn:aws:iam::aws:policy/PowerUserAccess"
  tags                 = local.tags
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole",
  Principal = { Service = var.round == 1 ? "lambda.amazonaws.com" : "ec2.amazonaws.com" } }] })
}
resource "aws_iam_role" "bare" {
  name_prefix        = "bare-"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
resource "aws_iam_role_policy" "lambda" {
  name   = "own"
  role   = aws_iam_role.lambda.id
  policy = local.now
}
resource "aws_iam_role_policies_exclusive" "lambda" {
  role_name    = aws_iam_role.lambda.name
  policy_names = [aws_iam_role_policy.lambda.name]
}
resource "aws_iam_role_policy_attachment" "lambda" {
  role       = aws_iam_role.lambda.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}
resource "aws_iam_role_policy_attachments_exclusive" "lambda" {
  role_name   = aws_iam_role.lambda.name
  policy_arns = [aws_iam_role_policy_attachment.lambda.policy_arn]
}
resource "aws_iam_instance_profile" "profile" {
  name = "profile"
  role = aws_iam_role.lambda.name
  tags = local.tags
}
resource "aws_iam_service_linked_role" "beanstalk" {
  aws_service_name = "elasticbeanstalk.amazonaws.com"
  description      = "Round ${var.round}"
  tags             = local.tags
}

# Providers, certificates, the account

resource "aws_iam_openid_connect_provider" "github" {
  url             = "https://token.actions.githubusercontent.com"
  client_id_list  = var.round == 1 ? ["sts.amazonaws.com"] : ["sts.amazonaws.com", "another"]
  thumbprint_list = ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]
  tags            = local.tags
}
resource "aws_iam_saml_provider" "corp" {
  name                   = "corp"
  saml_metadata_document = file("metadata.xml")
  tags                   = local.tags
}
resource "aws_iam_server_certificate" "web" {
  name             = "web"
  certificate_body = file("certificate.pem")
  private_key      = file("certificate-key.pem")
  tags             = local.tags
}
resource "aws_iam_account_alias" "alias" {
  account_alias = "example-corp"
}
resource "aws_iam_account_password_policy" "strict" {
  minimum_password_length = 14 + var.round
  require_symbols         = true
}
resource "aws_iam_security_token_service_preferences" "all" {
  global_endpoint_token_version = var.round == 1 ? "v2Token" : "v1Token"
}
resource "aws_iam_organizations_features" "root" {
  enabled_features = var.round == 1 ? ["RootCredentialsManagement"] : ["RootCredentialsManagement", "RootSessions"]
}

# Data sources

data "aws_caller_identity" "me" {}
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [data.aws_caller_identity.me.account_id]
    }
  }
}
data "aws_iam_session_context" "me" {
  arn = data.aws_caller_identity.me.arn
}
data "aws_iam_access_keys" "ada" {
  user = aws_iam_access_key.ada.user
}
data "aws_iam_account_alias" "alias" {
  depends_on = [aws_iam_account_alias.alias]
}
data "aws_iam_group" "others" {
  group_name = aws_iam_group_membership.others.group
}
data "aws_iam_instance_profile" "profile" {
  name = aws_iam_instance_profile.profile.name
}
data "aws_iam_instance_profiles" "lambda" {
  role_name = aws_iam_instance_profile.profile.role
}
data "aws_iam_openid_connect_provider" "github" {
  arn = aws_iam_openid_connect_provider.github.arn
}
data "aws_iam_policy" "read" {
  arn = aws_iam_policy.read.arn
}
data "aws_iam_principal_policy_simulation" "bob" {
  action_names      = ["s3:GetObject"]
  policy_source_arn = aws_iam_user.bob.arn
  resource_arns     = ["arn:aws:s3:::logs/a"]
  depends_on        = [aws_iam_policy_attachment.shared]
}
data "aws_iam_role" "lambda" {
  name = aws_iam_role.lambda.name
}
data "aws_iam_roles" "all" {
  path_prefix = "/service/"
  depends_on  = [aws_iam_role.lambda]
}
data "aws_iam_saml_provider" "corp" {
  arn = aws_iam_saml_provider.corp.arn
}
data "aws_iam_server_certificate" "web" {
  name = aws_iam_server_certificate.web.name
}
data "aws_iam_user" "ada" {
  user_name = aws_iam_user.ada.name
}
data "aws_iam_user_ssh_key" "ada" {
  encoding          = "SSH"
  ssh_public_key_id = aws_iam_user_ssh_key.ada.ssh_public_key_id
  username          = aws_iam_user.ada.name
}
data "aws_iam_users" "all" {
  depends_on = [aws_iam_user.ada]
}

output "found" {
  value = {
    allowed = data.aws_iam_principal_policy_simulation.bob.all_allowed
    alias   = data.aws_iam_account_alias.alias.account_alias
    members = data.aws_iam_group.others.users[*].user_name
    roles   = length(data.aws_iam_roles.all.names)
  }
}
