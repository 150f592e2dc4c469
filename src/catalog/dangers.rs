//! Actions that lead to more than they seem: to other permissions, to credentials, to data.
//!
//! The combinations are public knowledge of the field; each is written as the actions that one identity needs
//! together. Credentials and data: actions whose answer holds them.

/// A way from some permissions to more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Escalation {
    /// The name, as a message shows it.
    pub name: &'static str,
    /// The actions that are needed together.
    pub actions: &'static [&'static str],
}

const fn way(name: &'static str, actions: &'static [&'static str]) -> Escalation {
    Escalation { name, actions }
}

/// All known ways, those that need one action first.
pub const ESCALATIONS: &[Escalation] = &[
    way("a new policy version", &["iam:CreatePolicyVersion"]),
    way("an older policy version", &["iam:SetDefaultPolicyVersion"]),
    way("a managed policy for a user", &["iam:AttachUserPolicy"]),
    way("a managed policy for a group", &["iam:AttachGroupPolicy"]),
    way("a managed policy for a role", &["iam:AttachRolePolicy"]),
    way("an inline policy for a user", &["iam:PutUserPolicy"]),
    way("an inline policy for a group", &["iam:PutGroupPolicy"]),
    way("an inline policy for a role", &["iam:PutRolePolicy"]),
    way("a membership in a group", &["iam:AddUserToGroup"]),
    way("access keys of another user", &["iam:CreateAccessKey"]),
    way("a console password for another user", &["iam:CreateLoginProfile"]),
    way("another user's console password", &["iam:UpdateLoginProfile"]),
    way("a user without a boundary", &["iam:DeleteUserPermissionsBoundary"]),
    way("a role without a boundary", &["iam:DeleteRolePermissionsBoundary"]),
    way("a role that trusts the caller", &["iam:UpdateAssumeRolePolicy", "sts:AssumeRole"]),
    way("an instance with another role", &["ec2:RunInstances", "iam:PassRole"]),
    way("another role on an instance", &["ec2:AssociateIamInstanceProfile", "iam:PassRole"]),
    way("a function with another role", &["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]),
    way(
        "a function that an event starts",
        &["iam:PassRole", "lambda:CreateEventSourceMapping", "lambda:CreateFunction"],
    ),
    way("a function that others may call", &["iam:PassRole", "lambda:AddPermission", "lambda:CreateFunction"]),
    way("another role of a function", &["iam:PassRole", "lambda:UpdateFunctionConfiguration"]),
    way("the code of a function", &["lambda:UpdateFunctionCode"]),
    way("a layer in a function", &["lambda:UpdateFunctionConfiguration"]),
    way("a stack with another role", &["cloudformation:CreateStack", "iam:PassRole"]),
    way(
        "a change set with another role",
        &["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet", "iam:PassRole"],
    ),
    way("a build with another role", &["codebuild:CreateProject", "codebuild:StartBuild", "iam:PassRole"]),
    way(
        "a pipeline with another role",
        &["datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "iam:PassRole"],
    ),
    way("a container with another role", &["ecs:RegisterTaskDefinition", "ecs:RunTask", "iam:PassRole"]),
    way(
        "a service of containers with another role",
        &["ecs:CreateService", "ecs:RegisterTaskDefinition", "iam:PassRole"],
    ),
    way("a Glue endpoint with another role", &["glue:CreateDevEndpoint", "iam:PassRole"]),
    way("a Glue job with another role", &["glue:CreateJob", "glue:StartJobRun", "iam:PassRole"]),
    way("the keys of a Glue endpoint", &["glue:UpdateDevEndpoint"]),
    way(
        "a notebook with another role",
        &["iam:PassRole", "sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"],
    ),
    way("a notebook of somebody else", &["sagemaker:CreatePresignedNotebookInstanceUrl"]),
    way("a training job with another role", &["iam:PassRole", "sagemaker:CreateTrainingJob"]),
    way("a state machine with another role", &["iam:PassRole", "states:CreateStateMachine", "states:StartExecution"]),
    way("a schedule with another role", &["iam:PassRole", "scheduler:CreateSchedule"]),
    way("commands on instances", &["ssm:SendCommand"]),
    way("a shell on instances", &["ssm:StartSession"]),
    way("an automation with another role", &["iam:PassRole", "ssm:StartAutomationExecution"]),
    way("an SSH key on instances", &["ec2-instance-connect:SendSSHPublicKey"]),
    way("a permission set with more", &["sso:AttachManagedPolicyToPermissionSet", "sso:ProvisionPermissionSet"]),
];

/// Actions whose answer holds credentials.
pub const CREDENTIALS: &[&str] = &[
    "chime:CreateApiKey",
    "codepipeline:PollForJobs",
    "cognito-identity:GetCredentialsForIdentity",
    "cognito-identity:GetOpenIdToken",
    "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
    "connect:GetFederationToken",
    "ec2:GetPasswordData",
    "ecr-public:GetAuthorizationToken",
    "gamelift:RequestUploadCredentials",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreateServiceSpecificCredential",
    "iam:ResetServiceSpecificCredential",
    "iam:UpdateAccessKey",
    "lightsail:GetInstanceAccessDetails",
    "lightsail:GetRelationalDatabaseMasterUserPassword",
    "rds-db:connect",
    "redshift:GetClusterCredentials",
    "redshift-serverless:GetCredentials",
    "snowball:GetJobUnlockCode",
    "sts:AssumeRole",
    "sts:GetFederationToken",
];

/// Actions whose answer holds what others keep secret.
pub const DATA: &[&str] = &[
    "dynamodb:Scan",
    "rds:CopyDBSnapshot",
    "rds:ModifyDBSnapshotAttribute",
    "s3:GetObject",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn every_action_exists() {
        let escalating = ESCALATIONS.iter().flat_map(|way| way.actions);
        for action in escalating.chain(CREDENTIALS).chain(DATA) {
            assert!(Catalog::bundled().action(action).is_some(), "{action}");
        }
    }
}
