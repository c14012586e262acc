#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Packs the static program and the hooks of pre-commit as a wheel.

  pack_wheel.py PROGRAM VERSION NOTICE FOLDER

Nothing of it needs Python at run time. The program is static, so the wheel says that it suits
every glibc and musl.
"""

import pathlib
import sys
from zipfile import ZIP_DEFLATED, ZipInfo

from wheel.wheelfile import WheelFile

TAGS = ["manylinux2014_x86_64", "manylinux_2_17_x86_64", "musllinux_1_1_x86_64"]
HERE = pathlib.Path(__file__).resolve().parent.parent


def metadata(version: str) -> str:
    return f"""Metadata-Version: 2.1
Name: cnplint
Version: {version}
Summary: Linter and test harness for Cilium network policies
License: Apache-2.0
Platform: linux_x86_64
Classifier: Environment :: Console
Classifier: License :: OSI Approved :: Apache Software License
Classifier: Operating System :: POSIX :: Linux
Classifier: Topic :: Software Development :: Quality Assurance
Requires-Python: >=3.6
Description-Content-Type: text/markdown
License-File: LICENSE
License-File: NOTICE

{(HERE / "README.md").read_text(encoding="utf-8")}"""


def wheel_metadata() -> str:
    tags = "".join(f"Tag: py3-none-{tag}\n" for tag in TAGS)
    return f"Wheel-Version: 1.0\nGenerator: cnplint\nRoot-Is-Purelib: false\n{tags}"


def add(wheel: WheelFile, name: str, content: bytes, mode: int = 0o644) -> None:
    entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = (0o100000 | mode) << 16
    wheel.writestr(entry, content)


def main() -> None:
    program, version, notice, folder = sys.argv[1:]
    name = f"cnplint-{version}-py3-none-{'.'.join(TAGS)}.whl"
    path = pathlib.Path(folder) / name
    info = f"cnplint-{version}.dist-info"
    scripts = f"cnplint-{version}.data/scripts"
    with WheelFile(str(path), "w") as wheel:
        add(wheel, f"{scripts}/cnplint", pathlib.Path(program).read_bytes(), 0o755)
        for hook in ["cnplint-hook", "cnplint-diff-hook"]:
            add(wheel, f"{scripts}/{hook}", (HERE / "precommit" / hook).read_bytes(), 0o755)
        add(wheel, f"{info}/METADATA", metadata(version).encode())
        add(wheel, f"{info}/WHEEL", wheel_metadata().encode())
        add(wheel, f"{info}/LICENSE", (HERE / "LICENSE").read_bytes())
        add(wheel, f"{info}/NOTICE", pathlib.Path(notice).read_bytes())
    print(path)


if __name__ == "__main__":
    main()
