// SPDX-License-Identifier: Apache-2.0
#include "project/folder_namespaces.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "policy/model/label.h"
#include "policy/verdict/subject_index.h"

namespace cnplint::project {
namespace {

constexpr std::string_view kSayIt = "say it under `namespaces` of .cnplint.yaml";

/// The namespaces of a cluster's objects: those of folders, and those that are written.
struct Namespaces {
  std::set<std::string_view> of_folders;
  std::set<std::string_view> written;

  void add(std::string_view ns) {
    (policy::is_folder_namespace(ns) ? of_folders : written).insert(ns);
  }
};

Namespaces namespaces_of(const Cluster& cluster) {
  Namespaces result;
  for (const policy::Policy& policy : cluster.policies())
    if (!policy.clusterwide()) result.add(policy.effective_namespace());
  for (const policy::Workload& each : cluster.inventory().workloads) result.add(each.ns);
  return result;
}

/// A pod's identity, were it in another namespace.
policy::Identity in_namespace(const NamedPod& pod, std::string_view ns) {
  std::vector<policy::Label> labels;
  for (const policy::Label& each : pod.labels)
    if (each.key != policy::kNamespaceLabel && each.key != policy::kNamespaceNameLabel)
      labels.push_back(each);
  labels.push_back({"k8s", std::string(policy::kNamespaceLabel), std::string(ns)});
  return policy::Identity::of_labels(std::move(labels));
}

bool has_labels(const NamedPod& pod, const policy::LabelPairs& wanted) {
  return !wanted.empty() && std::ranges::all_of(wanted, [&](const auto& label) {
    return std::ranges::any_of(pod.labels, [&](const policy::Label& each) {
      return each.key == label.first && each.value == label.second;
    });
  });
}

/// Finds the namespaces of folders.
class FolderNaming {
 public:
  FolderNaming(const Cluster& cluster, std::span<const NamedPod> pods)
      : cluster_(cluster), base_(cluster.rules()), subjects_(*base_), pods_(pods) {}

  FolderNames run(const Namespaces& namespaces) {
    FolderNames result;
    for (const std::string_view folder : namespaces.of_folders) {
      std::vector<std::string> fitting = by_labels(folder);
      std::string name = fitting.size() == 1 ? fitting.front() : "";
      if (name.empty() && namespaces.of_folders.size() == 1) name = left_over(namespaces.written);
      if (!name.empty())
        result.names.emplace(folder, std::move(name));
      else if (fitting.empty())
        result.unknown.emplace_back(folder);
      else
        result.ambiguous.emplace(folder, std::move(fitting));
    }
    return result;
  }

 private:
  /// The namespaces in which most of what a folder selects or makes is; none where that is nowhere.
  [[nodiscard]] std::vector<std::string> by_labels(std::string_view folder) const {
    std::map<std::string_view, std::set<std::size_t>> found;
    for (const NamedPod& pod : pods_) add_matches(pod, folder, found[pod.ns]);
    std::vector<std::string> best;
    std::size_t most = 1;
    for (const auto& [ns, matches] : found) {
      if (matches.size() > most) best.clear();
      most = std::max(most, matches.size());
      if (matches.size() == most) best.emplace_back(ns);
    }
    return best;
  }

  void add_matches(const NamedPod& pod, std::string_view folder,
                   std::set<std::size_t>& matches) const {
    for (const std::uint32_t each : subjects_.selecting(in_namespace(pod, folder), false)) {
      const policy::Subject& subject = base_->subjects[each];
      if (subject.ns == folder && !subject.selector.empty()) matches.insert(each);
    }
    const auto& workloads = cluster_.inventory().workloads;
    for (std::size_t i = 0; i < workloads.size(); ++i)
      if (workloads[i].ns == folder && has_labels(pod, workloads[i].labels))
        matches.insert(base_->subjects.size() + i);
  }

  /// The one namespace that is spoken of and that no object is in.
  [[nodiscard]] std::string left_over(const std::set<std::string_view>& written) const {
    std::set<std::string_view> left;
    for (const NamedPod& pod : pods_)
      if (!written.contains(pod.ns)) left.insert(pod.ns);
    if (left.contains(policy::kDefaultNamespace)) return std::string(policy::kDefaultNamespace);
    return left.size() == 1 ? std::string(*left.begin()) : std::string();
  }

  const Cluster& cluster_;
  std::shared_ptr<const policy::RuleBase> base_;
  policy::SubjectIndex subjects_;
  std::span<const NamedPod> pods_;
};

/// `key=value,key=value`, with a port behind it or not, as labels of a pod.
std::vector<policy::Label> labels_in(std::string_view text) {
  std::vector<policy::Label> labels;
  while (!text.empty()) {
    const std::string_view label = text.substr(0, text.find_first_of(",:"));
    labels.push_back(policy::parse_label("k8s:" + std::string(label)));
    text.remove_prefix(std::min(label.size() + 1, text.size()));
  }
  return labels;
}

}  // namespace

FolderNames name_folders(const Cluster& cluster, std::span<const NamedPod> pods) {
  const Namespaces namespaces = namespaces_of(cluster);
  if (namespaces.of_folders.empty()) return {};
  return FolderNaming(cluster, pods).run(namespaces);
}

void add_pods(std::string_view text, const Cluster& cluster, std::vector<NamedPod>& pods) {
  const bool labels = text.find('=') != std::string_view::npos;
  const std::size_t slash = labels ? text.find('/') : text.rfind('/');
  if (slash == std::string_view::npos) return;
  std::string_view ns = text.substr(0, slash);
  ns.remove_prefix(ns.rfind('/') + 1);  // a kind may stand before it
  const std::string_view rest = text.substr(slash + 1);
  if (labels) return pods.push_back({std::string(ns), labels_in(rest)});
  for (const policy::Workload& each : cluster.inventory().workloads) {
    if (!policy::is_folder_namespace(each.ns) ||
        policy::name_of(each) != rest.substr(0, rest.find(':')))
      continue;
    pods.push_back({std::string(ns), {}});
    for (const auto& [key, value] : each.labels)
      pods.back().labels.push_back({"k8s", std::string(key), std::string(value)});
  }
}

std::vector<std::string> ambiguous_folders(const FolderNames& folders) {
  std::vector<std::string> sentences;
  for (const auto& [folder, namespaces] : folders.ambiguous)
    sentences.push_back("nothing tells the namespace of " + folder +
                        ": its policies select pods of " + base::joined(namespaces, " and ") +
                        " alike, and are about none of them; " + std::string(kSayIt));
  return sentences;
}

std::vector<std::string> unknown_folders(const FolderNames& folders) {
  std::vector<std::string> sentences;
  for (const std::string& each : folders.unknown)
    sentences.push_back("nothing tells the namespace of " + each +
                        ": its policies match nothing here; " + std::string(kSayIt));
  for (std::string& each : ambiguous_folders(folders)) sentences.push_back(std::move(each));
  return sentences;
}

}  // namespace cnplint::project
