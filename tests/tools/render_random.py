#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""render_random.py PROGRAM FIRST LAST: of random repositories, `--render` finds what is found without.

Each has folders with a policy, kustomizations that include others and patch them, and Kustomizations of Flux. kustomize
has to be on the PATH.
"""

import os
import random
import subprocess
import sys
import tempfile

FOLDERS = ["a", "a/b", "a/b/c", "prod", "staging", "clusters/x", "clusters/y", "clusters/x/z", "e"]


class Repository:
    def __init__(self, seed, root):
        self.random = random.Random(seed)
        self.root = root
        self.kustomizations = [folder for folder in FOLDERS if self.chance(0.5)]
        self.write(".git/HEAD", "")
        for number, folder in enumerate(FOLDERS):
            self.write(f"{folder}/np.yaml", self.policy(number))
            if folder in self.kustomizations:
                self.write(f"{folder}/kustomization.yaml", self.kustomization(folder))
        for number in range(5):
            self.write(f"{self.random.choice(FOLDERS)}/d{number}.yaml", self.flux(number))

    def chance(self, share):
        return self.random.random() < share

    def write(self, path, text):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def policy(self, number):
        namespace = ", namespace: own" if self.chance(0.5) else ""
        protocol = "HTTP" if self.chance(0.5) else "TCP"
        return (
            "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
            f"metadata: {{name: p{number}{namespace}}}\n"
            "spec:\n  endpointSelector: {matchLabels: {app: a}}\n  ingress:\n"
            "  - fromEndpoints: [{matchLabels: {app: b}}]\n"
            f'    toPorts: [{{ports: [{{port: "80", protocol: {protocol}}}]}}]\n'
        )

    def kustomization(self, folder):
        text = "namespace: kust\n" if self.chance(0.3) else ""
        text += "namePrefix: k-\n" if self.chance(0.3) else ""
        text += "commonLabels: {x: w}\n" if self.chance(0.2) else ""
        text += "resources:\n- np.yaml\n"
        others = [other for other in self.kustomizations if other != folder]
        if others and self.chance(0.5):
            text += "- " + "../" * (folder.count("/") + 1) + self.random.choice(others) + "\n"
        if self.chance(0.3):
            text += (
                "patches:\n- target: {kind: CiliumNetworkPolicy}\n"
                '  patch: "[{op: replace, path: /spec/ingress/0/toPorts/0/ports/0/port, value: \\"81\\"}]"\n'
            )
        return text

    def flux(self, number):
        spec = "path: ./" + self.random.choice(FOLDERS)
        spec += ", targetNamespace: t1" if self.chance(0.4) else ""
        spec += ", namePrefix: x-" if self.chance(0.3) else ""
        if self.chance(0.3):
            spec += (
                ', patches: [{patch: "apiVersion: cilium.io/v2\\nkind: CiliumNetworkPolicy\\n'
                f'metadata: {{name: p{self.random.randrange(9)}}}\\nspec: {{description: x}}\\n"}}]'
            )
        return (
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
            f"metadata: {{name: d{number}, namespace: flux-system}}\nspec: {{{spec}}}\n"
        )


def outputs(program, root, *flags):
    """What is printed of a repository in two forms."""
    texts = []
    for form in (["-o", "concise"], ["--show-clusters"]):
        run = subprocess.run(
            [program, "lint", *form, *flags, "."], cwd=root, capture_output=True, text=True, check=False
        )
        if run.returncode not in (0, 1, 3):
            sys.exit(f"{root}: exit code {run.returncode}\n{run.stderr}")
        texts.append(run.stdout)
    return texts


def main():
    program, first, last = os.path.realpath(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    differ = 0
    for seed in range(first, last):
        with tempfile.TemporaryDirectory(prefix="cnplint-random-") as folder:
            root = os.path.join(folder, "repository")
            Repository(seed, root)
            if outputs(program, root) != outputs(program, root, "--render"):
                differ += 1
                print(f"repository {seed} differs")
    print(f"{last - first} random repositories, {differ} differ when rendered")
    sys.exit(differ > 0)


main()
