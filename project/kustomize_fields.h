// SPDX-License-Identifier: Apache-2.0
//
// What kustomize does to fields of all objects: namespace, names, labels, annotations. Which fields
// of which kinds are its own tables (api/internal/konfig/builtinpluginconsts); `kubectl kustomize`
// is asked for the same by tests.
#pragma once

#include <vector>

#include "project/kustomize_object.h"

namespace cnplint::project {

/// Gives objects a namespace, and objects of kind Namespace its name. What has no namespace has
/// none afterwards: kustomize gives one to cluster-wide custom resources too, which the API server
/// takes away again. A new field stands where the kustomization says it, a changed one where it is
/// written.
void set_namespace(KustomizeObject& object, policy::NodeRef ns);

/// Puts a prefix and a suffix to the name of an object; not to those of CustomResourceDefinitions,
/// APIServices and Namespaces. The name stands where it is written.
void add_name_affixes(KustomizeObject& object, policy::NodeRef prefix, policy::NodeRef suffix);

/// Sets labels, also in templates of pods and in selectors where the set says so: of Cilium's kinds
/// only metadata.labels, of NetworkPolicies the podSelectors that have matchLabels.
void set_labels(KustomizeObject& object, const LabelSet& labels);

/// Sets annotations, also in templates of pods.
void set_annotations(KustomizeObject& object, policy::NodeRef annotations);

/// Where names of ServiceAccounts among the objects have changed: changes them in the pods that use
/// them (kustomize's name references; of its other references none is about policies).
void follow_service_accounts(std::vector<KustomizeObject>& objects);

}  // namespace cnplint::project
