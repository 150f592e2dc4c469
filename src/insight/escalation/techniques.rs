//! The known ways to get at permissions that one does not have: what they need, and what they give.
//!
//! The identifiers are those of the public catalogue at pathfinding.cloud; those that it lacks begin with `own-`.

use Gain::{Assume, Credentials, Existing, Group, Own, Pass, Trust};
use Widening::{Boundary, Policies, Policy};

/// Privilege escalation.
#[derive(Debug, PartialEq, Eq)]
pub struct Technique {
    /// Its identifier.
    pub id: &'static str,
    /// The actions that it needs beside those on its target, on any resource.
    pub needs: &'static [&'static str],
    /// What it gives.
    pub gain: Gain,
    /// What is done, as the end of a sentence that begins with who does it.
    pub what: &'static str,
}

/// What a technique gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gain {
    /// The permissions of whom it works on grow: its own, or those of somebody that is then taken over.
    Own(Widening, &'static str),
    /// Membership in a group.
    Group,
    /// Credentials of a user, by an action on it.
    Credentials(&'static [&'static str]),
    /// A session of a role, whose trust policy is changed for it.
    Trust,
    /// A session of a role that trusts whoever does it.
    Assume,
    /// A role, passed to a new resource of a service that it trusts.
    Pass(&'static [&'static str]),
    /// A role, through a resource that exists and has it.
    Existing(&'static [&'static str]),
}

impl Technique {
    /// All actions that it takes.
    pub fn actions(&self) -> impl Iterator<Item = &'static str> {
        let own: &'static [&'static str] = match self.gain {
            Own(..) | Existing(_) => &[],
            Group => &["iam:AddUserToGroup"],
            Credentials(actions) => actions,
            Trust => &["iam:UpdateAssumeRolePolicy"],
            Assume => &["sts:AssumeRole"],
            Pass(_) => &["iam:PassRole"],
        };
        let changed = match self.gain {
            Own(_, action) => Some(action),
            _ => None,
        };
        own.iter().copied().chain(changed).chain(self.needs.iter().copied())
    }
}

/// How permissions are made to grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Widening {
    /// By an action on the user or role, or on a group of the user.
    Policies(Holder),
    /// By another version of a managed policy that is attached.
    Policy,
    /// By taking the permissions boundary away.
    Boundary(Holder),
}

/// On what an action works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A user.
    User,
    /// A group.
    Group,
    /// A role.
    Role,
}

const fn technique(id: &'static str, needs: &'static [&'static str], gain: Gain, what: &'static str) -> Technique {
    Technique { id, needs, gain, what }
}

const LAMBDA: &[&str] = &["lambda.amazonaws.com"];
const EC2: &[&str] = &["ec2.amazonaws.com"];
const ECS: &[&str] = &["ecs-tasks.amazonaws.com"];
const GLUE: &[&str] = &["glue.amazonaws.com"];
const SAGEMAKER: &[&str] = &["sagemaker.amazonaws.com"];
const CODEBUILD: &[&str] = &["codebuild.amazonaws.com"];
const CLOUDFORMATION: &[&str] = &["cloudformation.amazonaws.com"];
const STATES: &[&str] = &["states.amazonaws.com"];
const BATCH: &[&str] = &["ecs-tasks.amazonaws.com", "batch.amazonaws.com"];
const BEDROCK: &[&str] = &["bedrock-agentcore.amazonaws.com"];
const APP_RUNNER: &[&str] = &["tasks.apprunner.amazonaws.com"];

/// All techniques.
#[rustfmt::skip]
pub const ALL: &[Technique] = &[
    technique("iam-001", &[], Own(Policy, "iam:CreatePolicyVersion"), "creates a version of an attached policy that allows everything"),
    technique("own-set-default-version", &[], Own(Policy, "iam:SetDefaultPolicyVersion"), "sets another version of an attached policy as the default"),
    technique("iam-005", &[], Own(Policies(Holder::Role), "iam:PutRolePolicy"), "writes an inline policy of the role"),
    technique("iam-007", &[], Own(Policies(Holder::User), "iam:PutUserPolicy"), "writes an inline policy of the user"),
    technique("iam-008", &[], Own(Policies(Holder::User), "iam:AttachUserPolicy"), "attaches a policy to the user"),
    technique("iam-009", &[], Own(Policies(Holder::Role), "iam:AttachRolePolicy"), "attaches a policy to the role"),
    technique("iam-010", &[], Own(Policies(Holder::Group), "iam:AttachGroupPolicy"), "attaches a policy to a group of the user"),
    technique("iam-011", &[], Own(Policies(Holder::Group), "iam:PutGroupPolicy"), "writes an inline policy of a group of the user"),
    technique("own-delete-user-boundary", &[], Own(Boundary(Holder::User), "iam:DeleteUserPermissionsBoundary"), "removes the permissions boundary of the user"),
    technique("own-delete-role-boundary", &[], Own(Boundary(Holder::Role), "iam:DeleteRolePermissionsBoundary"), "removes the permissions boundary of the role"),
    technique("iam-013", &[], Group, "adds the user to a group"),
    technique("iam-002", &[], Credentials(&["iam:CreateAccessKey"]), "creates an access key of the user"),
    technique("iam-003", &[], Credentials(&["iam:CreateAccessKey", "iam:DeleteAccessKey"]), "replaces an access key of the user"),
    technique("iam-004", &[], Credentials(&["iam:CreateLoginProfile"]), "sets a first password of the user"),
    technique("iam-006", &[], Credentials(&["iam:UpdateLoginProfile"]), "changes the password of the user"),
    technique("iam-012", &[], Trust, "allows itself to assume the role by changing the trust policy"),
    technique("sts-001", &[], Assume, "assumes the role"),
    technique("apprunner-001", &["apprunner:CreateService"], Pass(APP_RUNNER), "runs a new App Runner service with the role"),
    technique("apprunner-002", &["apprunner:UpdateService"], Existing(APP_RUNNER), "changes an App Runner service that has the role"),
    technique("batch-001", &["batch:RegisterJobDefinition", "batch:SubmitJob"], Pass(BATCH), "runs a batch job with the role"),
    technique("batch-002", &["batch:SubmitJob"], Existing(BATCH), "runs a batch job of a definition that has the role"),
    technique("batch-003", &["batch:CreateComputeEnvironment", "batch:CreateJobQueue", "batch:RegisterJobDefinition", "batch:SubmitJob"], Pass(ECS), "runs a batch job with the role in a new environment"),
    technique("bedrock-001", &["bedrock-agentcore:CreateCodeInterpreter", "bedrock-agentcore:StartCodeInterpreterSession", "bedrock-agentcore:InvokeCodeInterpreter"], Pass(BEDROCK), "runs code in a new code interpreter with the role"),
    technique("bedrock-002", &["bedrock-agentcore:StartCodeInterpreterSession", "bedrock-agentcore:InvokeCodeInterpreter"], Existing(BEDROCK), "runs code in a code interpreter that has the role"),
    technique("braket-001", &["braket:CreateJob"], Pass(&["braket.amazonaws.com"]), "runs a Braket job with the role"),
    technique("cloudformation-001", &["cloudformation:CreateStack"], Pass(CLOUDFORMATION), "creates a stack with the role"),
    technique("cloudformation-002", &["cloudformation:UpdateStack"], Existing(CLOUDFORMATION), "updates a stack that has the role"),
    technique("cloudformation-003", &["cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"], Pass(CLOUDFORMATION), "creates a stack set with the role"),
    technique("cloudformation-004", &["iam:PassRole", "cloudformation:UpdateStackSet"], Existing(CLOUDFORMATION), "updates a stack set that has the role"),
    technique("cloudformation-005", &["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"], Existing(CLOUDFORMATION), "runs a change set on a stack that has the role"),
    technique("codebuild-001", &["codebuild:CreateProject", "codebuild:StartBuild"], Pass(CODEBUILD), "runs a new build project with the role"),
    technique("codebuild-002", &["codebuild:StartBuild"], Existing(CODEBUILD), "starts a build, with commands of its own, of a project that has the role"),
    technique("codebuild-003", &["codebuild:StartBuildBatch"], Existing(CODEBUILD), "starts a batch build, with commands of its own, of a project that has the role"),
    technique("codebuild-004", &["codebuild:CreateProject", "codebuild:StartBuildBatch"], Pass(CODEBUILD), "runs a new build project in a batch with the role"),
    technique("codedeploy-001", &["codedeploy:CreateDeployment", "codedeploy:RegisterApplicationRevision", "codedeploy:GetDeploymentConfig"], Existing(EC2), "deploys code to an instance that has the role"),
    technique("cognitoidentity-001", &["cognito-identity:SetIdentityPoolRoles"], Pass(&["cognito-identity.amazonaws.com"]), "gives the role to the identities of a pool"),
    technique("datapipeline-001", &["datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"], Pass(&["datapipeline.amazonaws.com", "elasticmapreduce.amazonaws.com"]), "runs a data pipeline with the role"),
    technique("ec2-001", &["ec2:RunInstances"], Pass(EC2), "starts an instance with the role"),
    technique("ec2-002", &["ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"], Existing(EC2), "replaces the start script of an instance that has the role"),
    technique("ec2-003", &["ec2:RequestSpotInstances"], Pass(EC2), "starts a spot instance with the role"),
    technique("ec2-004", &["ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"], Existing(EC2), "changes a launch template that has the role"),
    technique("ec2instanceconnect-003", &["ec2-instance-connect:SendSSHPublicKey", "ec2:DescribeInstances"], Existing(EC2), "signs in to an instance that has the role"),
    technique("ecs-001", &["ecs:CreateCluster", "ecs:RegisterTaskDefinition", "ecs:CreateService"], Pass(ECS), "runs a service of a new task definition with the role"),
    technique("ecs-002", &["ecs:CreateCluster", "ecs:RegisterTaskDefinition", "ecs:RunTask"], Pass(ECS), "runs a new task definition with the role in a new cluster"),
    technique("ecs-003", &["ecs:RegisterTaskDefinition", "ecs:CreateService"], Pass(ECS), "runs a service of a new task definition with the role"),
    technique("ecs-004", &["ecs:RegisterTaskDefinition", "ecs:RunTask"], Pass(ECS), "runs a new task definition with the role"),
    technique("ecs-005", &["ecs:RegisterTaskDefinition", "ecs:StartTask"], Pass(ECS), "starts a new task definition with the role"),
    technique("ecs-006", &["ecs:ExecuteCommand", "ecs:DescribeTasks"], Existing(ECS), "runs a command in a task that has the role"),
    technique("ecs-007", &["ecs:RegisterContainerInstance", "ecs:StartTask"], Pass(ECS), "starts a task with the role on a container instance of its own"),
    technique("ecs-008", &["ecs:RunTask"], Pass(ECS), "runs a task with the role in place of its own"),
    technique("ecs-009", &["ecs:StartTask"], Pass(ECS), "starts a task with the role in place of its own"),
    technique("emr-001", &["elasticmapreduce:RunJobFlow"], Pass(&["ec2.amazonaws.com", "elasticmapreduce.amazonaws.com"]), "starts a cluster with the role"),
    technique("emrserverless-001", &["emr-serverless:CreateApplication", "emr-serverless:StartJobRun"], Pass(&["emr-serverless.amazonaws.com"]), "runs a job of a new application with the role"),
    technique("gamelift-001", &["gamelift:CreateBuild", "gamelift:CreateFleet", "gamelift:RequestUploadCredentials"], Pass(&["gamelift.amazonaws.com", "ec2.amazonaws.com"]), "starts a fleet with the role"),
    technique("glue-001", &["glue:CreateDevEndpoint"], Pass(GLUE), "creates a development endpoint with the role"),
    technique("glue-002", &["glue:UpdateDevEndpoint"], Existing(GLUE), "puts a key of its own on a development endpoint that has the role"),
    technique("glue-003", &["glue:CreateJob", "glue:StartJobRun"], Pass(GLUE), "runs a new job with the role"),
    technique("glue-004", &["glue:CreateJob", "glue:CreateTrigger"], Pass(GLUE), "triggers a new job with the role"),
    technique("glue-005", &["glue:UpdateJob", "glue:StartJobRun"], Pass(GLUE), "gives the role to a job and runs it"),
    technique("glue-006", &["glue:UpdateJob", "glue:CreateTrigger"], Pass(GLUE), "gives the role to a job and triggers it"),
    technique("glue-007", &["glue:CreateSession", "glue:RunStatement"], Pass(GLUE), "runs code in a session with the role"),
    technique("imagebuilder-001", &["imagebuilder:CreateComponent", "imagebuilder:CreateImageRecipe", "imagebuilder:CreateInfrastructureConfiguration", "imagebuilder:CreateImage"], Pass(EC2), "builds an image on an instance with the role"),
    technique("kinesisanalytics-001", &["kinesisanalytics:CreateApplication", "kinesisanalytics:StartApplication"], Pass(&["kinesisanalytics.amazonaws.com"]), "runs an analytics application with the role"),
    technique("lambda-001", &["lambda:CreateFunction", "lambda:InvokeFunction"], Pass(LAMBDA), "runs a new function with the role"),
    technique("lambda-002", &["lambda:CreateFunction", "lambda:CreateEventSourceMapping"], Pass(LAMBDA), "lets an event run a new function with the role"),
    technique("lambda-006", &["lambda:CreateFunction", "lambda:AddPermission"], Pass(LAMBDA), "lets another principal run a new function with the role"),
    technique("lambda-003", &["lambda:UpdateFunctionCode"], Existing(LAMBDA), "changes the code of a function that has the role"),
    technique("lambda-004", &["lambda:UpdateFunctionCode", "lambda:InvokeFunction"], Existing(LAMBDA), "changes and runs a function that has the role"),
    technique("lambda-005", &["lambda:UpdateFunctionCode", "lambda:AddPermission"], Existing(LAMBDA), "changes a function that has the role and lets another principal run it"),
    technique("omics-001", &["omics:CreateWorkflow", "omics:StartRun", "s3:GetObject"], Pass(&["omics.amazonaws.com"]), "runs a workflow with the role"),
    technique("sagemaker-001", &["sagemaker:CreateNotebookInstance"], Pass(SAGEMAKER), "creates a notebook with the role"),
    technique("sagemaker-002", &["sagemaker:CreateTrainingJob"], Pass(SAGEMAKER), "runs a training job with the role"),
    technique("sagemaker-003", &["sagemaker:CreateProcessingJob"], Pass(SAGEMAKER), "runs a processing job with the role"),
    technique("sagemaker-004", &["sagemaker:CreatePresignedNotebookInstanceUrl"], Existing(SAGEMAKER), "opens a notebook that has the role"),
    technique("sagemaker-005", &["sagemaker:CreateNotebookInstanceLifecycleConfig", "sagemaker:StopNotebookInstance", "sagemaker:UpdateNotebookInstance", "sagemaker:StartNotebookInstance"], Existing(SAGEMAKER), "runs a start script in a notebook that has the role"),
    technique("scheduler-001", &["scheduler:CreateSchedule"], Pass(&["scheduler.amazonaws.com"]), "schedules a call with the role"),
    technique("ssm-001", &["ssm:StartSession"], Existing(EC2), "opens a session on an instance that has the role"),
    technique("ssm-002", &["ssm:SendCommand"], Existing(EC2), "runs a command on an instance that has the role"),
    technique("ssm-003", &["ssm:CreateDocument", "ssm:StartAutomationExecution"], Pass(&["ssm.amazonaws.com"]), "runs an automation with the role"),
    technique("stepfunctions-001", &["states:CreateStateMachine", "states:StartExecution"], Pass(STATES), "runs a new state machine with the role"),
    technique("stepfunctions-002", &["states:UpdateStateMachine", "states:StartExecution"], Existing(STATES), "changes and runs a state machine that has the role"),
];

/// Techniques of the catalogue that are two others on the same target: the ids of both, and of the whole.
pub const PAIRS: &[(&str, &str, &str)] = &[
    ("iam-009", "sts-001", "iam-014"),
    ("iam-008", "iam-002", "iam-015"),
    ("iam-001", "sts-001", "iam-016"),
    ("iam-005", "sts-001", "iam-017"),
    ("iam-007", "iam-002", "iam-018"),
    ("iam-009", "iam-012", "iam-019"),
    ("iam-001", "iam-012", "iam-020"),
    ("iam-005", "iam-012", "iam-021"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn every_action_of_the_techniques_exists() {
        for technique in ALL {
            let own: Vec<&str> = match technique.gain {
                Own(_, action) => vec![action],
                Credentials(actions) => actions.to_vec(),
                _ => Vec::new(),
            };
            for action in technique.needs.iter().copied().chain(own) {
                assert!(Catalog::bundled().action(action).is_some(), "{}: {action}", technique.id);
            }
        }
    }

    #[test]
    fn no_identifier_stands_twice() {
        let mut ids: Vec<&str> = ALL.iter().map(|technique| technique.id).collect();
        ids.extend(PAIRS.iter().map(|(.., id)| *id));
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }
}
