#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How time and memory grow with the input: each case at three sizes.

  measure.py PROGRAM [--only TEXT] [--instructions]

Prints the CPU time (or, with --instructions, what callgrind counts, at smaller sizes) and the peak memory of each
size, and the exponent between the first and the last. Exit code 1 where an exponent is above 1.2: something grows
faster than the input. What a run needs however small its input is taken off.
"""
import argparse
import json
import math
import os
import re
import subprocess
import sys
import tempfile

LIMIT = 1.2
POLICY = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: %s, namespace: shop}\nspec:\n"
SUBJECT = "  endpointSelector: {matchLabels: {app: a}}\n  ingress:\n"
POD = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: shop, labels: {app: %s}}\nspec: {containers: [{name: c, image: x}]}\n"
TEST = """apiVersion: cnplint.io/v1alpha1
kind: PolicyTest
policies: [input.yaml]
manifests: [input.yaml]
endpoints: {a: {workload: Pod/shop/a}, b: {workload: Pod/shop/b1}}
tests: [{name: x, from: b, to: a, port: 2/TCP, expect: allow}]
"""


def pods(n):
    return POD % ("a", "a") + "".join(POD % (f"b{i}", f"b{i}") for i in range(n))


def port_lists(n, protocol="TCP"):
    lists = []
    for first in range(0, n, 40):
        ports = ", ".join('{port: "%d", protocol: %s}' % (p + 1, protocol) for p in range(first, min(first + 40, n)))
        lists.append("    - ports: [%s]\n" % ports)
    return "    toPorts:\n" + "".join(lists)


def own_peers_and_ports(n):
    rule = '  - {fromEndpoints: [{matchLabels: {app: b%d}}], toPorts: [{ports: [{port: "%d", protocol: TCP}]}]}\n'
    return POLICY % "a" + SUBJECT + "".join(rule % (i, i + 1) for i in range(n)) + pods(n)


def peers_times_ports(n):
    peers = "".join("    - matchLabels: {app: b%d}\n" % i for i in range(n))
    return (POLICY % "a" + SUBJECT + "  - fromEndpoints:\n" + peers + port_lists(n)
            + "  - fromEndpoints: [{}]\n" + port_lists(n, "UDP") + pods(n))


def ports_of_one_peer(n):
    return POLICY % "a" + SUBJECT + "  - fromEndpoints: [{matchLabels: {app: b1}}]\n" + port_lists(n) + pods(2)


def aliases(n):
    return ("apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a, namespace: shop}\nspecs:\n"
            "- endpointSelector: {}\n  ingress:\n  - &x {fromEndpoints: [{matchLabels: {app: b}}]}\n" + "  - *x\n" * n)


def template_objects(n):
    item = "- apiVersion: cilium.io/v2\n  kind: CiliumNetworkPolicy\n  metadata: {name: \"${NAME}-%d\", namespace: shop}\n  spec:\n"
    rule = "    endpointSelector: {matchLabels: {app: a}}\n    ingress:\n    - fromEndpoints: [{matchLabels: {app: \"${B}\"}}]\n"
    return ("apiVersion: template.openshift.io/v1\nkind: Template\nobjects:\n" + "".join(item % i + rule for i in range(n)))


def entries_of_a_config_map(n):
    text = "  e%d: |\n    " + (POLICY % "a" + SUBJECT + "  - fromEndpoints: [{}]\n").replace("\n", "\n    ").rstrip() + "\n"
    return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n" + "".join(text % i for i in range(n))


def policies_in_one_text(n):
    text = "".join("---\n" + POLICY % f"a{i}" + SUBJECT + "  - fromEndpoints: [{}]\n" for i in range(n))
    return "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: " + json.dumps(text) + "\n"


def bad_policies(n):
    spec = ("  endpointSelector: {matchLabel: {app: a}}\n  ingress:\n  - fromEntities: [world]\n"
            "  - fromEndpoint: [{matchLabels: {app: b}}]\n    toPorts: [{ports: [{port: 80, protocol: TPC}]}]\n"
            "  egress:\n  - toCIDR: [10.0.0.300/8, 10.1.2.3/8]\n")
    return "---\n".join(POLICY % f"bad-{i}" + spec for i in range(n))


def selectors_that_imply(n):
    """Policies without DNS, and others by In, Exists and NotIn that may give it to them."""
    kinds = ["{key: app, operator: In, values: [a%d, b%d]}", "{key: k%d-%d, operator: Exists}", "{key: k%d-%d, operator: NotIn, values: [x]}"]
    text = []
    for i in range(n // 2):
        expression = kinds[i % len(kinds)] % (i, i)
        for selector, port in ("{matchLabels: {app: a%d}}" % i, 5432), ("{matchExpressions: [%s]}" % expression, 53):
            text.append(
                "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p%d-%d, namespace: n%d}\nspec:\n"
                "  endpointSelector: %s\n  egress:\n  - toEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}}]\n"
                "    toPorts: [{ports: [{port: \"%d\", protocol: ANY}]}]\n" % (i, port, i % 3, selector, port))
    return "".join(text)


def good_policies(n):
    spec = "  endpointSelector: {matchLabels: {app: a%d}}\n  ingress:\n  - fromEndpoints: [{matchLabels: {app: b}}]\n    toPorts: [{ports: [{port: \"80\", protocol: TCP}]}]\n"
    return "---\n".join(POLICY % f"good-{i}" + spec % i for i in range(n))


def one_line_of_json(n):
    one = ('{"apiVersion":"cilium.io/v2","kind":"CiliumNetworkPolicy","metadata":{"name":"p%d","namespace":"shop"},'
           '"spec":{"endpointSelector":{"matchLabels":{"app":"a"}},"ingress":[{"fromEntities":["world"]}]}}')
    return "".join(one % i for i in range(n))


def unknown_fields(n):
    return POLICY % "a" + "".join(f"  k{i}: v\n" for i in range(n)) + SUBJECT + "  - {}\n"


def labels(n):
    return (POLICY % "a" + "  endpointSelector:\n    matchLabels:\n" + "".join(f"      k{i}: v\n" for i in range(n))
            + "  ingress: [{}]\n")


def suppressions(n):
    return (POLICY % "a" + "  endpointSelector: {}\n  ingress:\n"
            + "  # cnplint: allow world-ingress -- x\n  - fromEntities: [world]\n" * n)


def flow(source, destination, port, extra="", address="10.0.0.2", kind="L3_L4"):
    def endpoint(name, number):
        return ('{"identity":%d,"namespace":"shop","labels":["k8s:app=%s","k8s:io.kubernetes.pod.namespace=shop"],'
                '"pod_name":"%s-1"}' % (number, name, name))
    world = '{"identity":2,"labels":["reserved:world"]}'
    to = world if destination is None else endpoint(destination, 2000)
    return ('{"flow":{"time":"2026-03-02T10:00:00Z","verdict":"FORWARDED","IP":{"source":"10.0.0.1","destination":"%s"},'
            '"l4":{"TCP":{"source_port":40000,"destination_port":%d,"flags":{"SYN":true}}},"source":%s,'
            '"destination":%s,"Type":"%s","traffic_direction":"%s","is_reply":false%s}}\n'
            % (address, port, endpoint(source, 1000 + hash(source) % 100000), to, kind,
               "EGRESS" if destination is None else "INGRESS", extra))


def clients(n):
    return "".join(flow(f"b{i}", "a", 80) for i in range(n))


def pairs_of_workloads(n):
    return "".join(flow(f"b{i}", f"b{(i * 7 + 1) % n}", 80) for i in range(n))


def observed_ports(n):
    return "".join(flow("b1", "a", 1 + i % 32000) for i in range(n))


def values_in_two_orders(n):
    peers = ""
    for values in (range(n), reversed(range(n))):
        peers += ("  - fromEndpoints:\n    - matchExpressions:\n      - {key: app, operator: In, values: [%s]}\n"
                  % ", ".join(f"b{i}" for i in values))
    return POLICY % "a" + SUBJECT + peers


def long_list_beside(n):
    spec = "  endpointSelector: {matchExpressions: [{key: app, operator: In, values: [%s]}]}\n" % ", ".join(f"b{i}" for i in range(n))
    rules = "  egress:\n  - toEndpoints: [{matchLabels: {app: db}}]\n    toPorts: [{ports: [{port: \"80\", protocol: TCP}]}]\n"
    return POLICY % "a" + spec + rules + "---\n" + POLICY % "b" + "  endpointSelector: {}\n" + rules


def labels_in_other_places(n):
    peers = ""
    for i in range(n):
        values = [(i >> bit) & 1 for bit in range(13)]
        peers += "    - matchLabels: {%s}\n" % ", ".join(f"k{key}: v{value}" for key, value in enumerate(values))
    return POLICY % "a" + SUBJECT + "  - fromEndpoints:\n" + peers + "    toPorts: [{ports: [{port: \"80\", protocol: TCP}]}]\n"


DNS = ("  - toEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}}]\n"
       "    toPorts: [{ports: [{port: \"53\", protocol: ANY}], rules: {dns: [%s]}}]\n")
EGRESS = "  endpointSelector: {matchLabels: {app: %s}}\n  egress:\n"


def listed_names(n):
    """One policy whose DNS rules have every second one of its names, and patterns."""
    asked = ", ".join(f'{{matchPattern: "*.h{i}.example.com"}}, {{matchName: h{2 * i}.example.org}}' for i in range(n // 2))
    items = ", ".join(f"{{matchName: h{i}.example.org}}, {{matchPattern: \"*.a.h{i}.example.com\"}}" for i in range(n))
    return POLICY % "a" + EGRESS % "a" + DNS % asked + f"  - toFQDNs: [{items}]\n"


def policies_with_names(n):
    return "---\n".join(POLICY % f"a{i}" + EGRESS % f"a{i % 50}" + DNS % f"{{matchName: h{i}.example.com}}"
                        + f"  - toFQDNs: [{{matchName: h{i}.example.com}}, {{matchName: x.example.com}}]\n" for i in range(n))


def service_addresses(n):
    """ClusterIPs and pods, CIDRs of them, and one around all with exceptions."""
    ip = [f"10.96.{i // 250}.{i % 250}" for i in range(n)]
    text = POLICY % "a" + EGRESS % "a" + "  - toCIDR: [%s]\n" % ", ".join(each + "/32" for each in ip)
    text += "  - toCIDRSet: [{cidr: 10.96.0.0/12, except: [%s]}]\n" % ", ".join(each + "/32" for each in ip)
    service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: s%d, namespace: shop}\nspec: {clusterIP: %s, selector: {app: a}}\n"
    return text + "".join(service % (i, each) for i, each in enumerate(ip))


def worlds(n):
    """Rules for the world with exceptions, ports of nodes and metadata services, in one policy and in many."""
    rule = ("  - toCIDRSet: [{cidr: 0.0.0.0/0, except: [10.0.0.0/8]}]\n    toPorts: [{ports: [{port: \"%d\", protocol: TCP}]}]\n"
            "  - toCIDR: [169.254.169.254/32, 0.0.0.0/0]\n    toPorts: [{ports: [{port: \"6443\", protocol: TCP}]}]\n")
    deny = "  egressDeny:\n  - toCIDR: [169.254.0.0/16]\n"
    one = POLICY % "a" + EGRESS % "a" + "".join(rule % (i + 1) for i in range(n // 2))
    return one + "".join("---\n" + POLICY % f"b{i}" + EGRESS % f"b{i % 2000}" + rule % 80 + deny for i in range(n // 2))


def addresses(n):
    return "".join(flow("a", None, 443, address=f"20.{i // 65536}.{i // 256 % 256}.{i % 256}") for i in range(n))


def names(n):
    return "".join(flow("a", None, 443, f',"destination_names":["h{i}.example.com"]',
                        f"20.{i // 65536}.{i // 256 % 256}.{i % 256}") for i in range(n))


def paths(n):
    http = ',"l7":{"type":"REQUEST","http":{"method":"GET","url":"http://a:80/p%x/item"}}'
    return "".join(flow("b1", "a", 80, http % (i * 2654435761 % 2**32), kind="L7") for i in range(n))


def folders_with_one_object(n):
    return {f"c{i}/web.yaml": POLICY % "web" + SUBJECT + "  - {}\n" for i in range(n)}


def overlays_of_a_base(n):
    files = {f"base/p{i}.yaml": (POLICY % f"p{i}" + SUBJECT + "  - {}\n").replace(", namespace: shop", "") for i in range(5)}
    files["base/kustomization.yaml"] = "resources: [%s]\n" % ", ".join(f"p{i}.yaml" for i in range(5))
    files.update({f"o{i}/kustomization.yaml": f"namespace: n{i}\nresources: [../base]\n" for i in range(n)})
    return files


def resources_of_a_kustomization(n):
    files = {f"p{i}.yaml": POLICY % f"p{i}" + SUBJECT + "  - {}\n" for i in range(n)}
    files["kustomization.yaml"] = "namePrefix: a-\nresources: [%s]\n" % ", ".join(f"p{i}.yaml" for i in range(n))
    return files


LINT = "lint --fail-on never -j 1 -o json input.yaml"
COVER = "cover -j 1 --flows input.jsonl -o json input.yaml"
LINT_FLOWS = "lint --fail-on never -j 1 --flows input.jsonl -o json input.yaml"
SYNTH = "synth -j 1 --accept-suspicious input.jsonl"
FLOWS = "flows -j 1 -o json input.jsonl"
LINT_TREE = "lint --fail-on never -j 1 -o json tree"
# name, command, {file, or folder: generator}, the largest size
CASES = [
    ("test: rules with a peer and a port of their own", "test input.cnptest.yaml", {"input.yaml": own_peers_and_ports}, 16000),
    ("test: one rule of n peers and n ports, and n ports for all", "test input.cnptest.yaml", {"input.yaml": peers_times_ports}, 8000),
    ("why: ports in one rule", "why --from shop/b1 --to shop/a:7/TCP input.yaml", {"input.yaml": ports_of_one_peer}, 64000),
    ("lint: rules with a peer and a port of their own", LINT, {"input.yaml": own_peers_and_ports}, 16000),
    ("lint: one rule of n peers and n ports", LINT, {"input.yaml": peers_times_ports}, 8000),
    ("lint: aliases", LINT, {"input.yaml": aliases}, 100000),
    ("lint: objects of a template", LINT, {"input.yaml": template_objects}, 8000),
    ("lint: entries of a ConfigMap with a policy each", LINT, {"input.yaml": entries_of_a_config_map}, 10000),
    ("lint: policies in one quoted text", LINT, {"input.yaml": policies_in_one_text}, 8000),
    ("lint: policies full of mistakes", LINT, {"input.yaml": bad_policies}, 8000),
    ("lint: policies without mistakes", LINT, {"input.yaml": good_policies}, 40000),
    ("lint: selectors that imply others", LINT, {"input.yaml": selectors_that_imply}, 20000),
    ("lint: objects of JSON in one line", LINT, {"input.yaml": one_line_of_json}, 16000),
    ("lint: unknown fields", LINT, {"input.yaml": unknown_fields}, 100000),
    ("lint: labels of one selector", LINT, {"input.yaml": labels}, 100000),
    ("lint: suppressions", LINT, {"input.yaml": suppressions}, 40000),
    ("lint: values of one label in two orders", LINT, {"input.yaml": values_in_two_orders}, 100000),
    ("lint: a long list of values beside another policy", LINT, {"input.yaml": long_list_beside}, 100000),
    ("lint: peers whose labels change places", LINT, {"input.yaml": labels_in_other_places}, 8000),
    ("lint: names of one policy and of its DNS rules", LINT, {"input.yaml": listed_names}, 16000),
    ("lint: policies with names and DNS rules", LINT, {"input.yaml": policies_with_names}, 8000),
    ("lint: addresses of Services", LINT, {"input.yaml": service_addresses}, 8000),
    ("lint: rules for the world with exceptions", LINT, {"input.yaml": worlds}, 8000),
    ("lint: folders with one object, each a cluster", LINT_TREE, {"tree": folders_with_one_object}, 4000),
    ("lint: overlays of a base", LINT_TREE, {"tree": overlays_of_a_base}, 1000),
    ("lint: resources of a kustomization", LINT_TREE, {"tree": resources_of_a_kustomization}, 4000),
    ("lint: workloads of a capture that no policy selects", LINT_FLOWS,
     {"input.yaml": good_policies, "input.jsonl": clients}, 8000),
    ("flows: clients", FLOWS, {"input.jsonl": clients}, 64000),
    ("flows: ports", FLOWS, {"input.jsonl": observed_ports}, 32000),
    ("flows: addresses", FLOWS, {"input.jsonl": addresses}, 64000),
    ("flows: names", FLOWS, {"input.jsonl": names}, 64000),
    ("flows: paths", FLOWS, {"input.jsonl": paths}, 64000),
    ("cover: clients, and rules with a peer and a port of their own", COVER,
     {"input.yaml": own_peers_and_ports, "input.jsonl": clients}, 8000),
    ("cover: ports, and one rule with as many", COVER,
     {"input.yaml": ports_of_one_peer, "input.jsonl": observed_ports}, 16000),
    ("synth: clients of one server", SYNTH, {"input.jsonl": clients}, 32000),
    ("synth: workloads that connect to another one each", SYNTH, {"input.jsonl": pairs_of_workloads}, 16000),
    ("synth: ports", SYNTH, {"input.jsonl": observed_ports}, 32000),
    ("synth: addresses", SYNTH, {"input.jsonl": addresses}, 64000),
    ("synth: names", SYNTH, {"input.jsonl": names}, 32000),
    ("cover: addresses", COVER, {"input.yaml": lambda n: ports_of_one_peer(2), "input.jsonl": addresses}, 32000),
]


def run(arguments, folder):
    """CPU seconds, MiB and the errors of one run; time(1) starts it, as a large parent's memory would count as its own."""
    child = subprocess.run(["/usr/bin/time", "-o", "figures", "-f", "%U %S %M", *arguments], cwd=folder,
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = child.stderr.decode(errors="replace")
    if child.returncode not in (0, 1):
        sys.exit(f"measure: exit code {child.returncode}: {error[-300:]}")
    with open(os.path.join(folder, "figures")) as file:
        user, system, memory = file.read().splitlines()[-1].split()
    return float(user) + float(system), int(memory) / 1024, error


def write_apart(folder, files, size):
    """Writes the input in a process of its own: what a child's parent has in memory counts as the child's."""
    child = os.fork()
    if child == 0:
        for name, make in files.items():
            made = make(size)
            for path, text in ({name: made} if isinstance(made, str) else made).items():
                path = os.path.join(folder, path if isinstance(made, str) else f"{name}/{path}")
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w") as file:
                    file.write(text)
        with open(os.path.join(folder, "input.cnptest.yaml"), "w") as file:
            file.write(TEST)
        os._exit(0)
    os.waitpid(child, 0)


def measure(program, command, files, size, instructions):
    """CPU seconds (or millions of instructions) and MiB of one run."""
    with tempfile.TemporaryDirectory(prefix="growth-") as folder:
        write_apart(folder, files, size)
        arguments = [program, *command.split()]
        if not instructions:  # the least of three: whatever else the machine does only adds
            runs = [run(arguments, folder)[:2] for _ in range(3)]
            return min(seconds for seconds, _ in runs), min(memory for _, memory in runs)
        counter = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
        _, memory, error = run(counter + arguments, folder)
        return int(re.search(r"Collected\s*:\s*(\d+)", error)[1]) / 1e6, memory


def exponent(small, large, base, ratio):
    return math.log(max(large - base, 1e-9) / max(small - base, 1e-9)) / math.log(ratio)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--only", default="", help="cases whose name contains this text")
    parser.add_argument("--instructions", action="store_true", help="count instructions, at a sixteenth of the sizes")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    unit = "M instructions" if options.instructions else "CPU s"
    print(f"{'case':64} {'sizes':>18} {unit:>24} {'exp':>5} {'MiB':>18} {'exp':>5}")
    worst = 0
    for name, command, files, largest in CASES:
        if options.only not in name:
            continue
        if options.instructions:
            largest //= 16
        # Instructions vary by little: the ends are enough for a short run.
        sizes = [largest // 4, largest] if options.instructions else [largest // 4, largest // 2, largest]
        base = measure(program, command, files, 2, options.instructions)
        points = [measure(program, command, files, size, options.instructions) for size in sizes]
        grows = [exponent(points[0][i], points[-1][i], base[i], 4) for i in (0, 1)]
        if options.instructions:
            grows[1] = 0  # the memory is valgrind's
        worst = max(worst, *grows)
        mark = "  <-- faster than the input" if max(grows) > LIMIT else ""
        print(f"{name:64} {'/'.join(map(str, sizes)):>18} {'/'.join(f'{p[0]:.2f}' for p in points):>24} {grows[0]:5.2f} "
              f"{'/'.join(f'{p[1]:.0f}' for p in points):>18} {grows[1]:5.2f}{mark}", flush=True)
    return 1 if worst > LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
