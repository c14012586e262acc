#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the public captures independently and compares with `cnplint flows -o json`.

Usage: count_captures.py PROGRAM FOLDER. Exits with 77 where the folder is not there.
"""
import json
import pathlib
import subprocess
import sys

EPHEMERAL = 32768


def is_reply(flow):
    """True, False, or None where nobody can say (facts B3.3)."""
    if "is_reply" in flow:
        return flow["is_reply"]
    if flow.get("reply"):
        return True
    if "l7" in flow:
        return flow["l7"]["type"] == "RESPONSE"
    tcp = flow["l4"]["TCP"]
    flags = tcp.get("flags", {})
    if flags.get("SYN"):
        return bool(flags.get("ACK"))
    client, server = tcp["source_port"] >= EPHEMERAL, tcp["destination_port"] >= EPHEMERAL
    return None if client == server else server


def end(endpoint, address, pods):
    """Labels, those of the pod with the same address, the pod's name, or the address."""
    labels = endpoint.get("labels", [])
    if "reserved:world" in labels:
        return pods.get(address, endpoint.get("pod_name", address))
    return " ".join(sorted(labels))


def count(path):
    flows = [json.loads(line)["flow"] for line in path.read_text().splitlines()]
    pods = {}
    for flow in flows:
        for side in ("source", "destination"):
            if "pod_name" in flow[side] and "reserved:world" not in flow[side]["labels"]:
                pods[flow["IP"][side]] = " ".join(sorted(flow[side]["labels"]))
    replies = [is_reply(flow) for flow in flows]
    ports, connections = set(), set()
    for flow, reply in zip(flows, replies):
        if reply is not False:
            continue
        port = flow["l4"]["TCP"]["destination_port"]
        ports.add(port)
        connections.add((end(flow["source"], flow["IP"]["source"], pods),
                         end(flow["destination"], flow["IP"]["destination"], pods),
                         port, flow.get("traffic_direction", "UNKNOWN")))
    return {"flows": len(flows), "replies": replies.count(True), "undecided": replies.count(None),
            "connections": len(connections), "ports": ports}


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    captures = sorted(folder.glob("*.json")) if folder.is_dir() else []
    if not captures:
        print(f"SKIP: no captures in {folder}")
        return 77
    wrong = 0
    for path in captures:
        run = subprocess.run([program, "flows", "--strict", "-o", "json", path], check=True,
                             capture_output=True, text=True)
        found = json.loads(run.stdout)
        expected = count(path)
        ports = {each["port"] for each in found["connections"]}
        for key in ("flows", "replies", "undecided", "connections"):
            if found["summary"][key] != expected[key]:
                wrong += 1
                print(f"{path.name}: {key} is {found['summary'][key]}, counted {expected[key]}")
        if ports != expected["ports"] or any(port >= EPHEMERAL for port in ports):
            wrong += 1
            print(f"{path.name}: ports are {sorted(ports)}, counted {sorted(expected['ports'])}")
        print(f"{path.name}: {expected['flows']} flows, {expected['connections']} connections")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
