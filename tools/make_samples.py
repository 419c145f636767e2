#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write the sample logs of data/samples.

    make_samples.py [FOLDER]

Every record is invented here; only the shapes follow the providers' documentation. The same files come out on every run:
ids and choices are hashes of a counter, times are steps from a fixed morning. Names are reserved ones (example.com,
documentation address ranges, account 111122223333) or made up."""
import datetime
import gzip
import hashlib
import json
import pathlib
import sys

MORNING = datetime.datetime(2026, 3, 10, 8, 0, 0)
ACCOUNT = "111122223333"
REGION = "eu-central-1"
SUBSCRIPTION = "00000000-0000-4000-8000-00000000a001"
TENANT = "00000000-0000-4000-8000-00000000a002"
PROJECT = "sample-project"
OFFICE, HOME, RUNNER, STRANGER = "192.0.2.10", "198.51.100.23", "192.0.2.80", "203.0.113.66"


class Dice:
    """Repeatable choices: the n-th throw is a hash of the name and n."""

    def __init__(self, name):
        self.name = name
        self.throws = 0

    def digest(self):
        self.throws += 1
        return hashlib.sha256(f"{self.name} {self.throws}".encode()).hexdigest()

    def below(self, n):
        return int(self.digest()[:12], 16) % n

    def pick(self, items):
        return items[self.below(len(items))]

    def hex(self, n):
        return self.digest()[:n]

    def guid(self):
        h = self.digest()
        return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-8{h[17:20]}-{h[20:32]}"


def spread(records, extra):
    """Benign records at even steps through the morning, with the records of `extra` (minute, record) among them, by time."""
    step = 240 * 60 // max(1, len(records))
    timed = [(i * step, 0, r) for i, r in enumerate(records)] + [(m * 60, 1, r) for m, r in extra]
    return [(MORNING + datetime.timedelta(seconds=s), r) for s, _, r in sorted(timed, key=lambda t: t[:2])]


# ---- AWS CloudTrail ----

CLI = "aws-cli/2.15.30 md/Botocore#2.4.5 os/linux#6.1.0 lang/python#3.11.2"
SDK = "aws-sdk-go/1.50.0 (go1.21.6; linux; amd64)"


def iam_user(name):
    return {"type": "IAMUser", "principalId": f"AIDAEXAMPLE{name.upper():0<10}"[:21],
            "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}", "accountId": ACCOUNT,
            "accessKeyId": "AKIAEXAMPLE000000001", "userName": name}


def role(name, session, mfa="false"):
    issuer = f"AROAEXAMPLE{name.upper().replace('-', ''):0<10}"[:21]
    return {"type": "AssumedRole", "principalId": f"{issuer}:{session}",
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{session}", "accountId": ACCOUNT,
            "accessKeyId": "ASIAEXAMPLE000000001",
            "sessionContext": {
                "sessionIssuer": {"type": "Role", "principalId": issuer,
                                  "arn": f"arn:aws:iam::{ACCOUNT}:role/{name}", "accountId": ACCOUNT, "userName": name},
                "attributes": {"creationDate": "2026-03-10T07:55:00Z", "mfaAuthenticated": mfa}}}


ALICE, BOB = iam_user("alice"), iam_user("bob")
DEPLOY = role("deploy", "pipeline-4711")
READER = role("monitoring", "collector")


def aws(identity, source, name, request=None, response=None, address=OFFICE, agent=CLI, read=True, **more):
    return {"userIdentity": identity, "eventSource": source + ".amazonaws.com", "eventName": name, "awsRegion": REGION,
            "sourceIPAddress": address, "userAgent": agent, **more, "requestParameters": request,
            "responseElements": response, "readOnly": read}


def permission(cidr, port):
    return {"groupId": "sg-0a1b2c3d4e5f60001", "ipPermissions": {"items": [
        {"ipProtocol": "tcp", "fromPort": port, "toPort": port, "groups": {}, "ipRanges": {"items": [{"cidrIp": cidr}]},
         "ipv6Ranges": {}, "prefixListIds": {}}]}}


def aws_benign(dice):
    instance = f"i-0{dice.hex(16)}"
    return dice.pick([
        lambda: aws(READER, "ec2", "DescribeInstances", {"maxResults": 100, "instancesSet": {}, "filterSet": {}},
                    address=RUNNER, agent=SDK),
        lambda: aws(READER, "ec2", "DescribeSecurityGroups", {"maxResults": 200, "securityGroupSet": {}},
                    address=RUNNER, agent=SDK),
        lambda: aws(ALICE, "ec2", "DescribeInstanceStatus", {"instancesSet": {"items": [{"instanceId": instance}]}}),
        lambda: aws(ALICE, "s3", "ListBuckets", {"Host": "s3.example.com"}, agent=f"[{CLI}]"),
        lambda: aws(BOB, "s3", "GetBucketAcl", {"bucketName": "example-reports", "acl": ""}, address=HOME),
        lambda: aws(BOB, "iam", "ListUsers", {"maxItems": 100}, address=HOME),
        lambda: aws(DEPLOY, "sts", "GetCallerIdentity", address=RUNNER, agent=SDK),
        lambda: aws(DEPLOY, "ssm", "GetParameter", {"name": "/web/version", "withDecryption": False}, address=RUNNER,
                    agent=SDK),
        lambda: aws(DEPLOY, "kms", "Decrypt", {"encryptionContext": {"service": "web"},
                    "encryptionAlgorithm": "SYMMETRIC_DEFAULT"}, address=RUNNER, agent=SDK),
        lambda: aws(READER, "monitoring", "GetMetricData", {"startTime": "Mar 10, 2026, 8:00:00 AM"}, address=RUNNER,
                    agent=SDK),
        lambda: aws(DEPLOY, "ecs", "UpdateService", {"service": "web", "desiredCount": 1 + dice.below(4)},
                    {"service": {"serviceName": "web", "status": "ACTIVE"}}, address=RUNNER, agent=SDK, read=False),
        lambda: aws(ALICE, "ec2", "CreateTags", {"resourcesSet": {"items": [{"resourceId": instance}]},
                    "tagSet": {"items": [{"key": "owner", "value": "web"}]}}, {"_return": True}, read=False),
        lambda: aws({"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"}, "sts", "AssumeRole",
                    {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/autoscaling", "roleSessionName": "AutoScaling"},
                    {"credentials": {"accessKeyId": "ASIAEXAMPLE000000002", "expiration": "Mar 10, 2026, 1:00:00 PM"}},
                    address="autoscaling.amazonaws.com", agent="autoscaling.amazonaws.com"),
    ])()


def aws_changes():
    done = {"_return": True}
    opened = {"_return": True, "securityGroupRuleSet": {"items": [
        {"groupOwnerId": ACCOUNT, "groupId": "sg-0a1b2c3d4e5f60001", "securityGroupRuleId": "sgr-0a1b2c3d4e5f60001",
         "isEgress": False, "ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "cidrIpv4": "0.0.0.0/0"}]}}
    acl = {"networkAclId": "acl-0a1b2c3d4e5f60001", "ruleNumber": 10, "egress": False, "ruleAction": "allow",
           "icmpTypeCode": {}, "portRange": {}, "aclProtocol": "-1", "cidrBlock": "0.0.0.0/0"}
    rule = {"ModifySecurityGroupRulesRequest": {"GroupId": "sg-0a1b2c3d4e5f60001", "SecurityGroupRule": {
        "SecurityGroupRuleId": "sgr-0a1b2c3d4e5f60002", "tag": 1,
        "SecurityGroupRule": {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv4": "0.0.0.0/0"}}}}
    trusted = {"detectorId": "0123456789abcdef0123456789abcdef", "name": "partners", "format": "TXT", "activate": True,
               "location": "https://lists.example.com/trusted.txt"}
    return [
        (31, aws(DEPLOY, "ec2", "CreateSecurityGroup",
                 {"groupName": "web-canary", "groupDescription": "canary of the web tier", "vpcId": "vpc-0a1b2c3d4e5f60001"},
                 {**done, "groupId": "sg-0a1b2c3d4e5f60001"}, address=RUNNER, agent=SDK, read=False)),
        (73, aws(BOB, "ec2", "AuthorizeSecurityGroupIngress", permission("0.0.0.0/0", 3389), address=STRANGER, read=False,
                 errorCode="Client.UnauthorizedOperation", errorMessage="You are not authorized to perform this operation.")),
        (75, aws(BOB, "ec2", "AuthorizeSecurityGroupIngress", permission("0.0.0.0/0", 22), opened, address=STRANGER,
                 read=False)),
        (92, aws(BOB, "ec2", "ModifySecurityGroupRules", rule, done, address=STRANGER, read=False)),
        (94, aws(BOB, "ec2", "CreateNetworkAclEntry", acl, done, address=STRANGER, read=False)),
        (97, aws(BOB, "guardduty", "CreateIPSet", trusted, {"ipSetId": "abcdef0123456789abcdef0123456789"},
                 address=STRANGER, read=False)),
        (131, aws(ALICE, "ec2", "RevokeSecurityGroupIngress", permission("0.0.0.0/0", 22),
                  {**done, "unknownIpPermissionSet": {}}, read=False)),
        (134, aws(DEPLOY, "ec2", "DeleteSecurityGroup", {"groupId": "sg-0a1b2c3d4e5f60001"}, done, address=RUNNER,
                  agent=SDK, read=False)),
    ]


def cloudtrail():
    dice = Dice("cloudtrail")
    records = []
    for time, body in spread([aws_benign(dice) for _ in range(240)], aws_changes()):
        records.append({"eventVersion": "1.09", "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ"), **body,
                        "requestID": dice.guid(), "eventID": dice.guid(), "eventType": "AwsApiCall",
                        "managementEvent": True, "recipientAccountId": ACCOUNT, "eventCategory": "Management",
                        "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
                                       "clientProvidedHostHeader": f"{body['eventSource'].split('.')[0]}.{REGION}.amazonaws.com"}})
    return json.dumps({"Records": records}, separators=(",", ":"))


# ---- Azure ----

def azure_people(name):
    return {"aud": "https://management.example.com/", "iss": f"https://sts.example.com/{TENANT}/", "name": name,
            "appid": "00000000-0000-4000-8000-00000000a003", "ipaddr": HOME,
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name": f"{name.split()[0].lower()}@example.com"}


def azure(resource, action, result="Success", signature="Succeeded.", person="Alice Example", address=OFFICE, **properties):
    scope = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-web/providers/{resource}"
    return {"resourceId": scope.upper(), "operationName": action.upper(), "category": "Administrative",
            "resultType": result, "resultSignature": signature, "durationMs": "0", "callerIpAddress": address,
            "identity": {"authorization": {"scope": scope, "action": action, "evidence": {
                "role": "Contributor", "roleAssignmentScope": f"/subscriptions/{SUBSCRIPTION}", "principalType": "User",
                "principalId": "000000000000400080000000000a0004"}}, "claims": azure_people(person)},
            "level": "Information", "location": "global",
            "properties": {"eventCategory": "Administrative", "entity": scope, "message": action, **properties}}


def azure_benign(dice):
    return dice.pick([
        lambda: azure("Microsoft.Compute/virtualMachines/vm-web-1", "Microsoft.Compute/virtualMachines/start/action"),
        lambda: azure("Microsoft.Compute/virtualMachines/vm-web-2", "Microsoft.Compute/virtualMachines/restart/action"),
        lambda: azure("Microsoft.Storage/storageAccounts/stexample", "Microsoft.Storage/storageAccounts/listKeys/action",
                      address=RUNNER, person="Deploy Example", statusCode="OK"),
        lambda: azure("Microsoft.Resources/deployments/web", "Microsoft.Resources/deployments/write", address=RUNNER,
                      person="Deploy Example", statusCode="Created"),
        lambda: azure("Microsoft.Web/sites/app-example", "Microsoft.Web/sites/config/list/action", address=HOME),
        lambda: azure("Microsoft.KeyVault/vaults/kv-example", "Microsoft.KeyVault/vaults/read", address=HOME),
        lambda: azure("Microsoft.Web/sites/app-example", "Microsoft.Web/sites/write", "Failure", "Failed.Conflict",
                      statusCode="Conflict"),
    ])()


def azure_activity():
    dice = Dice("activity")
    resource = "Microsoft.Network/networkSecurityGroups/nsg-web/securityRules/allow-ssh"
    action = "Microsoft.Network/networkSecurityGroups/securityRules/write"
    rule = {"properties": {"protocol": "Tcp", "sourcePortRange": "*", "destinationPortRange": "22", "access": "Allow",
                           "sourceAddressPrefix": "*", "destinationAddressPrefix": "*", "priority": 100,
                           "direction": "Inbound"}}
    bob = {"person": "Bob Example", "address": STRANGER}
    start = azure(resource, action, "Start", "Started.", requestbody=json.dumps(rule, separators=(",", ":")), **bob)
    accept = azure(resource, action, "Accept", "Accepted.Created", statusCode="Created", **bob)
    success = azure(resource, action, "Success", "Succeeded.", statusCode="OK", **bob)
    same = dice.guid()
    records = []
    for time, body in spread([azure_benign(dice) for _ in range(70)], [(101, start), (102, accept), (103, success)]):
        change = body in (start, accept, success)
        records.append({"time": time.strftime("%Y-%m-%dT%H:%M:%S") + f".{dice.below(10000000):07}Z", **body,
                        "correlationId": same if change else dice.guid(), "tenantId": TENANT})
    return json.dumps({"records": records}, indent=1) + "\n"


def entra_benign(dice):
    user, group = f"user{dice.below(40):02}@example.com", dice.guid()
    activity, category, kind = dice.pick([
        ("Add member to group", "GroupManagement", "Assign"), ("Update user", "UserManagement", "Update"),
        ("Reset user password", "UserManagement", "Update"), ("Add owner to group", "GroupManagement", "Assign"),
        ("User registered security info", "UserManagement", "Add")])
    return {"operationName": activity, "properties": {
        "id": f"Directory_{dice.hex(12)}", "category": category, "result": dice.pick(["success"] * 9 + ["failure"]),
        "resultReason": "", "activityDisplayName": activity, "loggedByService": "Core Directory", "operationType": kind,
        "initiatedBy": {"user": {"id": dice.guid(), "displayName": None, "userPrincipalName": "alice@example.com",
                                 "ipAddress": OFFICE, "roles": []}},
        "targetResources": [{"id": dice.guid(), "displayName": None, "type": "User", "userPrincipalName": user,
                             "modifiedProperties": [{"displayName": "Group.ObjectID", "oldValue": None,
                                                     "newValue": f'"{group}"'}], "administrativeUnits": []}],
        "additionalDetails": [{"key": "User-Agent", "value": "Mozilla/5.0 (X11; Linux x86_64)"}]}}


def azure_audit():
    dice = Dice("audit")
    lines = []
    for time, body in spread([entra_benign(dice) for _ in range(40)], []):
        stamp, correlation = time.strftime("%Y-%m-%dT%H:%M:%S") + f".{dice.below(10000000):07}Z", dice.guid()
        body["properties"].update(correlationId=correlation, activityDateTime=stamp)
        lines.append({"time": stamp, "resourceId": f"/tenants/{TENANT}/providers/Microsoft.aadiam",
                      "operationVersion": "1.0", "category": "AuditLogs", "tenantId": TENANT, "resultSignature": "None",
                      "durationMs": 0, "callerIpAddress": OFFICE, "correlationId": correlation, "Level": 4, **body})
    return ndjson(lines)


# ---- GCP ----

def gcp(service, method, resource, permissions, who="alice@example.com", address=OFFICE, log="activity", kind="gce_instance",
        request=None, **more):
    return {"protoPayload": {
        "@type": "type.googleapis.com/google.cloud.audit.AuditLog", **({"status": {}} if log == "data_access" else {}),
        "authenticationInfo": {"principalEmail": who},
        "requestMetadata": {"callerIp": address, "callerSuppliedUserAgent": "google-cloud-sdk gcloud/465.0.0"},
        "serviceName": service, "methodName": method,
        "authorizationInfo": [{"permission": p, "granted": True, "resource": resource,
                               "resourceAttributes": {"service": service.split(".")[0], "name": resource}}
                              for p in permissions],
        "resourceName": resource, **({"request": request} if request else {})},
        "resource": {"type": kind, "labels": {"project_id": PROJECT}}, "severity": "INFO" if log == "data_access" else "NOTICE",
        "logName": f"projects/{PROJECT}/logs/cloudaudit.googleapis.com%2F{log}", **more}


def gcp_benign(dice):
    project = f"projects/{PROJECT}"
    return dice.pick([
        lambda: gcp("compute.googleapis.com", "v1.compute.instances.list", project, ["compute.instances.list"],
                    log="data_access", who="monitoring@example.com", address=RUNNER),
        lambda: gcp("storage.googleapis.com", "storage.objects.get", "projects/_/buckets/example-reports/objects/daily.csv",
                    ["storage.objects.get"], log="data_access", kind="gcs_bucket", who="monitoring@example.com"),
        lambda: gcp("storage.googleapis.com", "storage.buckets.list", project, ["storage.buckets.list"],
                    log="data_access", kind="gcs_bucket", address=HOME),
        lambda: gcp("compute.googleapis.com", "v1.compute.instances.setMetadata",
                    f"{project}/zones/europe-west3-a/instances/web-1", ["compute.instances.setMetadata"],
                    who="deploy@example.com", address=RUNNER),
        lambda: gcp("iam.googleapis.com", "google.iam.admin.v1.ListServiceAccounts", project, ["iam.serviceAccounts.list"],
                    log="data_access", kind="project", address=HOME),
        lambda: gcp("run.googleapis.com", "google.cloud.run.v1.Services.ReplaceService",
                    "namespaces/sample-project/services/web", ["run.services.update"], kind="cloud_run_revision",
                    who="deploy@example.com", address=RUNNER),
    ])()


def gcp_operation(dice, method, name, permissions, request):
    """The two entries of one long operation: the first has the request, the last only names it."""
    resource, operation = f"projects/{PROJECT}/global/firewalls/{name}", f"operation-{dice.hex(24)}"
    who = {"who": "bob@example.com", "address": STRANGER, "kind": "gce_firewall_rule"}
    def entry(part, body):
        return gcp("compute.googleapis.com", method, resource, permissions, request=body,
                   operation={"id": operation, "producer": "compute.googleapis.com", part: True}, **who)
    last = entry("last", {"@type": f"type.googleapis.com/{method.removeprefix('v1.')}"})
    last["protoPayload"]["authorizationInfo"] = []
    return entry("first", request), last


def gcp_audit():
    dice = Dice("gcp")
    firewall = "projects/" + PROJECT + "/global/firewalls"
    opened = {"@type": "type.googleapis.com/compute.firewalls.insert", "name": "allow-ssh", "direction": "INGRESS",
              "priority": "1000", "network": f"projects/{PROJECT}/global/networks/default", "sourceRanges": ["0.0.0.0/0"],
              "alloweds": [{"IPProtocol": "tcp", "ports": ["22"]}]}
    first, last = gcp_operation(dice, "v1.compute.firewalls.insert", "allow-ssh",
                                ["compute.firewalls.create", "compute.networks.updatePolicy"], opened)
    gone, gone_last = gcp_operation(dice, "v1.compute.firewalls.delete", "deny-all",
                                    ["compute.firewalls.delete", "compute.networks.updatePolicy"],
                                    {"@type": "type.googleapis.com/compute.firewalls.delete"})
    listed = gcp("compute.googleapis.com", "v1.compute.firewalls.list", firewall, ["compute.firewalls.list"],
                 log="data_access", who="monitoring@example.com", address=RUNNER, kind="gce_firewall_rule")
    policy = gcp("compute.googleapis.com", "v1.compute.networkFirewallPolicies.addRule",
                 f"projects/{PROJECT}/global/firewallPolicies/edge", ["compute.firewallPolicies.update"],
                 who="bob@example.com", address=STRANGER, kind="gce_network_firewall_policy",
                 request={"priority": 10, "action": "allow", "direction": "INGRESS",
                          "match": {"srcIpRanges": ["0.0.0.0/0"], "layer4Configs": [{"ipProtocol": "all"}]}})
    probe = {"httpRequest": {"requestMethod": "GET", "requestUrl": "https://www.example.com/health", "status": 200},
             "resource": {"type": "http_load_balancer", "labels": {"project_id": PROJECT}}, "severity": "INFO",
             "logName": f"projects/{PROJECT}/logs/requests"}
    extra = [(25, listed), (55, probe), (111, first), (112, last), (115, policy), (121, gone), (122, gone_last), (200, probe)]
    lines = []
    for time, body in spread([gcp_benign(dice) for _ in range(80)], extra):
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S") + f".{dice.below(1000000):06}Z"
        lines.append({**body, "insertId": dice.hex(14), "timestamp": stamp, "receiveTimestamp": stamp})
    return ndjson(lines)


# ---- What AWS itself finds ----

GROUP, VPC, NETWORK_ACL = "sg-0a1b2c3d4e5f60001", "vpc-0a1b2c3d4e5f60001", "acl-0a1b2c3d4e5f60001"
WEB, WEB_ADDRESS, DETECTOR = "i-0a1b2c3d4e5f60001", "192.0.2.120", "0123456789abcdef0123456789abcdef"


def at(minute, form="%Y-%m-%dT%H:%M:%S.000Z"):
    return (MORNING + datetime.timedelta(minutes=minute)).strftime(form)


def remote(address):
    return {"ipAddressV4": address, "country": {"countryName": "Nowhere"}, "city": {"cityName": "Sample"},
            "geoLocation": {"lat": 0.5, "lon": 0.25},
            "organization": {"asn": "64500", "asnOrg": "Example Net", "isp": "Example Net", "org": "Example Net"}}


def web_server():
    return {"resourceType": "Instance", "instanceDetails": {
        "instanceId": WEB, "instanceType": "t3.small", "launchTime": "2026-03-02T06:00:00Z", "imageId": "ami-0a1b2c3d4e5f60001",
        "availabilityZone": REGION + "a", "instanceState": "running", "tags": [{"key": "owner", "value": "web"}],
        "networkInterfaces": [{"networkInterfaceId": "eni-0a1b2c3d4e5f60001", "privateIpAddress": "192.0.2.121",
                               "publicIp": WEB_ADDRESS, "subnetId": "subnet-0a1b2c3d4e5f60001", "vpcId": VPC,
                               "securityGroups": [{"groupName": "web", "groupId": GROUP}], "ipv6Addresses": []}]}}


def guardduty_finding(dice, kind, severity, resource, action, role, first, last, count, title, text):
    name = dice.hex(32)
    return {"schemaVersion": "2.0", "accountId": ACCOUNT, "region": REGION, "partition": "aws", "id": name,
            "arn": f"arn:aws:guardduty:{REGION}:{ACCOUNT}:detector/{DETECTOR}/finding/{name}", "type": kind,
            "resource": resource,
            "service": {"serviceName": "guardduty", "detectorId": DETECTOR, "action": action, "resourceRole": role,
                        "additionalInfo": {}, "eventFirstSeen": at(first), "eventLastSeen": at(last), "archived": False,
                        "count": count},
            "severity": severity, "createdAt": at(first + 6), "updatedAt": at(last + 6), "title": title, "description": text}


def guardduty():
    dice = Dice("guardduty")
    here = {"port": 22, "portName": "SSH"}
    key = {"resourceType": "AccessKey", "accessKeyDetails": {"accessKeyId": BOB["accessKeyId"], "userName": "bob",
                                                             "principalId": BOB["principalId"], "userType": "IAMUser"}}
    call = {"actionType": "AWS_API_CALL", "awsApiCallAction": {
        "api": "AuthorizeSecurityGroupIngress", "serviceName": "ec2.amazonaws.com", "callerType": "Remote IP",
        "remoteIpDetails": remote(STRANGER), "affectedResources": {"AWS::EC2::SecurityGroup": GROUP}}}
    probe = {"actionType": "PORT_PROBE", "portProbeAction": {"blocked": False, "portProbeDetails": [
        {"localPortDetails": here, "localIpDetails": {"ipAddressV4": "192.0.2.121"}, "remoteIpDetails": remote("198.51.100.200")},
        {"localPortDetails": here, "localIpDetails": {"ipAddressV4": "192.0.2.121"}, "remoteIpDetails": remote("203.0.113.9")}]}}
    guess = {"actionType": "NETWORK_CONNECTION", "networkConnectionAction": {
        "connectionDirection": "INBOUND", "protocol": "TCP", "blocked": False, "localPortDetails": here,
        "localIpDetails": {"ipAddressV4": "192.0.2.121"}, "remotePortDetails": {"port": 40022, "portName": "Unknown"},
        "remoteIpDetails": remote("203.0.113.9")}}
    return ndjson([
        guardduty_finding(dice, "UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom", 5, key, call, "TARGET", 73, 75, 2,
                          "Calls with bob's key from an address on a list", f"The address {STRANGER} is on the list 'strangers'."),
        guardduty_finding(dice, "Recon:EC2/PortProbeUnprotectedPort", 2, web_server(), probe, "TARGET", 84, 123, 41,
                          "Port 22 of the web server is probed", "Two addresses try a port that is open to all."),
        guardduty_finding(dice, "UnauthorizedAccess:EC2/SSHBruteForce", 2, web_server(), guess, "TARGET", 98, 129, 310,
                          "Passwords of the web server are guessed", "One address tries to log in again and again."),
    ])


def securityhub_finding(dice, control, first, last, compliance, workflow, resource, title):
    return {"SchemaVersion": "2018-10-08", "ProductArn": f"arn:aws:securityhub:{REGION}::product/aws/securityhub",
            "Id": f"arn:aws:securityhub:{REGION}:{ACCOUNT}:security-control/{control}/finding/{dice.guid()}",
            "ProductName": "Security Hub", "CompanyName": "AWS", "Region": REGION, "AwsAccountId": ACCOUNT,
            "GeneratorId": f"security-control/{control}",
            "Types": ["Software and Configuration Checks/Industry and Regulatory Standards"],
            "FirstObservedAt": at(first), "LastObservedAt": at(last), "CreatedAt": at(first), "UpdatedAt": at(last),
            "Severity": {"Label": "HIGH", "Normalized": 70, "Original": "HIGH"}, "Title": title,
            "Description": f"{title}: as checked at {at(last, '%H:%M')}.",
            "Remediation": {"Recommendation": {"Text": "Allow only addresses that you know.",
                                               "Url": f"https://docs.example.com/controls/{control}"}},
            "Resources": [resource], "Compliance": {"Status": compliance, "SecurityControlId": control},
            "WorkflowState": "NEW", "Workflow": {"Status": workflow}, "RecordState": "ACTIVE"}


def securityhub():
    dice = Dice("securityhub")
    arn = f"arn:aws:ec2:{REGION}:{ACCOUNT}:"
    def group(permissions):
        return {"Type": "AwsEc2SecurityGroup", "Id": f"{arn}security-group/{GROUP}", "Partition": "aws", "Region": REGION,
                "Details": {"AwsEc2SecurityGroup": {"GroupName": "web", "GroupId": GROUP, "OwnerId": ACCOUNT, "VpcId": VPC,
                                                    "IpPermissions": permissions}}}
    def ranges(port, block):
        return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": block}]}
    acl = {"Type": "AwsEc2NetworkAcl", "Id": f"{arn}network-acl/{NETWORK_ACL}", "Partition": "aws", "Region": REGION,
           "Details": {"AwsEc2NetworkAcl": {"IsDefault": False, "NetworkAclId": NETWORK_ACL, "OwnerId": ACCOUNT, "VpcId": VPC,
                                            "Entries": [{"CidrBlock": "0.0.0.0/0", "Egress": False, "Protocol": "-1",
                                                         "RuleAction": "allow", "RuleNumber": 10}]}}}
    findings = [
        securityhub_finding(dice, "EC2.13", 80, 80, "FAILED", "NEW", group([ranges(22, "0.0.0.0/0")]),
                            "A security group lets everybody in on port 22"),
        securityhub_finding(dice, "EC2.21", 104, 104, "FAILED", "NEW", acl, "A network ACL lets everybody in on ports 22 and 3389"),
        securityhub_finding(dice, "EC2.13", 80, 140, "PASSED", "RESOLVED", group([]),
                            "A security group lets everybody in on port 22"),
    ]
    return json.dumps({"Findings": findings}, indent=4) + "\n"


# ---- Files ----

def ndjson(records):
    return "".join(json.dumps(r, separators=(",", ":")) + "\n" for r in records)


FILES = {"cloudtrail.json.gz": cloudtrail, "azure-activity.json": azure_activity, "azure-audit.ndjson": azure_audit,
         "gcp-audit.ndjson": gcp_audit, "aws-guardduty.ndjson": guardduty, "aws-securityhub.json": securityhub}


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1] / "data" / "samples"
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in FILES.items():
        data = make().encode()
        (folder / name).write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
        print(f"{folder / name}: {len(data)} bytes")


if __name__ == "__main__":
    main()
