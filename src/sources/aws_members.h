/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of AWS findings, and the rows they are written with: KEEP as it is, AS a kind, FREE free-form, COPIED also in an ECS field. */
#ifndef POSTERN_SOURCES_AWS_MEMBERS_H
#define POSTERN_SOURCES_AWS_MEMBERS_H

#include "sources/member.h"

/* clang-format off */
#define KEEP(raw, to) {raw, to, MEMBER_KEEP, false, NULL}
#define FREE(raw, to) {raw, to, MEMBER_FREE, false, NULL}
#define AS(kind, raw, to) {raw, to, MEMBER_##kind, false, NULL}
#define COPIED(raw, to) {raw, to, MEMBER_KEEP, true, NULL}
#define AS_COPIED(kind, raw, to) {raw, to, MEMBER_##kind, true, NULL}
#define OBJECT(raw, to, inside) {raw, to, MEMBER_OBJECT, false, inside}
#define LIST(raw, to, inside) {raw, to, MEMBER_LIST, false, inside}
#define END {NULL, NULL, MEMBER_KEEP, false, NULL}
/* clang-format on */

extern const struct member guardduty_resource;
extern const struct member guardduty_service;

extern const struct member securityhub_action;
extern const struct member securityhub_compliance;
extern const struct member securityhub_malware;
extern const struct member securityhub_network;
extern const struct member securityhub_network_path;
extern const struct member securityhub_note;
extern const struct member securityhub_patch_summary;
extern const struct member securityhub_process;
extern const struct member securityhub_provider_fields;
extern const struct member securityhub_related_findings;
extern const struct member securityhub_remediation;
extern const struct member securityhub_severity;
extern const struct member securityhub_indicators;
extern const struct member securityhub_vulnerabilities;

#endif
