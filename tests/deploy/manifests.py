#!/usr/bin/env python3
"""Reads a built overlay as a whole and says what does not fit together.

Schemas know one resource at a time. Here references are followed: from probes and services to ports, from policies and
budgets to pods, from settings to the services that they name and to the variables that the programs know, and from
every caller's network policy to the called one's.

    manifests.py core FILE      prints the resources that Kubernetes itself has schemas for
    manifests.py pods FILE      prints the pods that controllers would make of the workloads, one each
    manifests.py examine FILE   prints what is wrong; ends with 1 if anything is
"""

import copy
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "CronJob")
SERVICES = ("gateway", "storage", "datamining")
# Made by an operator's hand or by another controller, never kept in git.
SECRETS_FROM_OUTSIDE = {"mongodb", "operator", "nameit-tls"}
# After the programs' own time for finishing: what telemetry may take to send its last.
TELEMETRY_FLUSH = 5
FOREIGN = ("mongodbcommunity.mongodb.com/",)


def load(path):
    """All resources of a file."""
    with open(path, encoding="utf-8") as file:
        return [resource for resource in yaml.safe_load_all(file) if resource]


def is_core(resource):
    """Whether Kubernetes itself has a schema for it."""
    return not resource["apiVersion"].startswith(FOREIGN)


def pod_of(workload):
    """The pod template of a workload."""
    spec = workload["spec"]
    if workload["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    return spec["template"]


def as_pod(workload):
    """The pod that a controller would make of a workload, without volumes that a controller would add."""
    template = copy.deepcopy(pod_of(workload))
    meta, spec = template["metadata"], template["spec"]
    meta |= {"name": workload["metadata"]["name"], "namespace": workload["metadata"]["namespace"]}
    for claim in workload["spec"].get("volumeClaimTemplates", []):
        name = claim["metadata"]["name"]
        spec.setdefault("volumes", []).append({"name": name, "persistentVolumeClaim": {"claimName": name}})
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}


def matches(selector, labels):
    """Whether a label selector selects these labels; the empty one selects all."""
    for key, value in selector.get("matchLabels", {}).items():
        if labels.get(key) != value:
            return False
    for expression in selector.get("matchExpressions", []):
        value, operator = labels.get(expression["key"]), expression["operator"]
        if operator == "In" and value not in expression["values"]:
            return False
        if operator == "NotIn" and value in expression["values"]:
            return False
        if operator == "Exists" and value is None:
            return False
        if operator == "DoesNotExist" and value is not None:
            return False
    return True


def known_variables():
    """Every environment variable that one of the programs reads."""
    pattern = re.compile(r'env = "(NAMEIT_[A-Z_]+)"')
    sources = ROOT.glob("crates/*/src/**/*.rs")
    return {name for source in sources for name in pattern.findall(source.read_text(encoding="utf-8"))}


def drain_time():
    """Seconds that a program takes at most to finish what is under way."""
    source = (ROOT / "crates/runtime/src/lifecycle.rs").read_text(encoding="utf-8")
    return int(re.search(r"DRAIN_TIME: Duration = Duration::from_secs\((\d+)\)", source)[1])


class Cluster:
    """The resources of one overlay, and what was found wrong with them."""

    def __init__(self, resources):
        self.resources = resources
        self.faults = []
        self.variables = known_variables()
        self.drain = drain_time()

    def kind(self, *kinds):
        """The resources of these kinds."""
        return [resource for resource in self.resources if resource["kind"] in kinds and is_core(resource)]

    def fault(self, resource, what):
        """Notes a fault."""
        meta = resource["metadata"]
        self.faults.append(f"{resource['kind']} {meta.get('namespace', '-')}/{meta['name']}: {what}")

    def pods(self, namespace):
        """Pairs of workload and pod template of a namespace."""
        return [(w, pod_of(w)) for w in self.kind(*WORKLOADS) if w["metadata"].get("namespace") == namespace]

    def selected(self, namespace, selector):
        """The workloads of a namespace whose pods a selector selects."""
        return [(w, pod) for w, pod in self.pods(namespace) if matches(selector, pod["metadata"]["labels"])]

    def examine(self):
        """Everything that is looked at."""
        self.namespaces()
        for workload in self.kind(*WORKLOADS):
            self.workload(workload)
        for service in self.kind("Service"):
            self.service(service)
        for policy in self.kind("NetworkPolicy"):
            self.policy(policy)
        self.autoscalers()
        self.budgets()
        self.ingresses()
        self.calls()
        return self.faults

    def namespaces(self):
        """Everything lies in a namespace that is there, and that one says what pods may ask for."""
        namespaces = {n["metadata"]["name"]: n for n in self.kind("Namespace")}
        for resource in self.resources:
            if resource["kind"] in ("Namespace", "ClusterRole", "ClusterRoleBinding"):
                continue
            if resource["metadata"].get("namespace") not in namespaces:
                self.fault(resource, "lies in no namespace that is made here")
        for name, namespace in namespaces.items():
            level = namespace["metadata"].get("labels", {}).get("pod-security.kubernetes.io/enforce")
            if level is None:
                self.fault(namespace, "says no level of pod security")
            if name == "nameit" and level != "restricted":
                self.fault(namespace, "is not restricted")
            if name != "mongodb" and not any(
                p["spec"]["podSelector"] == {} and set(p["spec"]["policyTypes"]) == {"Ingress", "Egress"}
                for p in self.kind("NetworkPolicy")
                if p["metadata"]["namespace"] == name
            ):
                self.fault(namespace, "has no policy that denies what no other allows")

    # ---- workloads

    def workload(self, workload):
        """One workload with its pod."""
        pod = pod_of(workload)
        spec, labels = pod["spec"], pod["metadata"]["labels"]
        namespace = workload["metadata"]["namespace"]
        selector = workload["spec"].get("selector")
        if selector is not None and not matches(selector, labels):
            self.fault(workload, "does not select its own pods")
        account = spec.get("serviceAccountName")
        if not any(
            a["metadata"]["name"] == account and a["metadata"]["namespace"] == namespace
            for a in self.kind("ServiceAccount")
        ):
            self.fault(workload, f"runs as the service account {account}, which is not there")
        agent = labels.get("app.kubernetes.io/name") == "agent"
        if spec.get("automountServiceAccountToken") is not agent:
            self.fault(workload, "gets a token though it asks the API nothing, or the agent gets none")
        if spec.get("enableServiceLinks") is not False:
            self.fault(workload, "gets variables for every service (enableServiceLinks)")
        context = spec.get("securityContext", {})
        if context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
            self.fault(workload, "runs without a seccomp profile")
        if not agent and (context.get("runAsNonRoot") is not True or context.get("runAsUser") != 65532):
            self.fault(workload, "does not run as user 65532")
        for constraint in spec.get("topologySpreadConstraints", []):
            if not matches(constraint["labelSelector"], labels):
                self.fault(workload, "spreads pods that are not its own")
        volumes = {volume["name"]: volume for volume in spec.get("volumes", [])}
        claims = {c["metadata"]["name"] for c in workload["spec"].get("volumeClaimTemplates", [])}
        for name, volume in volumes.items():
            self.volume(workload, name, volume)
        for container in spec.get("initContainers", []) + spec["containers"]:
            self.container(workload, container, set(volumes) | claims)
        if labels.get("app.kubernetes.io/name") in SERVICES:
            self.of_ours(workload, pod)

    def of_ours(self, workload, pod):
        """What our three services have beyond the rest."""
        spec = pod["spec"]
        if pod["metadata"]["labels"].get("nameit.logs") != "otlp":
            self.fault(workload, "lacks the label nameit.logs: otlp, so its logs are read twice")
        [container] = spec["containers"]
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            if probe not in container:
                self.fault(workload, f"has no {probe}")
        pause = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        needed = pause + self.drain + TELEMETRY_FLUSH
        if pause == 0:
            self.fault(workload, "stops at once, while others still send to it (preStop)")
        if spec.get("terminationGracePeriodSeconds", 30) <= needed:
            self.fault(workload, f"is killed before it has finished: {needed} s are needed")

    def volume(self, workload, name, volume):
        """A volume and what it is made of."""
        namespace = workload["metadata"]["namespace"]
        if "hostPath" in volume and namespace != "nameit-agent":
            self.fault(workload, f"the volume {name} reaches into the node")
        if "configMap" in volume:
            self.expects(workload, "ConfigMap", volume["configMap"]["name"])
        if "persistentVolumeClaim" in volume:
            self.expects(workload, "PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"])
        if "secret" in volume and volume["secret"]["secretName"] not in SECRETS_FROM_OUTSIDE:
            self.expects(workload, "Secret", volume["secret"]["secretName"])

    def expects(self, resource, kind, name):
        """Something that must be there in the same namespace."""
        namespace = resource["metadata"]["namespace"]
        if not any(
            other["metadata"]["name"] == name and other["metadata"]["namespace"] == namespace
            for other in self.kind(kind)
        ):
            self.fault(resource, f"needs the {kind} {name}, which is not there")

    def container(self, workload, container, volumes):
        """One container."""
        name, image = container["name"], container["image"]
        tag = image.rpartition("/")[2].partition(":")[2]
        if tag in ("", "latest") and "@sha256:" not in image:
            self.fault(workload, f"{name}: no kustomization sets a version of the image {image}")
        context = container.get("securityContext", {})
        if context.get("allowPrivilegeEscalation") is not False:
            self.fault(workload, f"{name}: may gain privileges")
        if context.get("readOnlyRootFilesystem") is not True:
            self.fault(workload, f"{name}: may write to its image")
        if context.get("capabilities", {}) != {"drop": ["ALL"]}:
            self.fault(workload, f"{name}: keeps capabilities")
        resources = container.get("resources", {})
        if not {"cpu", "memory"} <= set(resources.get("requests", {})) or "memory" not in resources.get("limits", {}):
            self.fault(workload, f"{name}: requests of CPU and memory or the limit of memory are missing")
        for mount in container.get("volumeMounts", []):
            if mount["name"] not in volumes:
                self.fault(workload, f"{name}: mounts {mount['name']}, which is no volume")
        ports = container.get("ports", [])
        known = {port["name"] for port in ports} | {port["containerPort"] for port in ports}
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            action = container.get(probe, {})
            for how in ("httpGet", "grpc", "tcpSocket"):
                if how in action and action[how]["port"] not in known:
                    self.fault(workload, f"{name}: {probe} asks port {action[how]['port']}, which it does not serve")
        for source in container.get("envFrom", []):
            self.expects(workload, "ConfigMap", source["configMapRef"]["name"])
        for variable, value in self.environment(workload, container).items():
            if variable.startswith("NAMEIT_") and variable not in self.variables | {"NAMEIT_ENVIRONMENT"}:
                if image.rpartition("/")[2].partition(":")[0] != "collector":
                    self.fault(workload, f"{name}: no program reads {variable}")
            if variable.endswith("_LISTEN") and int(value.rpartition(":")[2]) not in known:
                self.fault(workload, f"{name}: listens on {value}, which is no port of the container")

    def environment(self, workload, container):
        """The variables of a container with their values; references to the pod count as empty."""
        namespace = workload["metadata"]["namespace"]
        variables = {}
        for source in container.get("envFrom", []):
            for settings in self.kind("ConfigMap"):
                meta = settings["metadata"]
                if meta["name"] == source["configMapRef"]["name"] and meta["namespace"] == namespace:
                    variables |= settings.get("data", {})
        return variables | {v["name"]: v.get("value", "") for v in container.get("env", [])}

    # ---- what stands before and beside workloads

    def service(self, service):
        """A service selects pods that serve its ports, and policies let its callers in."""
        namespace = service["metadata"]["namespace"]
        behind = self.selected(namespace, {"matchLabels": service["spec"]["selector"]})
        if not behind:
            self.fault(service, "selects no pod")
        if service["spec"].get("type", "ClusterIP") != "ClusterIP":
            self.fault(service, "is published past the ingress")
        for workload, pod in behind:
            named = {p["name"]: p["containerPort"] for c in pod["spec"]["containers"] for p in c.get("ports", [])}
            for port in service["spec"]["ports"]:
                target = port.get("targetPort", port["port"])
                if target not in named and target not in named.values():
                    self.fault(service, f"sends to port {target}, which {workload['metadata']['name']} does not serve")
                elif not self.admits(namespace, pod, named.get(target, target), named, "ingress", None):
                    self.fault(service, f"no policy lets anybody in to port {target}")
        headless = service["spec"].get("clusterIP") == "None"
        if service["metadata"]["name"] in ("storage", "datamining") and not headless:
            self.fault(service, "is not headless, so that clients cannot spread their calls")

    def policy(self, policy):
        """A policy selects pods, and the ports it names are theirs."""
        namespace, selector = policy["metadata"]["namespace"], policy["spec"]["podSelector"]
        if not self.selected(namespace, selector):
            self.fault(policy, "selects no pod")
        for direction, peers in (("ingress", "from"), ("egress", "to")):
            for rule in policy["spec"].get(direction, []):
                if direction.capitalize() not in policy["spec"]["policyTypes"]:
                    self.fault(policy, f"has rules for {direction}, but its policyTypes leave that out")
                for peer in rule.get(peers, []):
                    if "namespaceSelector" not in peer and not self.selected(namespace, peer["podSelector"]):
                        self.fault(policy, f"{direction}: a rule names pods that are not there")

    def admits(self, namespace, pod, port, named, direction, other):
        """Whether a policy lets these pods talk on this port; `other` is the pod at the far end, None for anybody."""
        for policy in self.kind("NetworkPolicy"):
            if policy["metadata"]["namespace"] != namespace:
                continue
            if not matches(policy["spec"]["podSelector"], pod["metadata"]["labels"]):
                continue
            for rule in policy["spec"].get(direction, []):
                ports = [p.get("port") for p in rule.get("ports", [])]
                if ports and port not in [named.get(p, p) for p in ports]:
                    continue
                peers = rule.get("from" if direction == "ingress" else "to", [])
                if other is None or not peers or any(self.is_peer(peer, namespace, other) for peer in peers):
                    return True
        return False

    def is_peer(self, peer, namespace, other):
        """Whether a rule's peer means a pod: `other` is its namespace and its template."""
        other_namespace, template = other
        if "namespaceSelector" in peer:
            labels = {"kubernetes.io/metadata.name": other_namespace}
            if not matches(peer["namespaceSelector"], labels):
                return False
        elif other_namespace != namespace:
            return False
        return matches(peer.get("podSelector", {}), template["metadata"]["labels"])

    def autoscalers(self):
        """An autoscaler scales something that leaves the number to it and says what it asks for."""
        for scaler in self.kind("HorizontalPodAutoscaler"):
            target = scaler["spec"]["scaleTargetRef"]
            found = [
                w
                for w in self.kind(target["kind"])
                if w["metadata"]["name"] == target["name"]
                and w["metadata"]["namespace"] == scaler["metadata"]["namespace"]
            ]
            if not found:
                self.fault(scaler, f"scales the {target['kind']} {target['name']}, which is not there")
            if any("replicas" in workload["spec"] for workload in found):
                self.fault(scaler, "its target says a number of replicas, which would undo it at every apply")
            down = scaler["spec"].get("behavior", {}).get("scaleDown", {})
            if down.get("stabilizationWindowSeconds", 0) < 300:
                self.fault(scaler, "flaps: it scales down within five minutes")

    def budgets(self):
        """A disruption budget protects pods, and never holds up the draining of a node for ever."""
        for budget in self.kind("PodDisruptionBudget"):
            if not self.selected(budget["metadata"]["namespace"], budget["spec"]["selector"]):
                self.fault(budget, "selects no pod")
            if budget["spec"].get("maxUnavailable") in (None, 0, "0%"):
                self.fault(budget, "holds up the draining of nodes")

    def ingresses(self):
        """An ingress leads to a service, by the name that links begin with, and only over TLS."""
        for ingress in self.kind("Ingress"):
            encrypted = {host for entry in ingress["spec"].get("tls", []) for host in entry["hosts"]}
            for rule in ingress["spec"]["rules"]:
                if rule.get("host") not in encrypted:
                    self.fault(ingress, f"{rule.get('host')} is served without TLS")
                for path in rule["http"]["paths"]:
                    backend = path["backend"]["service"]
                    if not any(
                        s["metadata"]["name"] == backend["name"]
                        and s["metadata"]["namespace"] == ingress["metadata"]["namespace"]
                        and backend["port"]["name"] in [p["name"] for p in s["spec"]["ports"]]
                        for s in self.kind("Service")
                    ):
                        self.fault(ingress, f"leads to {backend['name']}, which is not there or lacks the port")
                for settings in self.kind("ConfigMap"):
                    public = settings.get("data", {}).get("NAMEIT_GATEWAY_PUBLIC_URL")
                    if public is not None and public != f"https://{rule.get('host')}":
                        self.fault(ingress, f"serves {rule.get('host')}, but links begin with {public}")

    def calls(self):
        """Whoever is told of a service's address finds it, and both network policies let the call through."""
        for workload in self.kind(*WORKLOADS):
            namespace, pod = workload["metadata"]["namespace"], pod_of(workload)
            caller = pod["metadata"]["labels"].get("app.kubernetes.io/name")
            for container in pod["spec"]["containers"]:
                for variable, value in self.environment(workload, container).items():
                    if variable in ("NAMEIT_STORAGE", "NAMEIT_DATAMINING", "OTELCOL_GATEWAY", "OTEL_EXPORTER_OTLP_ENDPOINT"):
                        # Settings are shared: a service is told of more than it calls.
                        if (caller, variable) not in UNCALLED:
                            self.call(workload, pod, namespace, variable, value)

    def call(self, workload, pod, namespace, variable, value):
        """One call from a workload to the address in a variable."""
        address = urlsplit(value if "//" in value else f"//{value}")
        name, _, rest = address.hostname.partition(".")
        there = rest.partition(".")[0] or namespace
        services = [
            s
            for s in self.kind("Service")
            if s["metadata"]["name"] == name
            and s["metadata"]["namespace"] == there
            and address.port in [p["port"] for p in s["spec"]["ports"]]
        ]
        if not services:
            self.fault(workload, f"{variable} names {value}, and there is no such service")
        for service in services:
            for _, callee in self.selected(there, {"matchLabels": service["spec"]["selector"]}):
                named = {p["name"]: p["containerPort"] for c in callee["spec"]["containers"] for p in c.get("ports", [])}
                [port] = [p for p in service["spec"]["ports"] if p["port"] == address.port]
                number = named.get(port.get("targetPort"), port.get("targetPort", port["port"]))
                if not self.admits(namespace, pod, number, named, "egress", (there, callee)):
                    self.fault(workload, f"no policy lets it out to {value}")
                if not self.admits(there, callee, number, named, "ingress", (namespace, pod)):
                    self.fault(workload, f"no policy lets it in to {value}")


# Pairs of service and variable that it is told, but does not use.
UNCALLED = {("storage", "NAMEIT_STORAGE"), ("storage", "NAMEIT_DATAMINING"), ("datamining", "NAMEIT_DATAMINING")}


def main():
    """The command."""
    command, path = sys.argv[1:]
    resources = load(path)
    if command == "core":
        yaml.safe_dump_all([r for r in resources if is_core(r)], sys.stdout)
    elif command == "pods":
        yaml.safe_dump_all([as_pod(r) for r in resources if r["kind"] in WORKLOADS], sys.stdout)
    elif command == "examine":
        faults = Cluster(resources).examine()
        print(*faults, sep="\n", end="\n" if faults else "")
        sys.exit(bool(faults))
    else:
        sys.exit(f"no such command: {command}")


if __name__ == "__main__":
    main()
