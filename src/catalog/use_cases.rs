//! What the console's role wizard offers under "AWS service": use cases with their trust and their usual policies.
//!
//! No API tells these; the table is ours. A test holds every policy against the AWS managed policies.

/// What the trust policy of a use case says, beside naming the service.
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

impl Trust {
    /// The actions that the service is allowed.
    pub const fn actions(self) -> &'static [&'static str] {
        match self {
            Self::Service | Self::OwnAccount => &["sts:AssumeRole"],
            Self::TagsSession => &["sts:AssumeRole", "sts:TagSession"],
            Self::Anywhere => &["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
        }
    }
}

/// A use case of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UseCase {
    /// The service, as the console lists it.
    pub service: &'static str,
    /// Its name, as the console lists it.
    pub name: &'static str,
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

impl UseCase {
    /// Whether the service makes and keeps the role's policy.
    pub fn is_service_linked(&self) -> bool {
        self.linked_name.is_some()
    }

    /// Its name, with the service before it where it does not tell which that is.
    pub fn label(&self) -> String {
        let brands = ["AWS", "Amazon"];
        let mut words = self.service.split(' ').filter(|word| !brands.contains(word));
        if words.any(|word| self.name.contains(word)) {
            return self.name.to_owned();
        }
        format!("{}: {}", self.service, self.name)
    }

    /// The ARNs of the policies in a partition.
    pub fn policy_arns(&self, partition: &str) -> Vec<String> {
        self.policies.iter().map(|name| format!("arn:{partition}:iam::aws:policy/{name}")).collect()
    }
}

/// All use cases, by service in the console's order.
#[rustfmt::skip]
pub const ALL: &[UseCase] = &[
    UseCase { service: "Amazon EC2", name: "EC2", description: "Allows EC2 instances to call AWS services on your behalf.", principals: &["ec2.amazonaws.com"], policies: &[], trust: Trust::Service, linked_name: None, instance_profile: true },
    UseCase { service: "Amazon EC2", name: "EC2 Role for AWS Systems Manager", description: "Allows EC2 instances to call AWS services like CloudWatch and Systems Manager on your behalf.", principals: &["ec2.amazonaws.com"], policies: &["AmazonSSMManagedInstanceCore"], trust: Trust::Service, linked_name: None, instance_profile: true },
    UseCase { service: "Amazon EC2", name: "EC2 Spot Fleet Role", description: "Allows EC2 Spot Fleet to request and terminate Spot Instances on your behalf.", principals: &["spotfleet.amazonaws.com"], policies: &["service-role/AmazonEC2SpotFleetTaggingRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "Amazon EC2", name: "EC2 - Spot Fleet Auto Scaling", description: "Allows Auto Scaling to access and update EC2 spot fleets on your behalf.", principals: &["application-autoscaling.amazonaws.com"], policies: &["service-role/AmazonEC2SpotFleetAutoscaleRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "Amazon EC2", name: "EC2 - Spot Fleet Tagging", description: "Allows EC2 to launch spot instances and attach tags to the launched instances on your behalf.", principals: &["spotfleet.amazonaws.com"], policies: &["service-role/AmazonEC2SpotFleetTaggingRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "Amazon EC2", name: "EC2 - Spot Instances", description: "Allows EC2 Spot to launch and manage spot instances.", principals: &["spot.amazonaws.com"], policies: &["aws-service-role/AWSEC2SpotServiceRolePolicy"], trust: Trust::Service, linked_name: Some("AWSServiceRoleForEC2Spot"), instance_profile: false },
    UseCase { service: "Amazon EC2", name: "EC2 - Spot Fleet", description: "Allows EC2 Spot Fleet to launch and manage spot fleet instances on your behalf.", principals: &["spotfleet.amazonaws.com"], policies: &["aws-service-role/AWSEC2SpotFleetServiceRolePolicy"], trust: Trust::Service, linked_name: Some("AWSServiceRoleForEC2SpotFleet"), instance_profile: false },
    UseCase { service: "Amazon EC2", name: "EC2 - Scheduled Instances", description: "Allows EC2 Scheduled Instances to manage instances on your behalf.", principals: &["ec2scheduled.amazonaws.com"], policies: &["aws-service-role/AWSServiceRoleForEC2ScheduledInstances"], trust: Trust::Service, linked_name: Some("AWSServiceRoleForEC2ScheduledInstances"), instance_profile: false },
    UseCase { service: "AWS Lambda", name: "Lambda", description: "Allows Lambda functions to call AWS services on your behalf.", principals: &["lambda.amazonaws.com"], policies: &["service-role/AWSLambdaBasicExecutionRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "AWS Lambda", name: "Lambda in a VPC", description: "Allows Lambda functions to run in your VPC and write logs.", principals: &["lambda.amazonaws.com"], policies: &["service-role/AWSLambdaVPCAccessExecutionRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "AWS Lambda", name: "Lambda with SQS", description: "Allows Lambda functions to read from SQS queues and write logs.", principals: &["lambda.amazonaws.com"], policies: &["service-role/AWSLambdaSQSQueueExecutionRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "AWS Lambda", name: "Lambda with DynamoDB streams", description: "Allows Lambda functions to read DynamoDB streams and write logs.", principals: &["lambda.amazonaws.com"], policies: &["service-role/AWSLambdaDynamoDBExecutionRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "AWS Lambda", name: "Lambda with Kinesis", description: "Allows Lambda functions to read Kinesis streams and write logs.", principals: &["lambda.amazonaws.com"], policies: &["service-role/AWSLambdaKinesisExecutionRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "Elastic Container Service", name: "Elastic Container Service Task", description: "Allows ECS tasks to call AWS services on your behalf.", principals: &["ecs-tasks.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    UseCase { service: "Elastic Container Service", name: "Elastic Container Service Task Execution Role", description: "Allows ECS to pull images, write logs and read secrets for your tasks.", principals: &["ecs-tasks.amazonaws.com"], policies: &["service-role/AmazonECSTaskExecutionRolePolicy"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "Elastic Container Service", name: "Elastic Container Service Autoscale", description: "Allows Auto Scaling to access and update ECS services.", principals: &["application-autoscaling.amazonaws.com"], policies: &["service-role/AmazonEC2ContainerServiceAutoscaleRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "Elastic Container Service", name: "EC2 Role for Elastic Container Service", description: "Allows EC2 instances in an ECS cluster to access ECS.", principals: &["ec2.amazonaws.com"], policies: &["service-role/AmazonEC2ContainerServiceforEC2Role"], trust: Trust::Service, linked_name: None, instance_profile: true },
    UseCase { service: "Elastic Container Service", name: "Elastic Container Service", description: "Allows ECS to create and manage AWS resources on your behalf.", principals: &["ecs.amazonaws.com"], policies: &["aws-service-role/AmazonECSServiceRolePolicy"], trust: Trust::Service, linked_name: Some("AWSServiceRoleForECS"), instance_profile: false },
    UseCase { service: "EKS", name: "EKS - Cluster", description: "Allows the cluster Kubernetes control plane to manage AWS resources on your behalf.", principals: &["eks.amazonaws.com"], policies: &["AmazonEKSClusterPolicy"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "EKS", name: "EKS - Node group", description: "Allows EC2 instances to join an EKS cluster as worker nodes.", principals: &["ec2.amazonaws.com"], policies: &["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryReadOnly", "AmazonEKS_CNI_Policy"], trust: Trust::Service, linked_name: None, instance_profile: true },
    UseCase { service: "EKS", name: "EKS - Pod Identity", description: "Allows pods running in Amazon EKS cluster to access AWS resources.", principals: &["pods.eks.amazonaws.com"], policies: &[], trust: Trust::TagsSession, linked_name: None, instance_profile: false },
    UseCase { service: "EKS", name: "EKS - Fargate pod", description: "Allows access to other AWS service resources that are required to run Amazon EKS pods on AWS Fargate.", principals: &["eks-fargate-pods.amazonaws.com"], policies: &["AmazonEKSFargatePodExecutionRolePolicy"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "API Gateway", name: "API Gateway", description: "Allows API Gateway to push logs to CloudWatch Logs.", principals: &["apigateway.amazonaws.com"], policies: &["service-role/AmazonAPIGatewayPushToCloudWatchLogs"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "CloudFormation", name: "CloudFormation", description: "Allows CloudFormation to create and manage AWS stacks and resources on your behalf.", principals: &["cloudformation.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    UseCase { service: "CodeBuild", name: "CodeBuild", description: "Allows CodeBuild to call AWS services on your behalf.", principals: &["codebuild.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    UseCase { service: "CodeDeploy", name: "CodeDeploy", description: "Allows CodeDeploy to call AWS services such as Auto Scaling on your behalf.", principals: &["codedeploy.amazonaws.com"], policies: &["service-role/AWSCodeDeployRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "CodeDeploy", name: "CodeDeploy - ECS", description: "Allows CodeDeploy to read S3 objects, invoke Lambda functions, publish to SNS topics, and update ECS services on your behalf.", principals: &["codedeploy.amazonaws.com"], policies: &["AWSCodeDeployRoleForECS"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "CodeDeploy", name: "CodeDeploy for Lambda", description: "Allows CodeDeploy to route traffic to a new version of a Lambda function on your behalf.", principals: &["codedeploy.amazonaws.com"], policies: &["service-role/AWSCodeDeployRoleForLambda"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "CodePipeline", name: "CodePipeline", description: "Allows CodePipeline to call AWS services on your behalf.", principals: &["codepipeline.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    UseCase { service: "Step Functions", name: "Step Functions", description: "Allows Step Functions to access AWS resources on your behalf.", principals: &["states.amazonaws.com"], policies: &["service-role/AWSLambdaRole"], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    UseCase { service: "EventBridge", name: "EventBridge Scheduler", description: "Allows EventBridge Scheduler to call targets on your behalf.", principals: &["scheduler.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    UseCase { service: "EventBridge", name: "EventBridge rule", description: "Allows EventBridge rules to send events to targets on your behalf.", principals: &["events.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    UseCase { service: "EventBridge", name: "EventBridge Pipes", description: "Allows EventBridge Pipes to read sources and call targets on your behalf.", principals: &["pipes.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    UseCase { service: "AWS Glue", name: "Glue", description: "Allows Glue to call AWS services on your behalf.", principals: &["glue.amazonaws.com"], policies: &["service-role/AWSGlueServiceRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "AWS Backup", name: "AWS Backup", description: "Allows AWS Backup to create and restore backups on your behalf.", principals: &["backup.amazonaws.com"], policies: &["service-role/AWSBackupServiceRolePolicyForBackup", "service-role/AWSBackupServiceRolePolicyForRestores"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "AWS Config", name: "Config - Customizable", description: "Allows AWS Config to call AWS services and collect resource configurations on your behalf.", principals: &["config.amazonaws.com"], policies: &["service-role/AWS_ConfigRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "AWS Config", name: "Config", description: "Allows AWS Config to call AWS services and collect resource configurations on your behalf.", principals: &["config.amazonaws.com"], policies: &["aws-service-role/AWSConfigServiceRolePolicy"], trust: Trust::Service, linked_name: Some("AWSServiceRoleForConfig"), instance_profile: false },
    UseCase { service: "RDS", name: "RDS - Enhanced Monitoring", description: "Allows RDS to manage CloudWatch Logs resources for Enhanced Monitoring on your behalf.", principals: &["monitoring.rds.amazonaws.com"], policies: &["service-role/AmazonRDSEnhancedMonitoringRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "RDS", name: "RDS - Directory Service", description: "Allows RDS to access Directory Service managed resources on your behalf.", principals: &["rds.amazonaws.com", "directoryservice.rds.amazonaws.com"], policies: &["service-role/AmazonRDSDirectoryServiceAccess"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "RDS", name: "RDS", description: "Allows RDS to perform operations using AWS resources on your behalf.", principals: &["rds.amazonaws.com"], policies: &["aws-service-role/AmazonRDSServiceRolePolicy"], trust: Trust::Service, linked_name: Some("AWSServiceRoleForRDS"), instance_profile: false },
    UseCase { service: "Redshift", name: "Redshift - Customizable", description: "Allows Redshift clusters to call AWS services on your behalf.", principals: &["redshift.amazonaws.com"], policies: &["AmazonRedshiftAllCommandsFullAccess"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "SageMaker", name: "SageMaker - Execution", description: "Allows SageMaker notebook instances, training jobs, and models to access S3, ECR, and CloudWatch on your behalf.", principals: &["sagemaker.amazonaws.com"], policies: &["AmazonSageMakerFullAccess"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "Kinesis", name: "Data Firehose", description: "Allows Data Firehose to transform and deliver data to S3 and other destinations.", principals: &["firehose.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    UseCase { service: "S3", name: "S3 batch operations", description: "Allows S3 Batch Operations to work on your objects.", principals: &["batchoperations.s3.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    UseCase { service: "S3", name: "S3 replication", description: "Allows S3 to replicate objects on your behalf.", principals: &["s3.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    UseCase { service: "SNS", name: "SNS delivery logging", description: "Allows SNS to write delivery logs to CloudWatch Logs.", principals: &["sns.amazonaws.com"], policies: &["service-role/AmazonSNSRole"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "Systems Manager", name: "Systems Manager - Automation", description: "Allows Systems Manager Automation to call AWS services on your behalf.", principals: &["ssm.amazonaws.com"], policies: &["service-role/AmazonSSMAutomationRole"], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    UseCase { service: "Systems Manager", name: "Systems Manager - Maintenance Windows", description: "Allows Systems Manager maintenance windows to run tasks on your behalf.", principals: &["ssm.amazonaws.com"], policies: &["service-role/AmazonSSMMaintenanceWindowRole"], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    UseCase { service: "Transfer Family", name: "Transfer", description: "Allows Transfer Family to read and write your files.", principals: &["transfer.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    UseCase { service: "Batch", name: "Batch", description: "Allows Batch to manage compute environments on your behalf.", principals: &["batch.amazonaws.com"], policies: &["aws-service-role/BatchServiceRolePolicy"], trust: Trust::Service, linked_name: Some("AWSServiceRoleForBatch"), instance_profile: false },
    UseCase { service: "Auto Scaling", name: "EC2 Auto Scaling", description: "Allows EC2 Auto Scaling to use or manage AWS services and resources on your behalf.", principals: &["autoscaling.amazonaws.com"], policies: &["aws-service-role/AutoScalingServiceRolePolicy"], trust: Trust::Service, linked_name: Some("AWSServiceRoleForAutoScaling"), instance_profile: false },
    UseCase { service: "Elastic Load Balancing", name: "Elastic Load Balancing", description: "Allows ELB to call AWS services on your behalf.", principals: &["elasticloadbalancing.amazonaws.com"], policies: &["aws-service-role/AWSElasticLoadBalancingServiceRolePolicy"], trust: Trust::Service, linked_name: Some("AWSServiceRoleForElasticLoadBalancing"), instance_profile: false },
    UseCase { service: "Elastic Beanstalk", name: "Elastic Beanstalk - Environment", description: "Allows Elastic Beanstalk to monitor and update environments on your behalf.", principals: &["elasticbeanstalk.amazonaws.com"], policies: &["service-role/AWSElasticBeanstalkEnhancedHealth", "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy"], trust: Trust::Service, linked_name: None, instance_profile: false },
    UseCase { service: "Elastic Beanstalk", name: "Elastic Beanstalk - Compute", description: "Allows instances of an Elastic Beanstalk environment to do their work.", principals: &["ec2.amazonaws.com"], policies: &["AWSElasticBeanstalkWebTier", "AWSElasticBeanstalkWorkerTier", "AWSElasticBeanstalkMulticontainerDocker"], trust: Trust::Service, linked_name: None, instance_profile: true },
    UseCase { service: "VPC", name: "VPC Flow Logs", description: "Allows VPC Flow Logs to write to CloudWatch Logs.", principals: &["vpc-flow-logs.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    UseCase { service: "CloudTrail", name: "CloudTrail", description: "Allows CloudTrail to write to CloudWatch Logs.", principals: &["cloudtrail.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    UseCase { service: "Bedrock", name: "Bedrock agents", description: "Allows Bedrock agents to invoke models and your functions.", principals: &["bedrock.amazonaws.com"], policies: &[], trust: Trust::OwnAccount, linked_name: None, instance_profile: false },
    UseCase { service: "EMR", name: "EMR instance profile", description: "Allows the instances of an EMR cluster to call AWS services on your behalf.", principals: &["ec2.amazonaws.com"], policies: &["service-role/AmazonElasticMapReduceforEC2Role"], trust: Trust::Service, linked_name: None, instance_profile: true },
    UseCase { service: "IAM Roles Anywhere", name: "Roles Anywhere", description: "Allows workloads outside of AWS to take the role with a certificate.", principals: &["rolesanywhere.amazonaws.com"], policies: &[], trust: Trust::Anywhere, linked_name: None, instance_profile: false },
];

/// The use case of a name.
pub fn use_case(name: &str) -> Option<&'static UseCase> {
    ALL.iter().find(|case| case.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::managed::managed_policy_by_arn;
    use crate::catalog::service_linked::linked;

    #[test]
    fn every_policy_is_an_aws_managed_one() {
        for case in ALL {
            for arn in case.policy_arns("aws") {
                assert!(managed_policy_by_arn(&arn).is_some(), "{}: {arn}", case.name);
                assert_eq!(arn.contains("/aws-service-role/"), case.is_service_linked(), "{}", case.name);
            }
        }
    }

    #[test]
    fn use_cases_are_told_apart_by_their_names() {
        let names: std::collections::BTreeSet<_> = ALL.iter().map(|case| case.name).collect();
        assert_eq!(names.len(), ALL.len());
        assert_eq!(use_case("EC2").unwrap().principals, ["ec2.amazonaws.com"]);
        assert_eq!(use_case("Lambda").unwrap().label(), "Lambda");
        assert_eq!(use_case("Data Firehose").unwrap().label(), "Kinesis: Data Firehose");
    }

    #[test]
    fn every_service_linked_use_case_is_the_role_of_its_service() {
        for case in ALL.iter().filter(|case| case.is_service_linked()) {
            let linked = linked(case.principals[0]).unwrap();
            assert_eq!(case.linked_name, Some(linked.name(None).as_str()), "{}", case.name);
            assert_eq!(case.policies, [format!("aws-service-role/{}", linked.policy)], "{}", case.name);
        }
    }
}
