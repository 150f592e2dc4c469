//! Which services have a service-linked role, what it is called, and which policy it carries.
//!
//! Source: AWS's managed policies, whose documents name the roles that their readers may create, and for the rest
//! the services' own pages, by way of
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html>.

/// The service-linked role of one service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Linked {
    /// The service principal.
    pub service: &'static str,
    /// The role's name behind `AWSServiceRoleFor`.
    pub role: &'static str,
    /// The AWS managed policy below `/aws-service-role/`.
    pub policy: &'static str,
    /// Whether a custom suffix may be given.
    pub suffix: bool,
}

/// The service-linked role of a service.
pub fn linked(service: &str) -> Option<&'static Linked> {
    LINKED.iter().find(|linked| linked.service == service)
}

const fn one(service: &'static str, role: &'static str, policy: &'static str) -> Linked {
    Linked { service, role, policy, suffix: false }
}

const fn many(service: &'static str, role: &'static str, policy: &'static str) -> Linked {
    Linked { service, role, policy, suffix: true }
}

const LINKED: &[Linked] = &[
    one("access-analyzer.amazonaws.com", "AccessAnalyzer", "AccessAnalyzerServiceRolePolicy"),
    one(
        "accountdiscovery.ssm.amazonaws.com",
        "AmazonSSM_AccountDiscovery",
        "AWSSystemsManagerAccountDiscoveryServicePolicy",
    ),
    one("acm.amazonaws.com", "CertificateManager", "CertificateManagerServiceRolePolicy"),
    one("aco-automation.amazonaws.com", "ComputeOptimizerAutomation", "ComputeOptimizerAutomationServiceRolePolicy"),
    one("agent-registry.amazonaws.com", "AgentRegistry", "AWSAgentRegistryServiceRolePolicy"),
    one(
        "agentless.inspector2.amazonaws.com",
        "AmazonInspector2Agentless",
        "AmazonInspector2AgentlessServiceRolePolicy",
    ),
    one("airflow-serverless.amazonaws.com", "AmazonMWAAServerless", "AmazonMWAAServerlessServiceRolePolicy"),
    one("airflow.amazonaws.com", "AmazonMWAA", "AmazonMWAAServiceRolePolicy"),
    one(
        "apidestinations.events.amazonaws.com",
        "AmazonEventBridgeApiDestinations",
        "AmazonEventBridgeApiDestinationsServiceRolePolicy",
    ),
    one("app-integrations.amazonaws.com", "AppIntegrations", "AppIntegrationsServiceLinkedRolePolicy"),
    one("appfabric.amazonaws.com", "AppFabric", "AWSAppFabricServiceRolePolicy"),
    one(
        "application-insights.amazonaws.com",
        "ApplicationInsights",
        "CloudwatchApplicationInsightsServiceLinkedRolePolicy",
    ),
    one(
        "application-signals.cloudwatch.amazonaws.com",
        "CloudWatchApplicationSignals",
        "CloudWatchApplicationSignalsServiceRolePolicy",
    ),
    one("appmesh.amazonaws.com", "AppMesh", "AWSAppMeshServiceRolePolicy"),
    one("apprunner.amazonaws.com", "AppRunner", "AppRunnerServiceRolePolicy"),
    one(
        "appstream.application-autoscaling.amazonaws.com",
        "ApplicationAutoScaling_AppStreamFleet",
        "AWSApplicationAutoscalingAppStreamFleetPolicy",
    ),
    one("appsync.amazonaws.com", "AppSync", "AWSAppSyncServiceRolePolicy"),
    one("artifact.amazonaws.com", "Artifact", "AWSArtifactServiceRolePolicy"),
    one("auditmanager.amazonaws.com", "AuditManager", "AWSAuditManagerServiceRolePolicy"),
    one(
        "autoscaling-plans.amazonaws.com",
        "AutoScalingPlans_EC2AutoScaling",
        "AWSAutoScalingPlansEC2AutoScalingPolicy",
    ),
    many("autoscaling.amazonaws.com", "AutoScaling", "AutoScalingServiceRolePolicy"),
    one("backup.amazonaws.com", "Backup", "AWSBackupServiceLinkedRolePolicyForBackup"),
    one("batch.amazonaws.com", "Batch", "BatchServiceRolePolicy"),
    one(
        "bedrock-agentcore.amazonaws.com",
        "BedrockAgentCoreGatewayNetwork",
        "AWSBedrockAgentCoreGatewayNetworkServiceRolePolicy",
    ),
    one("braket.amazonaws.com", "AmazonBraket", "AmazonBraketServiceRolePolicy"),
    one("bugbust.amazonaws.com", "BugBust", "AWSBugBustServiceRolePolicy"),
    one("cassandra-streams.amazonaws.com", "AmazonKeyspacesCDC", "KeyspacesCDCServiceRolePolicy"),
    one(
        "cassandra.application-autoscaling.amazonaws.com",
        "ApplicationAutoScaling_CassandraTable",
        "AWSApplicationAutoscalingCassandraTablePolicy",
    ),
    one("channels.lex.amazonaws.com", "LexChannels", "LexChannelPolicy"),
    many("channels.lexv2.amazonaws.com", "LexV2Channels", "AmazonLexChannelsAccess"),
    one("chime.amazonaws.com", "AmazonChime", "AmazonChimeServiceRolePolicy"),
    one(
        "cks.kms.amazonaws.com",
        "KeyManagementServiceCustomKeyStores",
        "AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy",
    ),
    one("clientvpn-connections.amazonaws.com", "ClientVPNConnections", "ClientVPNServiceConnectionsRolePolicy"),
    one("clientvpn.amazonaws.com", "ClientVPN", "ClientVPNServiceRolePolicy"),
    one("cloud9.amazonaws.com", "AWSCloud9", "AWSCloud9ServiceRolePolicy"),
    one("cloudhsm.amazonaws.com", "CloudHSM", "CloudHSMServiceRolePolicy"),
    one("cloudtrail.amazonaws.com", "CloudTrail", "CloudTrailServiceRolePolicy"),
    one("cloudwatch-crossaccount.amazonaws.com", "CloudWatchCrossAccount", "CloudWatch-CrossAccountAccess"),
    one("codeguru-profiler.amazonaws.com", "CodeGuruProfiler", "AWSServiceRoleForCodeGuru-Profiler"),
    one("codeguru-reviewer.amazonaws.com", "AmazonCodeGuruReviewer", "AmazonCodeGuruReviewerServiceRolePolicy"),
    one("codestar-notifications.amazonaws.com", "CodeStarNotifications", "AWSCodeStarNotificationsServiceRolePolicy"),
    one("cognito-idp.amazonaws.com", "AmazonCognitoIdp", "AmazonCognitoIdpServiceRolePolicy"),
    one(
        "comprehend.application-autoscaling.amazonaws.com",
        "ApplicationAutoScaling_ComprehendEndpoint",
        "AWSApplicationAutoscalingComprehendEndpointPolicy",
    ),
    one("compute-optimizer.amazonaws.com", "ComputeOptimizer", "ComputeOptimizerServiceRolePolicy"),
    one("config-conforms.amazonaws.com", "ConfigConforms", "ConfigConformsServiceRolePolicy"),
    one("config-multiaccountsetup.amazonaws.com", "ConfigMultiAccountSetup", "AWSConfigMultiAccountSetupPolicy"),
    one("config.amazonaws.com", "Config", "AWSConfigServiceRolePolicy"),
    one("connect-campaigns.amazonaws.com", "ConnectCampaigns", "AmazonConnectCampaignsServiceLinkedRolePolicy"),
    many("connect.amazonaws.com", "AmazonConnect", "AmazonConnectServiceLinkedRolePolicy"),
    one(
        "continuousexport.discovery.amazonaws.com",
        "ApplicationDiscoveryServiceContinuousExport",
        "ApplicationDiscoveryServiceContinuousExportServiceRolePolicy",
    ),
    one("contract.iq.amazonaws.com", "IQContract", "AWSIQContractServiceRolePolicy"),
    one(
        "contributorinsights.dynamodb.amazonaws.com",
        "DynamoDBCloudWatchContributorInsights",
        "DynamoDBCloudWatchContributorInsightsServiceRolePolicy",
    ),
    one("controltower.amazonaws.com", "AWSControlTower", "AWSControlTowerAccountServiceRolePolicy"),
    one("cost-optimization-hub.bcm.amazonaws.com", "CostOptimizationHub", "CostOptimizationHubServiceRolePolicy"),
    one(
        "custom-resource.application-autoscaling.amazonaws.com",
        "ApplicationAutoScaling_CustomResource",
        "AWSApplicationAutoScalingCustomResourcePolicy",
    ),
    one("custom.rds.amazonaws.com", "RDSCustom", "AmazonRDSCustomServiceRolePolicy"),
    one("dashboard.eks.amazonaws.com", "AmazonEKSDashboard", "AmazonEKSDashboardServiceRolePolicy"),
    one("datasync.amazonaws.com", "DataSync", "AWSDataSyncServiceRolePolicy"),
    one("dax.amazonaws.com", "DAX", "DAXServiceRolePolicy"),
    one("delivery.logs.amazonaws.com", "LogDelivery", "AWSServiceRoleForLogDeliveryPolicy"),
    one("detective.amazonaws.com", "Detective", "AmazonDetectiveServiceLinkedRolePolicy"),
    one("devicefarm.amazonaws.com", "DeviceFarm", "AWSDeviceFarmServiceRolePolicy"),
    one("devops-guru.amazonaws.com", "DevOpsGuru", "AmazonDevOpsGuruServiceRolePolicy"),
    one("discovery-datasync.amazonaws.com", "DataSyncDiscovery", "AWSDataSyncDiscoveryServiceRolePolicy"),
    one("dms-fleet-advisor.amazonaws.com", "DMSFleetAdvisor", "AWSDMSFleetAdvisorServiceRolePolicy"),
    one("dms.amazonaws.com", "DMSServerless", "AWSDMSServerlessServiceRolePolicy"),
    one("dmsintegration.migrationhub.amazonaws.com", "MigrationHubDMSAccess", "MigrationHubDMSAccessServiceRolePolicy"),
    one("docdb-elastic.amazonaws.com", "DocDB-Elastic", "AmazonDocDB-ElasticServiceRolePolicy"),
    one("drs.amazonaws.com", "ElasticDisasterRecovery", "AWSElasticDisasterRecoveryServiceRolePolicy"),
    one("dsql.amazonaws.com", "AuroraDsql", "AuroraDsqlServiceLinkedRolePolicy"),
    one(
        "dynamodb.application-autoscaling.amazonaws.com",
        "ApplicationAutoScaling_DynamoDBTable",
        "AWSApplicationAutoscalingDynamoDBTablePolicy",
    ),
    one("ec2-instance-connect.amazonaws.com", "Ec2InstanceConnect", "Ec2InstanceConnectEndpoint"),
    one(
        "ec2.application-autoscaling.amazonaws.com",
        "ApplicationAutoScaling_EC2SpotFleetRequest",
        "AWSApplicationAutoscalingEC2SpotFleetRequestPolicy",
    ),
    one("ec2fastlaunch.amazonaws.com", "EC2FastLaunch", "EC2FastLaunchServiceRolePolicy"),
    one("ec2fleet.amazonaws.com", "EC2Fleet", "AWSEC2FleetServiceRolePolicy"),
    one("ec2scheduled.amazonaws.com", "EC2ScheduledInstances", "AWSServiceRoleForEC2ScheduledInstances"),
    one("ecr.amazonaws.com", "ECRTemplate", "ECRTemplateServiceRolePolicy"),
    one("ecs-compute.amazonaws.com", "ECSCompute", "AmazonECSComputeServiceRolePolicy"),
    one("ecs.amazonaws.com", "ECS", "AmazonECSServiceRolePolicy"),
    one(
        "ecs.application-autoscaling.amazonaws.com",
        "ApplicationAutoScaling_ECSService",
        "AWSApplicationAutoscalingECSServicePolicy",
    ),
    one("eks-connector.amazonaws.com", "AmazonEKSConnector", "AmazonEKSConnectorServiceRolePolicy"),
    one("eks-fargate.amazonaws.com", "AmazonEKSForFargate", "AmazonEKSForFargateServiceRolePolicy"),
    one("eks-local-outpost.amazonaws.com", "AmazonEKSLocalOutpost", "AmazonEKSLocalOutpostServiceRolePolicy"),
    one("eks-nodegroup.amazonaws.com", "AmazonEKSNodegroup", "AWSServiceRoleForAmazonEKSNodegroup"),
    one("eks.amazonaws.com", "AmazonEKS", "AmazonEKSServiceRolePolicy"),
    one("elasticache.amazonaws.com", "ElastiCache", "ElastiCacheServiceRolePolicy"),
    one(
        "elasticache.application-autoscaling.amazonaws.com",
        "ApplicationAutoScaling_ElastiCacheRG",
        "AWSApplicationAutoscalingElastiCacheRGPolicy",
    ),
    one("elasticbeanstalk.amazonaws.com", "ElasticBeanstalk", "AWSElasticBeanstalkServiceRolePolicy"),
    one("elasticfilesystem.amazonaws.com", "AmazonElasticFileSystem", "AmazonElasticFileSystemServiceRolePolicy"),
    one("elasticloadbalancing.amazonaws.com", "ElasticLoadBalancing", "AWSElasticLoadBalancingServiceRolePolicy"),
    one("elasticmapreduce.amazonaws.com", "EMRCleanup", "AmazonEMRCleanupPolicy"),
    one(
        "elasticmapreduce.application-autoscaling.amazonaws.com",
        "ApplicationAutoScaling_EMRInstanceGroup",
        "AWSApplicationAutoscalingEMRInstanceGroupPolicy",
    ),
    one("email.cognito-idp.amazonaws.com", "AmazonCognitoIdpEmailService", "AmazonCognitoIdpEmailServiceRolePolicy"),
    one("emr-containers.amazonaws.com", "AmazonEMRContainers", "AmazonEMRContainersServiceRolePolicy"),
    one("emrwal.amazonaws.com", "EMRWAL", "EMRDescribeClusterPolicyForEMRWAL"),
    one("es.amazonaws.com", "AmazonElasticsearchService", "AmazonElasticsearchServiceRolePolicy"),
    one("events.amazonaws.com", "CloudWatchEvents", "CloudWatchEventsServiceRolePolicy"),
    one("events.workmail.amazonaws.com", "AmazonWorkMailEvents", "AmazonWorkMailEventsServiceRolePolicy"),
    one("fis.amazonaws.com", "FIS", "AmazonFISServiceRolePolicy"),
    one("fms.amazonaws.com", "FMS", "FMSServiceRolePolicy"),
    one("fsx.amazonaws.com", "AmazonFSx", "AmazonFSxServiceRolePolicy"),
    one("globalaccelerator.amazonaws.com", "GlobalAccelerator", "AWSGlobalAcceleratorSLRPolicy"),
    one("grafana.amazonaws.com", "AmazonGrafana", "AmazonGrafanaServiceLinkedRolePolicy"),
    one("guardduty.amazonaws.com", "AmazonGuardDuty", "AmazonGuardDutyServiceRolePolicy"),
    one("health.amazonaws.com", "Health_Organizations", "Health_OrganizationsServiceRolePolicy"),
    one("imagebuilder.amazonaws.com", "ImageBuilder", "AWSServiceRoleForImageBuilder"),
    one("inspector.amazonaws.com", "AmazonInspector", "AmazonInspectorServiceRolePolicy"),
    one("inspector2.amazonaws.com", "AmazonInspector2", "AmazonInspector2ServiceRolePolicy"),
    one("internetmonitor.amazonaws.com", "InternetMonitor", "CloudWatchInternetMonitorServiceRolePolicy"),
    one("iotfleetwise.amazonaws.com", "IoTFleetWise", "AWSIoTFleetwiseServiceRolePolicy"),
    one("iotmanagedintegrations.amazonaws.com", "IoTManagedIntegrations", "AWSIoTManagedIntegrationsRolePolicy"),
    one("iotsitewise.amazonaws.com", "IoTSiteWise", "AWSServiceRoleForIoTSiteWise"),
    one("ipam.amazonaws.com", "IPAM", "AWSIPAMServiceRolePolicy"),
    one("ivs.amazonaws.com", "IVSRecordToS3", "IVSRecordToS3"),
    one(
        "justintimeaccess.ssm.amazonaws.com",
        "SystemsManagerJustInTimeAccess",
        "AWSSystemsManagerJustInTimeAccessServicePolicy",
    ),
    one("kafka.amazonaws.com", "Kafka", "KafkaServiceRolePolicy"),
    one(
        "kafka.application-autoscaling.amazonaws.com",
        "ApplicationAutoScaling_KafkaCluster",
        "AWSApplicationAutoscalingKafkaClusterPolicy",
    ),
    one("kafkaconnect.amazonaws.com", "KafkaConnect", "KafkaConnectServiceRolePolicy"),
    one(
        "kinesisreplication.dynamodb.amazonaws.com",
        "DynamoDBKinesisDataStreamsReplication",
        "DynamoDBKinesisReplicationServiceRolePolicy",
    ),
    one("lakeformation.amazonaws.com", "LakeFormationDataAccess", "LakeFormationDataAccessServiceRolePolicy"),
    one("lambda.amazonaws.com", "Lambda", "AWSLambdaServiceRolePolicy"),
    one(
        "lambda.application-autoscaling.amazonaws.com",
        "ApplicationAutoScaling_LambdaConcurrency",
        "AWSApplicationAutoscalingLambdaConcurrencyPolicy",
    ),
    one("lex.amazonaws.com", "LexBots", "AmazonLexBotPolicy"),
    many("lexv2.amazonaws.com", "LexV2Bots", "AmazonLexV2BotPolicy"),
    one(
        "license-management.marketplace.amazonaws.com",
        "MarketplaceLicenseManagement",
        "AWSMarketplaceLicenseManagementServiceRolePolicy",
    ),
    one("license-manager.amazonaws.com", "AWSLicenseManagerRole", "AWSLicenseManagerServiceRolePolicy"),
    one(
        "license-manager.master-account.amazonaws.com",
        "AWSLicenseManagerMasterAccountRole",
        "AWSLicenseManagerMasterAccountRolePolicy",
    ),
    one(
        "license-manager.member-account.amazonaws.com",
        "AWSLicenseManagerMemberAccountRole",
        "AWSLicenseManagerMemberAccountRolePolicy",
    ),
    one("lightsail.amazonaws.com", "Lightsail", "LightsailExportAccess"),
    one("logger.cloudfront.amazonaws.com", "CloudFrontLogger", "AWSCloudFrontLogger"),
    one("m2.amazonaws.com", "AWSM2", "AWSM2ServicePolicy"),
    one("macie.amazonaws.com", "AmazonMacie", "AmazonMacieServiceRolePolicy"),
    one("maintenance.elasticbeanstalk.amazonaws.com", "ElasticBeanstalkMaintenance", "AWSElasticBeanstalkMaintenance"),
    one(
        "malware-protection.guardduty.amazonaws.com",
        "AmazonGuardDutyMalwareProtection",
        "AmazonGuardDutyMalwareProtectionServiceRolePolicy",
    ),
    one("managedblockchain.amazonaws.com", "AmazonManagedBlockchain", "AmazonManagedBlockchainServiceRolePolicy"),
    one(
        "managedupdates.elasticbeanstalk.amazonaws.com",
        "ElasticBeanstalkManagedUpdates",
        "AWSElasticBeanstalkManagedUpdatesServiceRolePolicy",
    ),
    one("management.chatbot.amazonaws.com", "AWSChatbot", "AWSChatbotServiceLinkedRolePolicy"),
    one("mediapackage.amazonaws.com", "MediaPackage", "MediaPackageServiceRolePolicy"),
    one(
        "mediapipelines.chime.amazonaws.com",
        "AmazonChimeSDKMediaPipelines",
        "AmazonChimeSDKMediaPipelinesServiceLinkedRolePolicy",
    ),
    one("mediatailor.amazonaws.com", "MediaTailor", "AWSMediaTailorServiceRolePolicy"),
    one(
        "member.org.stacksets.cloudformation.amazonaws.com",
        "CloudFormationStackSetsOrgMember",
        "CloudFormationStackSetsOrgMemberServiceRolePolicy",
    ),
    one("memorydb.amazonaws.com", "MemoryDB", "MemoryDBServiceRolePolicy"),
    one("messaging.chime.amazonaws.com", "AmazonChimeSDKMessaging", "AmazonChimeSDKMessagingServiceRolePolicy"),
    one("mgn.amazonaws.com", "ApplicationMigrationService", "AWSApplicationMigrationServiceRolePolicy"),
    one(
        "migrationhub-orchestrator.amazonaws.com",
        "MigrationHubOrchestrator",
        "AWSMigrationHubOrchestratorServiceRolePolicy",
    ),
    one("migrationhub-strategy.amazonaws.com", "MigrationHubStrategy", "AWSMigrationHubStrategyServiceRolePolicy"),
    one("migrationhub.amazonaws.com", "MigrationHub", "MigrationHubServiceRolePolicy"),
    one("monitor.iotsitewise.amazonaws.com", "IoTSiteWiseMonitor", "AWSIoTSiteWiseMonitorServiceRolePolicy"),
    one(
        "monitoring.thinclient.amazonaws.com",
        "AmazonWorkSpacesThinClientMonitoring",
        "AmazonWorkSpacesThinClientMonitoringServiceRolePolicy",
    ),
    one("mq.amazonaws.com", "AmazonMQ", "AmazonMQServiceRolePolicy"),
    one(
        "mrk.kms.amazonaws.com",
        "KeyManagementServiceMultiRegionKeys",
        "AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy",
    ),
    one("neptune-graph.amazonaws.com", "NeptuneGraph", "AWSServiceRoleForNeptuneGraphPolicy"),
    one(
        "neptune.application-autoscaling.amazonaws.com",
        "ApplicationAutoScaling_NeptuneCluster",
        "AWSApplicationAutoscalingNeptuneClusterPolicy",
    ),
    one("network-firewall.amazonaws.com", "NetworkFirewall", "AWSNetworkFirewallServiceRolePolicy"),
    one(
        "network.bedrock-agentcore.amazonaws.com",
        "BedrockAgentCoreNetwork",
        "BedrockAgentCoreNetworkServiceRolePolicy",
    ),
    one("networkflowmonitor.amazonaws.com", "NetworkFlowMonitor", "CloudWatchNetworkFlowMonitorServiceRolePolicy"),
    one("networking.apprunner.amazonaws.com", "AppRunnerNetworking", "AppRunnerNetworkingServiceRolePolicy"),
    one("networkmanager.amazonaws.com", "NetworkManager", "AWSNetworkManagerServiceRolePolicy"),
    one("networkmonitor.amazonaws.com", "NetworkMonitor", "CloudWatchNetworkMonitorServiceRolePolicy"),
    one("notifications.amazonaws.com", "AwsUserNotifications", "AWSUserNotificationsServiceLinkedRolePolicy"),
    one(
        "notifications.ssm.amazonaws.com",
        "SystemsManagerNotifications",
        "AWSSystemsManagerNotificationsServicePolicy",
    ),
    one(
        "observability.aoss.amazonaws.com",
        "AmazonOpenSearchServerless",
        "AmazonOpenSearchServerlessServiceRolePolicy",
    ),
    one("opensearchservice.amazonaws.com", "AmazonOpenSearchService", "AmazonOpenSearchServiceRolePolicy"),
    one("ops.apigateway.amazonaws.com", "APIGateway", "APIGatewayServiceRolePolicy"),
    one("ops.athena.amazonaws.com", "AmazonAthena", "AmazonAthenaServiceRolePolicy"),
    one("ops.emr-serverless.amazonaws.com", "AmazonEMRServerless", "AmazonEMRServerlessServiceRolePolicy"),
    one("opsdatasync.ssm.amazonaws.com", "SystemsManagerOpsDataSync", "AWSSystemsManagerOpsDataSyncServiceRolePolicy"),
    one("opsinsights.ssm.amazonaws.com", "AmazonSSM_OpsInsights", "AWSSSMOpsInsightsServiceRolePolicy"),
    one("organizations.amazonaws.com", "Organizations", "AWSOrganizationsServiceTrustPolicy"),
    one(
        "orgsdatasync.servicecatalog.amazonaws.com",
        "ServiceCatalogOrgsDataSync",
        "AWSServiceCatalogOrgsDataSyncServiceRolePolicy",
    ),
    one("osis.amazonaws.com", "AmazonOpenSearchIngestionService", "AmazonOpenSearchIngestionServiceRolePolicy"),
    one("panorama.amazonaws.com", "AWSPanorama", "AWSPanoramaServiceLinkedRolePolicy"),
    one("pcs.amazonaws.com", "PCS", "AWSPCSServiceRolePolicy"),
    one("permission.iq.amazonaws.com", "IQPermissions", "AWSIQPermissionServiceRolePolicy"),
    one(
        "practice-run.arc-zonal-shift.amazonaws.com",
        "ZonalAutoshiftPracticeRun",
        "AWSZonalAutoshiftPracticeRunSLRPolicy",
    ),
    one(
        "private-marketplace.marketplace.amazonaws.com",
        "PrivateMarketplaceAdmin",
        "AWSServiceRoleForPrivateMarketplaceAdminPolicy",
    ),
    many("profile.amazonaws.com", "Profile", "CustomerProfilesServiceLinkedRolePolicy"),
    one("pullthroughcache.ecr.amazonaws.com", "ECRPullThroughCache", "AWSECRPullThroughCache_ServiceRolePolicy"),
    one("qbusiness.amazonaws.com", "QBusiness", "QBusinessServiceRolePolicy"),
    one("ram.amazonaws.com", "ResourceAccessManager", "AWSResourceAccessManagerServiceRolePolicy"),
    one("rds.amazonaws.com", "RDS", "AmazonRDSServiceRolePolicy"),
    one(
        "rds.application-autoscaling.amazonaws.com",
        "ApplicationAutoScaling_RDSCluster",
        "AWSApplicationAutoscalingRDSClusterPolicy",
    ),
    one(
        "reachabilityanalyzer.networkinsights.amazonaws.com",
        "ReachabilityAnalyzer",
        "AWSReachabilityAnalyzerServiceRolePolicy",
    ),
    one("redshift.amazonaws.com", "Redshift", "AmazonRedshiftServiceLinkedRolePolicy"),
    one(
        "refactor-spaces.amazonaws.com",
        "MigrationHubRefactorSpaces",
        "AWSMigrationHubRefactorSpacesServiceRolePolicy",
    ),
    one("remediation.config.amazonaws.com", "ConfigRemediation", "AWSConfigRemediationServiceRolePolicy"),
    one("replication.cassandra.amazonaws.com", "KeyspacesReplication", "KeyspacesReplicationServiceRolePolicy"),
    one("replication.dynamodb.amazonaws.com", "DynamoDBReplication", "DynamoDBReplicationServiceRolePolicy"),
    one("replication.ecr.amazonaws.com", "ECRReplication", "ECRReplicationServiceRolePolicy"),
    many("replication.lexv2.amazonaws.com", "LexV2Replication", "AmazonLexReplicationPolicy"),
    one("replicator.lambda.amazonaws.com", "LambdaReplicator", "AWSLambdaReplicator"),
    one(
        "reporting.trustedadvisor.amazonaws.com",
        "TrustedAdvisorReporting",
        "AWSTrustedAdvisorReportingServiceRolePolicy",
    ),
    one("reports.backup.amazonaws.com", "BackupReports", "AWSServiceRolePolicyForBackupReports"),
    one("repository.sync.codeconnections.amazonaws.com", "GitSync", "AWSGitSyncServiceRolePolicy"),
    one(
        "resale-authorization.marketplace.amazonaws.com",
        "MarketplaceResaleAuthorization",
        "AWSMarketplaceResaleAuthorizationServiceRolePolicy",
    ),
    one("resource-explorer-2.amazonaws.com", "ResourceExplorer", "AWSResourceExplorerServiceRolePolicy"),
    one("resource-groups.amazonaws.com", "ResourceGroups", "ResourceGroupsServiceRolePolicy"),
    one("restore-testing.backup.amazonaws.com", "BackupRestoreTesting", "AWSServiceRolePolicyForBackupRestoreTesting"),
    one("robomaker.amazonaws.com", "RoboMaker", "AWSRoboMakerServicePolicy"),
    one("rolesanywhere.amazonaws.com", "RolesAnywhere", "AWSRolesAnywhereServicePolicy"),
    one(
        "route53-recovery-readiness.amazonaws.com",
        "Route53RecoveryReadiness",
        "Route53RecoveryReadinessServiceRolePolicy",
    ),
    one("route53resolver.amazonaws.com", "Route53Resolver", "Route53ResolverServiceRolePolicy"),
    one("rum.amazonaws.com", "RealUserMonitoring", "AmazonCloudWatchRUMServiceRolePolicy"),
    one(
        "runtime-identity.bedrock-agentcore.amazonaws.com",
        "BedrockAgentCoreRuntimeIdentity",
        "BedrockAgentCoreRuntimeIdentityServiceRolePolicy",
    ),
    one(
        "runtime-instances.bedrock-agentcore.amazonaws.com",
        "BedrockAgentCoreRuntimeInstances",
        "AWSBedrockAgentCoreRuntimeInstancesServiceRolePolicy",
    ),
    one("s2svpn.amazonaws.com", "VPCS2SVPN", "AWSVPCS2SVpnServiceRolePolicy"),
    one("s3-outposts.amazonaws.com", "S3OnOutposts", "AWSS3OnOutpostsServiceRolePolicy"),
    many("s3.data-source.lustre.fsx.amazonaws.com", "FSxS3Access", "AmazonFSxServiceRolePolicy"),
    one("sagemaker.amazonaws.com", "AmazonSageMakerNotebooks", "AmazonSageMakerNotebooksServiceRolePolicy"),
    one(
        "sagemaker.application-autoscaling.amazonaws.com",
        "ApplicationAutoScaling_SageMakerEndpoint",
        "AWSApplicationAutoscalingSageMakerEndpointPolicy",
    ),
    one("schemas.amazonaws.com", "Schemas", "AmazonEventBridgeSchemasServiceRolePolicy"),
    one("scraper.aps.amazonaws.com", "AmazonPrometheusScraper", "AmazonPrometheusScraperServiceRolePolicy"),
    one("sdmp.amazonaws.com", "SDMP", "AWSSDMPServiceRolePolicy"),
    one("security-ir.amazonaws.com", "SecurityIncidentResponse", "AWSSecurityIncidentResponseServiceRolePolicy"),
    one("securityhub.amazonaws.com", "SecurityHub", "AWSSecurityHubServiceRolePolicy"),
    one("securityhubv2.amazonaws.com", "SecurityHubV2", "AWSSecurityHubV2ServiceRolePolicy"),
    one("securitylake.amazonaws.com", "SecurityLake", "SecurityLakeServiceLinkedRole"),
    one(
        "servicecatalog-appregistry.amazonaws.com",
        "AWSServiceCatalogAppRegistry",
        "AWSServiceCatalogAppRegistryServiceRolePolicy",
    ),
    one("servicequotas.amazonaws.com", "ServiceQuotas", "ServiceQuotasServiceRolePolicy"),
    one("ses.amazonaws.com", "AmazonSES", "AmazonSESServiceRolePolicy"),
    one("shield.amazonaws.com", "AWSShield", "AWSShieldServiceRolePolicy"),
    one("sms.amazonaws.com", "SMS", "AWSServiceRoleForSMS"),
    one("smsintegration.migrationhub.amazonaws.com", "MigrationHubSMSAccess", "MigrationHubSMSAccessServiceRolePolicy"),
    one("spot.amazonaws.com", "EC2Spot", "AWSEC2SpotServiceRolePolicy"),
    one("spotfleet.amazonaws.com", "EC2SpotFleet", "AWSEC2SpotFleetServiceRolePolicy"),
    one(
        "ssm-incidents.alarms.cloudwatch.amazonaws.com",
        "CloudWatchAlarms_ActionSSMIncidents",
        "AWSCloudWatchAlarms_ActionSSMIncidentsServiceRolePolicy",
    ),
    one("ssm-incidents.amazonaws.com", "IncidentManager", "AWSIncidentManagerServiceRolePolicy"),
    one("ssm-quicksetup.amazonaws.com", "SSMQuickSetup", "SSMQuickSetupRolePolicy"),
    one("ssm-sap.amazonaws.com", "AWSSSMForSAP", "AWSSSMForSAPServiceLinkedRolePolicy"),
    one(
        "ssm.alarms.cloudwatch.amazonaws.com",
        "CloudWatchAlarms_ActionSSM",
        "AWSServiceRoleForCloudWatchAlarmsActionSSMServiceRolePolicy",
    ),
    one("ssm.amazonaws.com", "AmazonSSM", "AmazonSSMServiceRolePolicy"),
    one("sso.amazonaws.com", "SSO", "AWSSSOServiceRolePolicy"),
    one(
        "stacksets.cloudformation.amazonaws.com",
        "CloudFormationStackSetsOrgAdmin",
        "CloudFormationStackSetsOrgAdminServiceRolePolicy",
    ),
    one("storage-lens.s3.amazonaws.com", "S3StorageLens", "S3StorageLensServiceRolePolicy"),
    one("storagegateway.amazonaws.com", "StorageGateway", "AWSStorageGatewayServiceRolePolicy"),
    one("support.amazonaws.com", "Support", "AWSSupportServiceRolePolicy"),
    one("supportplans.amazonaws.com", "SupportPlans", "AWSSupportPlansServiceRolePolicy"),
    one("sync.proton.amazonaws.com", "ProtonSync", "AWSProtonSyncServiceRolePolicy"),
    one("thirdparty.config.amazonaws.com", "ConfigThirdParty", "AWSConfigThirdPartyServiceRolePolicy"),
    one("timestream-influxdb.amazonaws.com", "TimestreamInfluxDB", "AmazonTimestreamInfluxDBServiceRolePolicy"),
    one(
        "topology.networkflowmonitor.amazonaws.com",
        "NetworkFlowMonitor_Topology",
        "CloudWatchNetworkFlowMonitorTopologyServiceRolePolicy",
    ),
    one(
        "transcription.chime.amazonaws.com",
        "AmazonChimeTranscription",
        "AmazonChimeTranscriptionServiceLinkedRolePolicy",
    ),
    one("transform-custom.amazonaws.com", "AWSTransformCustom", "AWSServiceRoleForAWSTransformCustom"),
    one("transitgateway.amazonaws.com", "VPCTransitGateway", "AWSVPCTransitGatewayServiceRolePolicy"),
    one(
        "triage.security-ir.amazonaws.com",
        "SecurityIncidentResponse_Triage",
        "AWSSecurityIncidentResponseTriageServiceRolePolicy",
    ),
    one("trustedadvisor.amazonaws.com", "TrustedAdvisor", "AWSTrustedAdvisorServiceRolePolicy"),
    one(
        "user-attribute-cost-allocation-data.amazonaws.com",
        "UserAttributeCostAllocation",
        "AWSUserAttributeCostAllocationPolicy",
    ),
    one("verified-access.amazonaws.com", "VPCVerifiedAccess", "AWSVPCVerifiedAccessServiceRolePolicy"),
    one(
        "voiceconnector.chime.amazonaws.com",
        "AmazonChimeVoiceConnector",
        "AmazonChimeVoiceConnectorServiceLinkedRolePolicy",
    ),
    one("vpc-lattice.amazonaws.com", "VpcLattice", "AWSVpcLatticeServiceRolePolicy"),
    one("vpcorigin.cloudfront.amazonaws.com", "CloudFrontVPCOrigin", "AWSCloudFrontVPCOriginServiceRolePolicy"),
    one("waf.amazonaws.com", "WAFLogging", "WAFLoggingServiceRolePolicy"),
    one("wafv2.amazonaws.com", "WAFV2Logging", "WAFV2LoggingServiceRolePolicy"),
    one("wellarchitected.amazonaws.com", "WellArchitected", "AWSWellArchitectedOrganizationsServiceRolePolicy"),
    one("workspaces-web.amazonaws.com", "AmazonWorkSpacesWeb", "AmazonWorkSpacesWebServiceRolePolicy"),
    one(
        "workspaces.application-autoscaling.amazonaws.com",
        "ApplicationAutoScaling_WorkSpacesPool",
        "AWSApplicationAutoscalingWorkSpacesPoolPolicy",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::managed::{ManagedPolicy, managed_policies, managed_policy};

    /// The role of Lex carries a policy that AWS's published list leaves out.
    const UNLISTED: &str = "AmazonLexBotPolicy";

    /// What AWS's documents name and no service creates under that name: two services of Elastic Beanstalk whose
    /// roles have longer names, and a Redshift API that uses the role of Redshift itself.
    const NOT_SO: [(&str, &str); 3] = [
        ("maintenance.elasticbeanstalk.amazonaws.com", "ElasticBeanstalk"),
        ("managedupdates.elasticbeanstalk.amazonaws.com", "ElasticBeanstalk"),
        ("redshift-data.amazonaws.com", "Redshift"),
    ];

    /// The roles that a document of AWS names: service, and name behind `AWSServiceRoleFor` without wildcards.
    fn named(document: &str) -> impl Iterator<Item = (&str, &str)> {
        let arns = document.split("role/aws-service-role/").skip(1).filter_map(|rest| rest.split('"').next());
        arns.filter_map(|arn| arn.split_once("/AWSServiceRoleFor")).filter_map(|(service, role)| {
            let role = role.trim_end_matches(['*', '_']);
            (!service.contains('*') && !role.contains('*') && !role.is_empty()).then_some((service, role))
        })
    }

    #[test]
    fn every_role_that_aws_s_policies_name_is_here() {
        let documents = managed_policies().iter().map(ManagedPolicy::document);
        for (service, role) in documents.flat_map(named).filter(|pair| !NOT_SO.contains(pair)) {
            let linked = linked(service).unwrap_or_else(|| panic!("{service}: {role}"));
            // A wildcard may cut the name short.
            assert!(linked.role.starts_with(role), "{service}: {role}, not {}", linked.role);
        }
    }

    #[test]
    fn every_role_carries_a_policy_that_aws_has() {
        for linked in LINKED.iter().filter(|linked| linked.policy != UNLISTED) {
            let policy = managed_policy(linked.policy).unwrap_or_else(|| panic!("{}", linked.policy));
            assert_eq!(policy.path, "/aws-service-role/", "{}", linked.policy);
        }
    }

    #[test]
    fn services_and_role_names_stand_once_and_in_order() {
        assert!(LINKED.is_sorted_by(|one, other| one.service < other.service));
        let mut roles: Vec<&str> = LINKED.iter().map(|linked| linked.role).collect();
        roles.sort_unstable();
        roles.dedup();
        assert_eq!(roles.len(), LINKED.len());
    }
}
