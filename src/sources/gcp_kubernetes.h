/* SPDX-License-Identifier: Apache-2.0 */
/* Kubernetes resource names in GCP audit logs: "core/v1/namespaces/NS/pods/NAME", "rbac.authorization.k8s.io/v1/clusterroles", "apis/apps/v1", "api/v1", "readyz". */
#ifndef POSTERN_SOURCES_GCP_KUBERNETES_H
#define POSTERN_SOURCES_GCP_KUBERNETES_H

#include "value/json.h"

enum kubernetes_part { KUBERNETES_API, KUBERNETES_NAMESPACE, KUBERNETES_TYPE, KUBERNETES_NAME };

/* True for resource.type k8s_cluster and gke_cluster. */
bool kubernetes_is_cluster(const struct json *resource_type);
/* A part of a resource name, a view of it; ptr NULL when the name has none. */
str kubernetes_resource_part(str name, enum kubernetes_part part);

#endif
