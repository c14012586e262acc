// SPDX-License-Identifier: Apache-2.0

module yaml_oracle

go 1.22.0

require (
	golang.org/x/text v0.14.0
	gopkg.in/yaml.v2 v2.4.0
	k8s.io/apimachinery v0.30.0
)

require (
	sigs.k8s.io/json v0.0.0-20221116044647-bc3834ca7abd // indirect
	sigs.k8s.io/yaml v1.3.0 // indirect
)
