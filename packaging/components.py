#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the static program is made of: an SBOM, and the licences of what is linked.

  components.py sbom|notice VERSION [PROGRAM]

Versions and licence texts are those of Debian's packages on this machine. An SBOM is CycloneDX 1.5.
"""

import hashlib
import json
import os
import pathlib
import subprocess
import sys
import time
import uuid

# Debian package, SPDX licence of what is linked from it.
COMPONENTS = [
    ("libc6-dev", "LGPL-2.1-or-later"),
    ("libstdc++-12-dev", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    ("libgcc-12-dev", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    ("libcli11-dev", "BSD-3-Clause"),
    ("libexpected-dev", "CC0-1.0"),
    ("libre2-dev", "BSD-3-Clause"),
    ("libsimdjson-dev", "Apache-2.0"),
    ("libsodium-dev", "ISC"),
    ("libxxhash-dev", "BSD-2-Clause"),
    ("libyaml-cpp-dev", "MIT"),
    ("libyaml-dev", "MIT"),
    ("libzstd-dev", "BSD-3-Clause"),
    ("nlohmann-json3-dev", "MIT"),
    ("zlib1g-dev", "Zlib"),
]


def query(package: str, field: str) -> str:
    command = ["dpkg-query", "-W", "-f", "${" + field + "}", package]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def epoch() -> int:
    return int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))


def license_json(spdx: str) -> dict:
    return {"expression": spdx} if " " in spdx else {"license": {"id": spdx}}


def component(package: str, spdx: str) -> dict:
    version = query(package, "Version")
    source = query(package, "source:Package")
    arch = query(package, "Architecture")
    purl = f"pkg:deb/debian/{package.replace('+', '%2B')}@{version.replace('+', '%2B')}?arch={arch}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": package,
        "version": version,
        "description": f"of Debian's source package {source}",
        "licenses": [license_json(spdx)],
        "purl": purl,
    }


def sbom(version: str, program: str) -> str:
    digest = hashlib.sha256(pathlib.Path(program).read_bytes()).hexdigest()
    parts = [component(*each) for each in COMPONENTS]
    whole = {
        "type": "application",
        "bom-ref": f"cnplint@{version}",
        "name": "cnplint",
        "version": version,
        "licenses": [license_json("Apache-2.0")],
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": "urn:uuid:" + str(uuid.uuid5(uuid.NAMESPACE_OID, digest)),
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch())),
            "component": whole,
        },
        "components": parts,
        "dependencies": [
            {"ref": whole["bom-ref"], "dependsOn": [each["bom-ref"] for each in parts]},
            *({"ref": each["bom-ref"]} for each in parts),
        ],
    }
    return json.dumps(document, indent=2) + "\n"


# Beside the program in the image: data of others.
IMAGE_DATA = ("ca-certificates", "MPL-2.0")


def notice() -> str:
    text = (
        "cnplint is licensed under the Apache License 2.0 (LICENSE). The static program holds the\n"
        "libraries below, each under its own licence, as Debian's package has it; the image holds\n"
        "Mozilla's certificates (ca-certificates) as well.\n"
    )
    for package, spdx in [*COMPONENTS, IMAGE_DATA]:
        path = pathlib.Path("/usr/share/doc") / package / "copyright"
        text += f"\n{'=' * 100}\n{package} {query(package, 'Version')}: {spdx}\n{'=' * 100}\n\n"
        text += path.read_text(encoding="utf-8", errors="replace")
    # Debian's files refer to these texts, which other systems do not have.
    for name in ["GPL-3", "LGPL-2.1", "LGPL-3", "CC0-1.0", "MPL-2.0"]:
        text += f"\n{'=' * 100}\n/usr/share/common-licenses/{name}\n{'=' * 100}\n\n"
        text += (pathlib.Path("/usr/share/common-licenses") / name).read_text(encoding="utf-8")
    return text


def main() -> None:
    what, version, *program = sys.argv[1:]
    sys.stdout.write(sbom(version, program[0]) if what == "sbom" else notice())


if __name__ == "__main__":
    main()
