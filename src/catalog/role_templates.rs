//! What the console's role wizard offers under "AWS service": use cases with their trust and their usual policies.
//!
//! No API tells these; the table is ours. A test holds every policy against the AWS managed policies.

/// Who may take the role, beside naming the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The service, with nothing more.
    Service,
    /// The service, and only for what belongs to the own account: the service tells whose resource it acts for.
    OwnAccount,
    /// The service, which also sets session tags.
    TagsSession,
    /// IAM Roles Anywhere, which also sets session tags and a source identity.
    Anywhere,
}

/// A use case of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleTemplate {
    /// The service, as the console lists it.
    pub service: &'static str,
    /// The use case.
    pub use_case: &'static str,
    /// The description that the new role gets.
    pub description: &'static str,
    /// The service principals that may take the role.
    pub principals: &'static [&'static str],
    /// AWS managed policies, with their path below `policy/`.
    pub policies: &'static [&'static str],
    /// Who may take the role.
    pub trust: Trust,
    /// Of a service-linked role, its name: such a role is made with `CreateServiceLinkedRole`, and trust and policies
    /// are the service's.
    pub linked_name: Option<&'static str>,
    /// Whether the role is used through an instance profile of the same name.
    pub instance_profile: bool,
}

impl RoleTemplate {
    /// Whether the service makes and keeps the role's policy.
    pub fn is_service_linked(&self) -> bool {
        self.linked_name.is_some()
    }

    /// The ARNs of the policies in a partition.
    pub fn policy_arns(&self, partition: &str) -> Vec<String> {
        self.policies.iter().map(|name| format!("arn:{partition}:iam::aws:policy/{name}")).collect()
    }

    /// The trust policy, laid out as the console does; the account is the one that the role is made in.
    pub fn trust_policy(&self, account: &str) -> String {
        let list = |entries: &[&str], depth: usize| match entries {
            [only] => format!("\"{only}\""),
            many => {
                let inner = "    ".repeat(depth + 1);
                let lines: Vec<String> = many.iter().map(|entry| format!("{inner}\"{entry}\"")).collect();
                format!("[\n{}\n{}]", lines.join(",\n"), "    ".repeat(depth))
            }
        };
        let actions: &[&str] = match self.trust {
            Trust::Service | Trust::OwnAccount => &["sts:AssumeRole"],
            Trust::TagsSession => &["sts:AssumeRole", "sts:TagSession"],
            Trust::Anywhere => &["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
        };
        let condition = if self.trust == Trust::OwnAccount {
            let key = format!("                    \"aws:SourceAccount\": \"{account}\"");
            format!(
                ",\n            \"Condition\": {{\n                \"StringEquals\": {{\n{key}\n                }}\n            }}"
            )
        } else {
            String::new()
        };
        format!(
            "{{\n    \"Version\": \"2012-10-17\",\n    \"Statement\": [\n        {{\n            \"Effect\": \"Allow\",\n            \
             \"Principal\": {{\n                \"Service\": {}\n            }},\n            \"Action\": {}{condition}\n        }}\n    ]\n}}",
            list(self.principals, 4),
            list(actions, 3),
        )
    }
}

/// All use cases, by service in the console's order.
#[rustfmt::skip]
pub const ALL: &[RoleTemplate] = &[
    RoleTemplate { service: "Amazon EC2", use_case: "EC2", description: "Allows EC2 instances to call AWS services on your behalf.", principals: &["ec2.amazonaws.com"], policies: &[], trust: Trust::Service, linked_name: None, instance_profile: true },
    RoleTemplate { service: "Amazon EC2", use_case: "EC2 Role for AWS Systems Manager", description: "Allows EC2 instances to call AWS services like CloudWatch and Systems Manager on your behalf.", principals: &["ec2.amazonaws.com"], policies: &["AmazonSSMManagedInstanceCore"], trust: Trust::Service, linked_name: None, instance_profile: true },
    RoleTemplate { service: "Amazon EC2", use_case: "EC2 Spot Fleet Role", description: "Allows EC2 Spot Fleet to request and terminate Spot Instances on your behalf.", principals: &["spotfleet.amazonaws.com"], policies: &["service-role/AmazonEC2SpotFleetTaggingRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "Amazon EC2", use_case: "EC2 - Spot Fleet Auto Scaling", description: "Allows Auto Scaling to access and update EC2 spot fleets on your behalf.", principals: &["application-autoscaling.amazonaws.com"], policies: &["service-role/AmazonEC2SpotFleetAutoscaleRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "Amazon EC2", use_case: "EC2 - Spot Fleet Tagging", description: "Allows EC2 to launch spot instances and attach tags to the launched instances on your behalf.", principals: &["spotfleet.amazonaws.com"], policies: &["service-role/AmazonEC2SpotFleetTaggingRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "Amazon EC2", use_case: "EC2 - Spot Instances", description: "Allows EC2 Spot to launch and manage spot instances.", principals: &["spot.amazonaws.com"], policies: &["aws-service-role/AWSEC2SpotServiceRolePolicy"], trust: Trust::Service, linked_name: Some("AWSServiceRoleForEC2Spot"), instance_profile: false },
    RoleTemplate { service: "Amazon EC2", use_case: "EC2 - Spot Fleet", description: "Allows EC2 Spot Fleet to launch and manage spot fleet instances on your behalf.", principals: &["spotfleet.amazonaws.com"], policies: &["aws-service-role/AWSEC2SpotFleetServiceRolePolicy"], trust: Trust::Service, linked_name: Some("AWSServiceRoleForEC2SpotFleet"), instance_profile: false },
    RoleTemplate { service: "Amazon EC2", use_case: "EC2 - Scheduled Instances", description: "Allows EC2 Scheduled Instances to manage instances on your behalf.", principals: &["ec2scheduled.amazonaws.com"], policies: &["aws-service-role/AWSServiceRoleForEC2ScheduledInstances"], trust: Trust::Service, linked_name: Some("AWSServiceRoleForEC2ScheduledInstances"), instance_profile: false },
    RoleTemplate { service: "AWS Lambda", use_case: "Lambda", description: "Allows Lambda functions to call AWS services on your behalf.", principals: &["lambda.amazonaws.com"], policies: &["service-role/AWSLambdaBasicExecutionRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "AWS Lambda", use_case: "Lambda in a VPC", description: "Allows Lambda functions to run in your VPC and write logs.", principals: &["lambda.amazonaws.com"], policies: &["service-role/AWSLambdaVPCAccessExecutionRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "AWS Lambda", use_case: "Lambda with SQS", description: "Allows Lambda functions to read from SQS queues and write logs.", principals: &["lambda.amazonaws.com"], policies: &["service-role/AWSLambdaSQSQueueExecutionRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "AWS Lambda", use_case: "Lambda with DynamoDB streams", description: "Allows Lambda functions to read DynamoDB streams and write logs.", principals: &["lambda.amazonaws.com"], policies: &["service-role/AWSLambdaDynamoDBExecutionRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "AWS Lambda", use_case: "Lambda with Kinesis", description: "Allows Lambda functions to read Kinesis streams and write logs.", principals: &["lambda.amazonaws.com"], policies: &["service-role/AWSLambdaKinesisExecutionRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "Elastic Container Service", use_case: "Elastic Container Service Task", description: "Allows ECS tasks to call AWS services on your behalf.", principals: &["ecs-tasks.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    RoleTemplate { service: "Elastic Container Service", use_case: "Elastic Container Service Task Execution Role", description: "Allows ECS to pull images, write logs and read secrets for your tasks.", principals: &["ecs-tasks.amazonaws.com"], policies: &["service-role/AmazonECSTaskExecutionRolePolicy"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "Elastic Container Service", use_case: "Elastic Container Service Autoscale", description: "Allows Auto Scaling to access and update ECS services.", principals: &["application-autoscaling.amazonaws.com"], policies: &["service-role/AmazonEC2ContainerServiceAutoscaleRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "Elastic Container Service", use_case: "EC2 Role for Elastic Container Service", description: "Allows EC2 instances in an ECS cluster to access ECS.", principals: &["ec2.amazonaws.com"], policies: &["service-role/AmazonEC2ContainerServiceforEC2Role"], trust: Trust::Service, linked_name: None, instance_profile: true },
    RoleTemplate { service: "Elastic Container Service", use_case: "Elastic Container Service", description: "Allows ECS to create and manage AWS resources on your behalf.", principals: &["ecs.amazonaws.com"], policies: &["aws-service-role/AmazonECSServiceRolePolicy"], trust: Trust::Service, linked_name: Some("AWSServiceRoleForECS"), instance_profile: false },
    RoleTemplate { service: "EKS", use_case: "EKS - Cluster", description: "Allows the cluster Kubernetes control plane to manage AWS resources on your behalf.", principals: &["eks.amazonaws.com"], policies: &["AmazonEKSClusterPolicy"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "EKS", use_case: "EKS - Node group", description: "Allows EC2 instances to join an EKS cluster as worker nodes.", principals: &["ec2.amazonaws.com"], policies: &["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryReadOnly", "AmazonEKS_CNI_Policy"], trust: Trust::Service, linked_name: None, instance_profile: true },
    RoleTemplate { service: "EKS", use_case: "EKS - Pod Identity", description: "Allows pods running in Amazon EKS cluster to access AWS resources.", principals: &["pods.eks.amazonaws.com"], policies: &[], trust: Trust::TagsSession, linked_name: None, instance_profile: false },
    RoleTemplate { service: "EKS", use_case: "EKS - Fargate pod", description: "Allows access to other AWS service resources that are required to run Amazon EKS pods on AWS Fargate.", principals: &["eks-fargate-pods.amazonaws.com"], policies: &["AmazonEKSFargatePodExecutionRolePolicy"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "API Gateway", use_case: "API Gateway", description: "Allows API Gateway to push logs to CloudWatch Logs.", principals: &["apigateway.amazonaws.com"], policies: &["service-role/AmazonAPIGatewayPushToCloudWatchLogs"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "CloudFormation", use_case: "CloudFormation", description: "Allows CloudFormation to create and manage AWS stacks and resources on your behalf.", principals: &["cloudformation.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    RoleTemplate { service: "CodeBuild", use_case: "CodeBuild", description: "Allows CodeBuild to call AWS services on your behalf.", principals: &["codebuild.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    RoleTemplate { service: "CodeDeploy", use_case: "CodeDeploy", description: "Allows CodeDeploy to call AWS services such as Auto Scaling on your behalf.", principals: &["codedeploy.amazonaws.com"], policies: &["service-role/AWSCodeDeployRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "CodeDeploy", use_case: "CodeDeploy - ECS", description: "Allows CodeDeploy to read S3 objects, invoke Lambda functions, publish to SNS topics, and update ECS services on your behalf.", principals: &["codedeploy.amazonaws.com"], policies: &["AWSCodeDeployRoleForECS"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "CodeDeploy", use_case: "CodeDeploy for Lambda", description: "Allows CodeDeploy to route traffic to a new version of a Lambda function on your behalf.", principals: &["codedeploy.amazonaws.com"], policies: &["service-role/AWSCodeDeployRoleForLambda"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "CodePipeline", use_case: "CodePipeline", description: "Allows CodePipeline to call AWS services on your behalf.", principals: &["codepipeline.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    RoleTemplate { service: "Step Functions", use_case: "Step Functions", description: "Allows Step Functions to access AWS resources on your behalf.", principals: &["states.amazonaws.com"], policies: &["service-role/AWSLambdaRole"], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    RoleTemplate { service: "EventBridge", use_case: "EventBridge Scheduler", description: "Allows EventBridge Scheduler to call targets on your behalf.", principals: &["scheduler.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    RoleTemplate { service: "EventBridge", use_case: "EventBridge rule", description: "Allows EventBridge rules to send events to targets on your behalf.", principals: &["events.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    RoleTemplate { service: "EventBridge", use_case: "EventBridge Pipes", description: "Allows EventBridge Pipes to read sources and call targets on your behalf.", principals: &["pipes.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    RoleTemplate { service: "AWS Glue", use_case: "Glue", description: "Allows Glue to call AWS services on your behalf.", principals: &["glue.amazonaws.com"], policies: &["service-role/AWSGlueServiceRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "AWS Backup", use_case: "AWS Backup", description: "Allows AWS Backup to create and restore backups on your behalf.", principals: &["backup.amazonaws.com"], policies: &["service-role/AWSBackupServiceRolePolicyForBackup", "service-role/AWSBackupServiceRolePolicyForRestores"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "AWS Config", use_case: "Config - Customizable", description: "Allows AWS Config to call AWS services and collect resource configurations on your behalf.", principals: &["config.amazonaws.com"], policies: &["service-role/AWS_ConfigRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "AWS Config", use_case: "Config", description: "Allows AWS Config to call AWS services and collect resource configurations on your behalf.", principals: &["config.amazonaws.com"], policies: &["aws-service-role/AWSConfigServiceRolePolicy"], trust: Trust::Service, linked_name: Some("AWSServiceRoleForConfig"), instance_profile: false },
    RoleTemplate { service: "RDS", use_case: "RDS - Enhanced Monitoring", description: "Allows RDS to manage CloudWatch Logs resources for Enhanced Monitoring on your behalf.", principals: &["monitoring.rds.amazonaws.com"], policies: &["service-role/AmazonRDSEnhancedMonitoringRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "RDS", use_case: "RDS - Directory Service", description: "Allows RDS to access Directory Service managed resources on your behalf.", principals: &["rds.amazonaws.com", "directoryservice.rds.amazonaws.com"], policies: &["service-role/AmazonRDSDirectoryServiceAccess"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "RDS", use_case: "RDS", description: "Allows RDS to perform operations using AWS resources on your behalf.", principals: &["rds.amazonaws.com"], policies: &["aws-service-role/AmazonRDSServiceRolePolicy"], trust: Trust::Service, linked_name: Some("AWSServiceRoleForRDS"), instance_profile: false },
    RoleTemplate { service: "Redshift", use_case: "Redshift - Customizable", description: "Allows Redshift clusters to call AWS services on your behalf.", principals: &["redshift.amazonaws.com"], policies: &["AmazonRedshiftAllCommandsFullAccess"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "SageMaker", use_case: "SageMaker - Execution", description: "Allows SageMaker notebook instances, training jobs, and models to access S3, ECR, and CloudWatch on your behalf.", principals: &["sagemaker.amazonaws.com"], policies: &["AmazonSageMakerFullAccess"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "Kinesis", use_case: "Data Firehose", description: "Allows Data Firehose to transform and deliver data to S3 and other destinations.", principals: &["firehose.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    RoleTemplate { service: "S3", use_case: "S3 batch operations", description: "Allows S3 Batch Operations to work on your objects.", principals: &["batchoperations.s3.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    RoleTemplate { service: "S3", use_case: "S3 replication", description: "Allows S3 to replicate objects on your behalf.", principals: &["s3.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    RoleTemplate { service: "SNS", use_case: "SNS delivery logging", description: "Allows SNS to write delivery logs to CloudWatch Logs.", principals: &["sns.amazonaws.com"], policies: &["service-role/AmazonSNSRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "Systems Manager", use_case: "Systems Manager - Automation", description: "Allows Systems Manager Automation to call AWS services on your behalf.", principals: &["ssm.amazonaws.com"], policies: &["service-role/AmazonSSMAutomationRole"], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    RoleTemplate { service: "Systems Manager", use_case: "Systems Manager - Maintenance Windows", description: "Allows Systems Manager maintenance windows to run tasks on your behalf.", principals: &["ssm.amazonaws.com"], policies: &["service-role/AmazonSSMMaintenanceWindowRole"], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    RoleTemplate { service: "Transfer Family", use_case: "Transfer", description: "Allows Transfer Family to read and write your files.", principals: &["transfer.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    RoleTemplate { service: "Batch", use_case: "Batch", description: "Allows Batch to manage compute environments on your behalf.", principals: &["batch.amazonaws.com"], policies: &["aws-service-role/BatchServiceRolePolicy"], trust: Trust::Service, linked_name: Some("AWSServiceRoleForBatch"), instance_profile: false },
    RoleTemplate { service: "Auto Scaling", use_case: "EC2 Auto Scaling", description: "Allows EC2 Auto Scaling to use or manage AWS services and resources on your behalf.", principals: &["autoscaling.amazonaws.com"], policies: &["aws-service-role/AutoScalingServiceRolePolicy"], trust: Trust::Service, linked_name: Some("AWSServiceRoleForAutoScaling"), instance_profile: false },
    RoleTemplate { service: "Elastic Load Balancing", use_case: "Elastic Load Balancing", description: "Allows ELB to call AWS services on your behalf.", principals: &["elasticloadbalancing.amazonaws.com"], policies: &["aws-service-role/AWSElasticLoadBalancingServiceRolePolicy"], trust: Trust::Service, linked_name: Some("AWSServiceRoleForElasticLoadBalancing"), instance_profile: false },
    RoleTemplate { service: "Elastic Beanstalk", use_case: "Elastic Beanstalk - Environment", description: "Allows Elastic Beanstalk to monitor and update environments on your behalf.", principals: &["elasticbeanstalk.amazonaws.com"], policies: &["service-role/AWSElasticBeanstalkEnhancedHealth", "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy"], trust: Trust::Service, linked_name: None, instance_profile: false },
    RoleTemplate { service: "Elastic Beanstalk", use_case: "Elastic Beanstalk - Compute", description: "Allows instances of an Elastic Beanstalk environment to do their work.", principals: &["ec2.amazonaws.com"], policies: &["AWSElasticBeanstalkWebTier", "AWSElasticBeanstalkWorkerTier", "AWSElasticBeanstalkMulticontainerDocker"], trust: Trust::Service, linked_name: None, instance_profile: true },
    RoleTemplate { service: "VPC", use_case: "VPC Flow Logs", description: "Allows VPC Flow Logs to write to CloudWatch Logs.", principals: &["vpc-flow-logs.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    RoleTemplate { service: "CloudTrail", use_case: "CloudTrail", description: "Allows CloudTrail to write to CloudWatch Logs.", principals: &["cloudtrail.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    RoleTemplate { service: "Bedrock", use_case: "Bedrock agents", description: "Allows Bedrock agents to invoke models and your functions.", principals: &["bedrock.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    RoleTemplate { service: "EMR", use_case: "EMR instance profile", description: "Allows the instances of an EMR cluster to call AWS services on your behalf.", principals: &["ec2.amazonaws.com"], policies: &["service-role/AmazonElasticMapReduceforEC2Role"], trust: Trust::Service, linked_name: None, instance_profile: true },
    RoleTemplate { service: "IAM Roles Anywhere", use_case: "Roles Anywhere", description: "Allows workloads outside of AWS to take the role with a certificate.", principals: &["rolesanywhere.amazonaws.com"], policies: &[], trust: Trust::Anywhere, linked_name: None, instance_profile: false },
];

/// The services that have use cases, each once.
pub fn services() -> impl Iterator<Item = &'static str> {
    let first = |at: usize, name: &str| ALL.iter().position(|template| template.service == name) == Some(at);
    ALL.iter()
        .enumerate()
        .filter(move |(at, template)| first(*at, template.service))
        .map(|(_, template)| template.service)
}

/// The use cases of a service.
pub fn of_service(service: &str) -> impl Iterator<Item = &'static RoleTemplate> {
    ALL.iter().filter(move |template| template.service == service)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::managed::managed_policy_by_arn;

    #[test]
    fn every_policy_is_an_aws_managed_one() {
        for template in ALL {
            for arn in template.policy_arns("aws") {
                assert!(managed_policy_by_arn(&arn).is_some(), "{}: {arn}", template.use_case);
                assert_eq!(arn.contains("/aws-service-role/"), template.is_service_linked(), "{}", template.use_case);
            }
        }
    }

    #[test]
    fn use_cases_are_told_apart_by_their_names() {
        let names: std::collections::BTreeSet<_> = ALL.iter().map(|t| (t.service, t.use_case)).collect();
        assert_eq!(names.len(), ALL.len());
        assert!(services().count() < ALL.len() && of_service("Amazon EC2").count() == 8);
    }

    #[test]
    fn trust_policies_are_json_in_the_layout_of_the_console() {
        for template in ALL {
            let text = template.trust_policy("111122223333");
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert!(value["Statement"][0]["Principal"]["Service"].is_string() || template.principals.len() > 1);
            let again = serde_json::to_string_pretty(&value).unwrap().replace("  ", "    ");
            assert_eq!(text, again, "{}", template.use_case);
        }
        let pipes = of_service("EventBridge").find(|template| template.use_case == "EventBridge Pipes").unwrap();
        assert!(pipes.trust_policy("111122223333").contains("\"aws:SourceAccount\": \"111122223333\""));
    }
}
