#!/usr/bin/env python3
"""Every fault that manifests.py claims to find is made on purpose, in the overlay `production` as it is built.

    manifests_test.py FOLDER     with the built overlays, production.yaml among them
"""

import copy
import sys
import unittest
from pathlib import Path

import manifests

# pylint: disable=missing-function-docstring


class Faults(unittest.TestCase):
    """One fault each."""

    folder = Path()

    def setUp(self):
        self.resources = copy.deepcopy(manifests.load(self.folder / "production.yaml"))

    def get(self, kind, name, namespace="nameit"):
        for resource in self.resources:
            meta = resource["metadata"]
            if (resource["kind"], meta["name"], meta.get("namespace", namespace)) == (kind, name, namespace):
                return resource
        self.fail(f"production has no {kind} {name} in {namespace}")

    def pod(self, kind, name, namespace="nameit"):
        return manifests.pod_of(self.get(kind, name, namespace))["spec"]

    def container(self, kind, name, namespace="nameit"):
        return self.pod(kind, name, namespace)["containers"][0]

    def finds(self, *parts):
        faults = manifests.Cluster(self.resources).examine()
        self.assertTrue(
            any(all(part in fault for part in parts) for fault in faults),
            f"expected a fault with {parts}, found {faults}",
        )

    def test_as_it_is_nothing_is_found(self):
        self.assertEqual(manifests.Cluster(self.resources).examine(), [])

    def test_a_probe_of_a_port_that_nobody_serves(self):
        self.container("Deployment", "storage")["readinessProbe"]["grpc"]["port"] = 50052
        self.finds("storage", "readinessProbe asks port 50052")

    def test_a_listening_address_on_another_port(self):
        for variable in self.container("Deployment", "gateway")["env"]:
            if variable["name"] == "NAMEIT_GATEWAY_LISTEN":
                variable["value"] = "0.0.0.0:80"
        self.finds("gateway", "listens on 0.0.0.0:80")

    def test_a_service_that_selects_nobody(self):
        self.get("Service", "datamining")["spec"]["selector"] = {"app.kubernetes.io/name": "mining"}
        self.finds("Service nameit/datamining", "selects no pod")

    def test_a_service_that_ties_connections_to_one_pod(self):
        del self.get("Service", "storage")["spec"]["clusterIP"]
        self.finds("Service nameit/storage", "not headless")

    def test_a_service_on_a_port_that_is_not_served(self):
        self.get("Service", "storage")["spec"]["ports"][0]["targetPort"] = "http"
        self.finds("Service nameit/storage", "port http")

    def test_a_workload_that_does_not_select_its_pods(self):
        self.get("Deployment", "gateway")["spec"]["selector"]["matchLabels"] = {"app": "gateway"}
        self.finds("Deployment nameit/gateway", "does not select its own pods")

    def test_an_image_without_a_version(self):
        self.container("Deployment", "gateway")["image"] = "nameit/gateway"
        self.finds("Deployment nameit/gateway", "version of the image")
        self.container("Deployment", "gateway")["image"] = "nameit/gateway:latest"
        self.finds("Deployment nameit/gateway", "version of the image")

    def test_a_call_that_the_callers_policy_forbids(self):
        self.get("NetworkPolicy", "gateway")["spec"]["egress"].pop()
        self.finds("Deployment nameit/gateway", "no policy lets it out to http://datamining:50052")

    def test_a_call_that_the_callees_policy_forbids(self):
        rule = self.get("NetworkPolicy", "storage")["spec"]["ingress"][0]
        rule["from"][0]["podSelector"]["matchExpressions"][0]["values"] = ["gateway"]
        self.finds("Deployment nameit/datamining", "no policy lets it in to http://storage:50051")

    def test_an_agent_that_the_collector_does_not_hear(self):
        self.get("NetworkPolicy", "collector")["spec"]["ingress"][0]["from"].pop()
        self.finds("DaemonSet nameit-agent/agent", "no policy lets it in to collector.nameit.svc:4317")

    def test_a_policy_for_nobody(self):
        self.get("NetworkPolicy", "storage-to-mongodb")["spec"]["podSelector"] = {"matchLabels": {"a": "b"}}
        self.finds("storage-to-mongodb", "selects no pod")

    def test_a_namespace_that_is_open(self):
        self.resources.remove(self.get("NetworkPolicy", "deny-everything-else"))
        self.finds("Namespace", "denies")

    def test_a_namespace_that_is_lax(self):
        labels = self.get("Namespace", "nameit")["metadata"]["labels"]
        labels["pod-security.kubernetes.io/enforce"] = "baseline"
        self.finds("Namespace", "not restricted")

    def test_a_container_with_more_rights_than_it_needs(self):
        context = self.container("Deployment", "storage")["securityContext"]
        for key, value, fault in [
            ("allowPrivilegeEscalation", True, "privileges"),
            ("readOnlyRootFilesystem", False, "may write"),
            ("capabilities", {"drop": ["NET_RAW"]}, "keeps capabilities"),
        ]:
            before, context[key] = context[key], value
            self.finds("Deployment nameit/storage", fault)
            context[key] = before

    def test_a_token_that_nobody_needs(self):
        self.pod("Deployment", "gateway")["automountServiceAccountToken"] = True
        self.finds("Deployment nameit/gateway", "gets a token")

    def test_a_pod_that_is_killed_too_early(self):
        self.pod("Deployment", "storage")["terminationGracePeriodSeconds"] = 20
        self.finds("Deployment nameit/storage", "killed before it has finished")

    def test_a_variable_that_no_program_reads(self):
        self.get_settings()["NAMEIT_STORAGE_QUEU"] = "1000"
        self.finds("no program reads NAMEIT_STORAGE_QUEU")

    def get_settings(self):
        for resource in self.resources:
            if resource["kind"] == "ConfigMap" and resource["metadata"]["name"].startswith("settings"):
                return resource["data"]
        return self.fail("production has no settings")

    def test_an_address_that_is_no_service(self):
        self.get_settings()["NAMEIT_STORAGE"] = "http://store:50051"
        self.finds("http://store:50051", "no such service")

    def test_links_that_lead_elsewhere(self):
        self.get_settings()["NAMEIT_GATEWAY_PUBLIC_URL"] = "https://nameit.example.com"
        self.finds("Ingress nameit/gateway", "links begin with")

    def test_an_ingress_without_tls(self):
        del self.get("Ingress", "gateway")["spec"]["tls"]
        self.finds("Ingress nameit/gateway", "without TLS")

    def test_an_autoscaler_that_fights_with_its_target(self):
        self.get("Deployment", "gateway")["spec"]["replicas"] = 2
        self.finds("HorizontalPodAutoscaler nameit/gateway", "number of replicas")

    def test_an_autoscaler_that_flaps(self):
        self.get("HorizontalPodAutoscaler", "storage")["spec"]["behavior"]["scaleDown"][
            "stabilizationWindowSeconds"
        ] = 60
        self.finds("HorizontalPodAutoscaler nameit/storage", "flaps")

    def test_a_budget_that_holds_up_the_draining_of_nodes(self):
        self.get("PodDisruptionBudget", "storage")["spec"] |= {"maxUnavailable": 0}
        self.finds("PodDisruptionBudget nameit/storage", "holds up")

    def test_logs_that_are_read_twice(self):
        pod = manifests.pod_of(self.get("Deployment", "datamining"))
        del pod["metadata"]["labels"]["nameit.logs"]
        self.finds("Deployment nameit/datamining", "read twice")

    def test_a_volume_that_nobody_makes(self):
        self.pod("Deployment", "storage")["volumes"][0]["secret"]["secretName"] = "mongo"
        self.finds("Deployment nameit/storage", "needs the Secret mongo")

    def test_pods_without_bounds(self):
        del self.container("Deployment", "datamining")["resources"]["limits"]
        self.finds("Deployment nameit/datamining", "limit of memory")


if __name__ == "__main__":
    Faults.folder = Path(sys.argv.pop())
    unittest.main()
