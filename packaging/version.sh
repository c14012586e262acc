#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints the version that CMakeLists.txt says: 0.1.0.
sed -n 's/^project(cnplint VERSION \([0-9.]*\).*/\1/p' "$(dirname "$0")/../CMakeLists.txt"
