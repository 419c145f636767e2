/* SPDX-License-Identifier: Apache-2.0 */
/* What the objects of a Security Hub finding (ASFF) are called in ECS. Source: the AWS Security Finding Format and the field names of Elastic's integration. */
#include "sources/aws_members.h"

/* ---- Action ---- */

static const struct member city[] = {
    KEEP("CityName", "name"),
    END,
};

static const struct member country[] = {
    KEEP("CountryCode", "code"),
    KEEP("CountryName", "name"),
    END,
};

static const struct member geo_location[] = {
    AS(DOUBLE, "Lat", "latitude"),
    AS(DOUBLE, "Lon", "longitude"),
    END,
};

static const struct member organization[] = {
    AS(TEXT, "Asn", "asn"),
    KEEP("AsnOrg", "asn_organization"),
    KEEP("Isp", "internet_service_provider"),
    KEEP("Org", "internet_provider"),
    END,
};

static const struct member remote_ip[] = {
    OBJECT("City", "city", city),
    OBJECT("Country", "country", country),
    OBJECT("GeoLocation", "geolocation", geo_location),
    AS(IP, "IpAddressV4", "ip.address_v4"),
    OBJECT("Organization", "organization", organization),
    END,
};

static const struct member domain_details[] = {
    KEEP("Domain", "domain"),
    END,
};

static const struct member aws_api_call[] = {
    FREE("AffectedResources", "affected_resources"),
    KEEP("Api", "api"),
    KEEP("CallerType", "caller.type"),
    OBJECT("DomainDetails", "domain_details", domain_details),
    AS(DATE, "FirstSeen", "first_seen"),
    AS(DATE, "LastSeen", "last_seen"),
    OBJECT("RemoteIpDetails", "remote_ip", remote_ip),
    KEEP("ServiceName", "service.name"),
    END,
};

static const struct member dns_request[] = {
    AS(BOOLEAN, "Blocked", "blocked"),
    KEEP("Domain", "domain"),
    KEEP("Protocol", "protocol"),
    END,
};

static const struct member port[] = {
    AS(LONG, "Port", "number"),
    KEEP("PortName", "name"),
    END,
};

static const struct member network_connection[] = {
    AS(BOOLEAN, "Blocked", "blocked"),
    KEEP("ConnectionDirection", "direction"),
    OBJECT("LocalPortDetails", "local.port", port),
    KEEP("Protocol", "protocol"),
    OBJECT("RemoteIpDetails", "remote_ip", remote_ip),
    OBJECT("RemotePortDetails", "remote.port", port),
    END,
};

static const struct member local_ip[] = {
    AS(IP, "IpAddressV4", "address_v4"),
    END,
};

static const struct member port_probe_detail[] = {
    OBJECT("LocalIpDetails", "local.ip", local_ip),
    OBJECT("LocalPortDetails", "local.port", port),
    OBJECT("RemoteIpDetails", "remote_ip", remote_ip),
    END,
};

static const struct member port_probe[] = {
    AS(BOOLEAN, "Blocked", "blocked"),
    LIST("PortProbeDetails", "details", port_probe_detail),
    END,
};

static const struct member action[] = {
    COPIED("ActionType", "type"),
    OBJECT("AwsApiCallAction", "aws_api_call", aws_api_call),
    OBJECT("DnsRequestAction", "dns_request", dns_request),
    OBJECT("NetworkConnectionAction", "network_connection", network_connection),
    OBJECT("PortProbeAction", "port_probe", port_probe),
    END,
};

const struct member securityhub_action = OBJECT("Action", "", action);

/* ---- The finding's small parts ---- */

static const struct member status_reason[] = {
    KEEP("Description", "description"),
    KEEP("ReasonCode", "reason_code"),
    END,
};

static const struct member compliance[] = {
    KEEP("RelatedRequirements", "related_requirements"),
    KEEP("Status", "status"),
    LIST("StatusReasons", "status_reasons", status_reason),
    END,
};

static const struct member related_finding[] = {
    KEEP("Id", "id"),
    KEEP("ProductArn", "product.arn"),
    END,
};

static const struct member severity[] = {
    KEEP("Label", "label"),
    KEEP("Original", "original"),
    AS(TEXT, "Normalized", "normalized"),
    AS(TEXT, "Product", "product"),
    END,
};

static const struct member provider_fields[] = {
    AS(LONG, "Confidence", "confidence"),
    AS(LONG, "Criticality", "criticality"),
    LIST("RelatedFindings", "related_findings", related_finding),
    OBJECT("Severity", "severity", severity),
    KEEP("Types", "types"),
    END,
};

static const struct member malware[] = {
    KEEP("Name", "name"), KEEP("Path", "path"), KEEP("State", "state"), KEEP("Type", "type"), END,
};

static const struct member note[] = {
    KEEP("Text", "text"),
    AS(DATE, "UpdatedAt", "updated_at"),
    KEEP("UpdatedBy", "updated_by"),
    END,
};

static const struct member patch_summary[] = {
    AS(LONG, "FailedCount", "failed.count"),
    KEEP("Id", "id"),
    AS(LONG, "InstalledCount", "installed.count"),
    AS(LONG, "InstalledOtherCount", "installed.other.count"),
    AS(LONG, "InstalledPendingReboot", "installed.pending_reboot"),
    AS(LONG, "InstalledRejectedCount", "installed.rejected.count"),
    AS(LONG, "MissingCount", "missing.count"),
    KEEP("Operation", "operation.type"),
    AS(DATE, "OperationEndTime", "operation.end_time"),
    AS(DATE, "OperationStartTime", "operation.start_time"),
    KEEP("RebootOption", "reboot_option"),
    END,
};

static const struct member process[] = {
    AS_COPIED(DATE, "LaunchedAt", "launched_at"),
    COPIED("Name", "name"),
    AS_COPIED(LONG, "ParentPid", "parent.pid"),
    COPIED("Path", "path"),
    AS_COPIED(LONG, "Pid", "pid"),
    AS_COPIED(DATE, "TerminatedAt", "terminated_at"),
    END,
};

static const struct member recommendation[] = {
    KEEP("Text", "text"),
    KEEP("Url", "url"),
    END,
};

static const struct member remediation[] = {
    OBJECT("Recommendation", "recommendation", recommendation),
    END,
};

static const struct member indicator[] = {
    KEEP("Category", "category"),
    AS(DATE, "LastObservedAt", "last_observed_at"),
    KEEP("Source", "source"),
    KEEP("SourceUrl", "source_url"),
    KEEP("Value", "value"),
    KEEP("Type", "type"),
    END,
};

const struct member securityhub_compliance = OBJECT("Compliance", "", compliance);
const struct member securityhub_related_findings = LIST("RelatedFindings", "", related_finding);
const struct member securityhub_severity = OBJECT("Severity", "", severity);
const struct member securityhub_provider_fields =
    OBJECT("FindingProviderFields", "", provider_fields);
const struct member securityhub_malware = LIST("Malware", "", malware);
const struct member securityhub_note = OBJECT("Note", "", note);
const struct member securityhub_patch_summary = OBJECT("PatchSummary", "", patch_summary);
const struct member securityhub_process = OBJECT("Process", "", process);
const struct member securityhub_remediation = OBJECT("Remediation", "", remediation);
const struct member securityhub_indicators = LIST("ThreatIntelIndicators", "", indicator);

/* ---- Network ---- */

static const struct member open_ports[] = {
    AS(LONG, "Begin", "begin"),
    AS(LONG, "End", "end"),
    END,
};

static const struct member network[] = {
    COPIED("DestinationDomain", "destination.domain"),
    AS_COPIED(IP, "DestinationIpV4", "destination.ip.v4"),
    AS_COPIED(IP, "DestinationIpV6", "destination.ip.v6"),
    AS_COPIED(LONG, "DestinationPort", "destination.port"),
    COPIED("Direction", "direction"),
    OBJECT("OpenPortRange", "open_port_range", open_ports),
    COPIED("Protocol", "protocol"),
    COPIED("SourceDomain", "source.domain"),
    AS_COPIED(IP, "SourceIpV4", "source.ip.v4"),
    AS_COPIED(IP, "SourceIpV6", "source.ip.v6"),
    AS_COPIED(MAC, "SourceMac", "source.mac"),
    AS_COPIED(LONG, "SourcePort", "source.port"),
    END,
};

static const struct member path_end[] = {
    FREE("Address", "address"),
    LIST("PortRanges", "port_ranges", open_ports),
    END,
};

static const struct member path_way[] = {
    OBJECT("Destination", "destination", path_end),
    KEEP("Protocol", "protocol"),
    OBJECT("Source", "source", path_end),
    END,
};

static const struct member network_path[] = {
    KEEP("ComponentId", "component.id"),
    KEEP("ComponentType", "component.type"),
    OBJECT("Egress", "egress", path_way),
    OBJECT("Ingress", "ingress", path_way),
    END,
};

const struct member securityhub_network = OBJECT("Network", "", network);
const struct member securityhub_network_path = LIST("NetworkPath", "", network_path);

/* ---- Vulnerabilities ---- */

static const struct member adjustment[] = {
    KEEP("Metric", "metric"),
    KEEP("Reason", "reason"),
    END,
};

static const struct member cvss[] = {
    LIST("Adjustments", "adjustments", adjustment),
    AS(DOUBLE, "BaseScore", "base_score"),
    KEEP("BaseVector", "base_vector"),
    KEEP("Source", "source"),
    KEEP("Version", "version"),
    END,
};

static const struct member vendor[] = {
    KEEP("Name", "name"),
    KEEP("Url", "url"),
    AS(DATE, "VendorCreatedAt", "created_at"),
    KEEP("VendorSeverity", "severity"),
    AS(DATE, "VendorUpdatedAt", "updated_at"),
    END,
};

static const struct member package[] = {
    KEEP("Category", "category"),
    KEEP("Architecture", "architecture"),
    KEEP("Epoch", "epoch"),
    KEEP("FilePath", "file_path"),
    KEEP("Name", "name"),
    KEEP("PackageManager", "package_manager"),
    KEEP("Release", "release"),
    KEEP("Version", "version"),
    END,
};

static const struct member vulnerability[] = {
    LIST("Cvss", "cvss", cvss),
    KEEP("Id", "id"),
    KEEP("ReferenceUrls", "reference_urls"),
    KEEP("RelatedVulnerabilities", "related_vulnerabilities"),
    OBJECT("Vendor", "vendor", vendor),
    LIST("VulnerablePackages", "vulnerable_packages", package),
    END,
};

const struct member securityhub_vulnerabilities = LIST("Vulnerabilities", "", vulnerability);
