/* SPDX-License-Identifier: Apache-2.0 */
/* What the objects of a GuardDuty finding are called in ECS: `resource` and `service`. Source: the finding format of the GuardDuty user guide and the field names of Elastic's integration. */
#include "sources/aws_members.h"

/* ---- Resource ---- */

static const struct member access_key[] = {
    KEEP("accessKeyId", "accesskey_id"),
    KEEP("userType", "user.type"),
    COPIED("principalId", "principal_id"),
    COPIED("userName", "user.name"),
    END,
};

static const struct member security_context[] = {
    AS(BOOLEAN, "privileged", "privileged"),
    END,
};

static const struct member volume_mount[] = {
    KEEP("mountPath", "mount_path"),
    END,
};

static const struct member container[] = {
    KEEP("containerRuntime", "container_runtime"),
    KEEP("id", "id"),
    KEEP("image", "image.value"),
    KEEP("imagePrefix", "image.prefix"),
    KEEP("name", "name"),
    OBJECT("securityContext", "security_context", security_context),
    LIST("volumeMounts", "volume_mounts", volume_mount),
    END,
};

/* The same in a task, whose id, name and runtime ECS fields hold. */
static const struct member task_container[] = {
    COPIED("containerRuntime", "container_runtime"),
    COPIED("id", "id"),
    KEEP("image", "image.value"),
    KEEP("imagePrefix", "image.prefix"),
    COPIED("name", "name"),
    OBJECT("securityContext", "security_context", security_context),
    LIST("volumeMounts", "volume_mounts", volume_mount),
    END,
};

static const struct member volume[] = {
    FREE("hostPath", "host_path"),
    END,
};

static const struct member ebs_volume[] = {
    KEEP("deviceName", "device_name"), KEEP("encryptionType", "encryption_type"),
    KEEP("kmsKeyArn", "kmskey_arn"),   KEEP("snapshotArn", "snapshot_arn"),
    KEEP("volumeArn", "volume.arn"),   AS(LONG, "volumeSizeInGB", "volume.size_in_gb"),
    KEEP("volumeType", "volume.type"), END,
};

static const struct member ebs_volumes[] = {
    LIST("scannedVolumeDetails", "scanned_volume_details", ebs_volume),
    LIST("skippedVolumeDetails", "skipped_volume_details", ebs_volume),
    END,
};

static const struct member ecs_task[] = {
    KEEP("arn", "arn"),
    LIST("containers", "containers", task_container),
    KEEP("definitionArn", "definitionarn"),
    KEEP("group", "group"),
    AS(DATE, "startedAt", "started_at"),
    KEEP("startedBy", "started_by"),
    FREE("tags", "tags"),
    AS(DATE, "createdAt", "created_at"),
    KEEP("version", "version"),
    LIST("volumes", "volumes", volume),
    END,
};

static const struct member ecs_cluster[] = {
    AS(LONG, "activeServicesCount", "active_services_count"),
    KEEP("arn", "arn"),
    KEEP("name", "name"),
    AS(LONG, "registeredContainerInstancesCount", "registered_container_instances_count"),
    AS(LONG, "runningTasksCount", "running_tasks_count"),
    KEEP("status", "status"),
    FREE("tags", "tags"),
    OBJECT("taskDetails", "task_details", ecs_task),
    END,
};

static const struct member eks_cluster[] = {
    KEEP("arn", "arn"),
    AS(DATE, "createdAt", "created_at"),
    KEEP("name", "name"),
    KEEP("status", "status"),
    FREE("tags", "tags"),
    KEEP("vpcId", "vpcid"),
    END,
};

static const struct member private_address[] = {
    AS(IP, "privateIpAddress", "private.ip_address"),
    KEEP("privateDnsName", "private.dns_name"),
    END,
};

static const struct member security_group[] = {
    KEEP("groupId", "group.id"),
    KEEP("groupName", "group.name"),
    END,
};

static const struct member network_interface[] = {
    AS(IP, "ipv6Addresses", "ipv6_addresses"),
    KEEP("networkInterfaceId", "network_interface_id"),
    KEEP("privateDnsName", "private.dns_name"),
    AS(IP, "privateIpAddress", "private.ip_address"),
    LIST("privateIpAddresses", "private.ip_addresses", private_address),
    KEEP("publicDnsName", "public.dns_name"),
    AS(IP, "publicIp", "public.ip"),
    LIST("securityGroups", "security_groups", security_group),
    KEEP("subnetId", "subnet_id"),
    KEEP("vpcId", "vpc_id"),
    END,
};

static const struct member product_code[] = {
    KEEP("productCodeId", "product_code.id"),
    KEEP("productCodeType", "product_code.type"),
    END,
};

static const struct member instance[] = {
    KEEP("availabilityZone", "availability_zone"),
    FREE("iamInstanceProfile", "iaminstance_profile"),
    KEEP("imageDescription", "image.description"),
    KEEP("imageId", "image.id"),
    COPIED("instanceId", "instance.id"),
    KEEP("instanceState", "instance.state"),
    COPIED("instanceType", "instance.type"),
    AS(DATE, "launchTime", "launch_time"),
    LIST("networkInterfaces", "network_interfaces", network_interface),
    KEEP("outpostArn", "outpost_arn"),
    COPIED("platform", "platform"),
    LIST("productCodes", "product_codes", product_code),
    FREE("tags", "tags"),
    END,
};

static const struct member kubernetes_user[] = {
    COPIED("uid", "uid"),
    COPIED("username", "user_name"),
    COPIED("groups", "groups"),
    END,
};

static const struct member kubernetes_workload[] = {
    LIST("containers", "containers", container),
    AS(BOOLEAN, "hostNetwork", "host_network"),
    COPIED("name", "name"),
    COPIED("namespace", "name_space"),
    COPIED("type", "type"),
    KEEP("uid", "uid"),
    LIST("volumes", "volumes", volume),
    END,
};

static const struct member kubernetes[] = {
    OBJECT("kubernetesUserDetails", "kubernetes_user_details", kubernetes_user),
    OBJECT("kubernetesWorkloadDetails", "kubernetes_workload_details", kubernetes_workload),
    END,
};

static const struct member database[] = {
    KEEP("dbInstanceIdentifier", "instance_identifier"),
    KEEP("engine", "engine"),
    AS(TEXT, "engineVersion", "engine_version"),
    KEEP("dbClusterIdentifier", "cluster_identifier"),
    KEEP("dbInstanceArn", "instance_arn"),
    END,
};

static const struct member database_user[] = {
    COPIED("user", "user"), KEEP("application", "application"), KEEP("database", "database"),
    KEEP("ssl", "ssl"),     KEEP("authMethod", "auth_method"),  END,
};

static const struct member encryption[] = {
    KEEP("encryptionType", "encryption_type"),
    KEEP("kmsMasterKeyArn", "kms_masterkey_arn"),
    END,
};

static const struct member bucket[] = {
    AS(DATE, "createdAt", "created_at"),
    OBJECT("defaultServerSideEncryption", "default_server_side_encryption", encryption),
    FREE("publicAccess", "public_access"),
    END,
};

static const struct member resource[] = {
    OBJECT("accessKeyDetails", "access_key_details", access_key),
    OBJECT("containerDetails", "container_details", container),
    OBJECT("ebsVolumeDetails", "ebs_volume_details", ebs_volumes),
    OBJECT("ecsClusterDetails", "ecs_cluster_details", ecs_cluster),
    OBJECT("eksClusterDetails", "eks_cluster_details", eks_cluster),
    OBJECT("instanceDetails", "instance_details", instance),
    OBJECT("kubernetesDetails", "kubernetes_details", kubernetes),
    OBJECT("rdsDbInstanceDetails", "rdsdb_instance_details", database),
    OBJECT("rdsDbUserDetails", "rdsdb_user_details", database_user),
    KEEP("resourceType", "type"),
    LIST("s3BucketDetails", "s3_bucket_details", bucket),
    END,
};

/* ---- Service ---- */

static const struct member city[] = {
    COPIED("cityName", "name"),
    END,
};

static const struct member country[] = {
    COPIED("countryCode", "code"),
    COPIED("countryName", "name"),
    END,
};

static const struct member organization[] = {
    COPIED("asn", "asn"), COPIED("asnOrg", "asnorg"), KEEP("isp", "isp"), KEEP("org", "org"), END,
};

static const struct member remote_ip[] = {
    OBJECT("city", "city", city),
    OBJECT("country", "country", country),
    AS_COPIED(FREE, "geoLocation", "geo_location"),
    AS_COPIED(IP, "ipAddressV4", "ip_address_v4"),
    OBJECT("organization", "organization", organization),
    END,
};

static const struct member local_ip[] = {
    AS_COPIED(IP, "ipAddressV4", "ip_address_v4"),
    END,
};

static const struct member local_port[] = {
    AS_COPIED(LONG, "port", "port.value"),
    KEEP("portName", "port.name"),
    END,
};

static const struct member remote_port[] = {
    AS(LONG, "port", "port.value"),
    KEEP("portName", "port.name"),
    END,
};

static const struct member domain_details[] = {
    KEEP("domain", "domain"),
    END,
};

static const struct member remote_account[] = {
    KEEP("accountId", "account_id"),
    AS(BOOLEAN, "affiliated", "affiliated"),
    END,
};

static const struct member aws_api_call[] = {
    FREE("affectedResources", "affected_resources"),
    KEEP("api", "api"),
    KEEP("callerType", "caller_type"),
    OBJECT("domainDetails", "domain_details", domain_details),
    KEEP("errorCode", "error_code"),
    OBJECT("remoteAccountDetails", "remote_account_details", remote_account),
    OBJECT("remoteIpDetails", "remote_ip_details", remote_ip),
    COPIED("serviceName", "service_name"),
    KEEP("userAgent", "user_agent"),
    END,
};

static const struct member dns_request[] = {
    AS(BOOLEAN, "blocked", "blocked"),
    COPIED("domain", "domain"),
    COPIED("protocol", "protocol"),
    END,
};

static const struct member kubernetes_api_call[] = {
    KEEP("parameters", "parameters"),
    OBJECT("remoteIpDetails", "remote_ip_details", remote_ip),
    KEEP("requestUri", "request_uri"),
    AS_COPIED(IP, "sourceIPs", "source_ips"),
    AS(LONG, "statusCode", "status_code"),
    KEEP("userAgent", "user_agent"),
    KEEP("verb", "verb"),
    END,
};

static const struct member network_connection[] = {
    AS(BOOLEAN, "blocked", "blocked"),
    COPIED("connectionDirection", "connection_direction"),
    OBJECT("localIpDetails", "local_ip_details", local_ip),
    OBJECT("localPortDetails", "local_port_details", local_port),
    COPIED("protocol", "transport"),
    OBJECT("remoteIpDetails", "remote_ip_details", remote_ip),
    OBJECT("remotePortDetails", "remote_port_details", remote_port),
    END,
};

static const struct member port_probe_detail[] = {
    OBJECT("localIpDetails", "local_ip_details", local_ip),
    OBJECT("localPortDetails", "local_port_details", local_port),
    OBJECT("remoteIpDetails", "remote_ip_details", remote_ip),
    END,
};

static const struct member port_probe[] = {
    AS(BOOLEAN, "blocked", "blocked"),
    LIST("portProbeDetails", "port_probe_details", port_probe_detail),
    END,
};

static const struct member rds_login_attempt[] = {
    OBJECT("remoteIpDetails", "remote_ip_details", remote_ip),
    END,
};

static const struct member action[] = {
    COPIED("actionType", "type"),
    OBJECT("awsApiCallAction", "aws_api_call_action", aws_api_call),
    OBJECT("dnsRequestAction", "dns_request_action", dns_request),
    OBJECT("kubernetesApiCallAction", "kubernetes_api_call_action", kubernetes_api_call),
    OBJECT("networkConnectionAction", "network_connection_action", network_connection),
    OBJECT("portProbeAction", "port_probe_action", port_probe),
    OBJECT("rdsLoginAttemptAction", "rds_login_attempt_action", rds_login_attempt),
    END,
};

static const struct member highest_severity[] = {
    AS(LONG, "count", "count"),
    KEEP("severity", "severity"),
    KEEP("threatName", "threat_name"),
    END,
};

static const struct member scanned_items[] = {
    AS(LONG, "files", "files"),
    AS(LONG, "totalGb", "total_gb"),
    AS(LONG, "volumes", "volumes"),
    END,
};

static const struct member file_path[] = {
    COPIED("fileName", "file.name"),
    COPIED("filePath", "file.path"),
    COPIED("hash", "hash"),
    KEEP("volumeArn", "volume_arn"),
    END,
};

static const struct member threat_name[] = {
    LIST("filePaths", "file_paths", file_path),
    AS(LONG, "itemCount", "item_count"),
    END,
};

static const struct member threats_by_name[] = {
    AS(LONG, "itemCount", "item_count"),
    AS(BOOLEAN, "shortened", "shortened"),
    LIST("threatNames", "threat_names", threat_name),
    AS(LONG, "uniqueThreatNameCount", "unique_threat_name_count"),
    END,
};

static const struct member threats_detected[] = {
    AS(LONG, "files", "files"),
    END,
};

static const struct member detections[] = {
    OBJECT("highestSeverityThreatDetails", "highest_severity_threat_details", highest_severity),
    OBJECT("scannedItemCount", "scanned_item_count", scanned_items),
    OBJECT("threatDetectedByName", "threat_detected_by_name", threats_by_name),
    OBJECT("threatsDetectedItemCount", "threats_detected_item_count", threats_detected),
    END,
};

static const struct member ebs_scan[] = {
    AS(DATE, "scanCompletedAt", "scan.completed_at"),
    OBJECT("scanDetections", "scan.detections", detections),
    KEEP("scanId", "scan.id"),
    AS(DATE, "scanStartedAt", "scan.started_at"),
    KEEP("sources", "sources"),
    KEEP("triggerFindingId", "trigger_finding_id"),
    END,
};

static const struct member threat_intelligence[] = {
    KEEP("threatListName", "threat.list_name"),
    KEEP("threatNames", "threat.names"),
    END,
};

static const struct member evidence[] = {
    LIST("threatIntelligenceDetails", "threat_intelligence_details", threat_intelligence),
    END,
};

static const struct member service[] = {
    OBJECT("action", "action", action),
    FREE("additionalInfo", "additional_info"),
    AS(BOOLEAN, "archived", "archived"),
    AS(LONG, "count", "count"),
    KEEP("detectorId", "detector_id"),
    OBJECT("ebsVolumeScanDetails", "ebs_volume_scan_details", ebs_scan),
    AS_COPIED(DATE, "eventFirstSeen", "event.first_seen"),
    AS_COPIED(DATE, "eventLastSeen", "event.last_seen"),
    OBJECT("evidence", "evidence", evidence),
    KEEP("featureName", "feature_name"),
    KEEP("resourceRole", "resource_role"),
    COPIED("serviceName", "service_name"),
    KEEP("userFeedback", "user_feedback"),
    END,
};

const struct member guardduty_resource = OBJECT("resource", "", resource);
const struct member guardduty_service = OBJECT("service", "", service);
